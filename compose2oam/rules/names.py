"""Names: what Compose allows, made into what Kubernetes allows (RFC 1035 and RFC 1123 labels)."""

from __future__ import annotations

from compose2oam.model.regex import regex

# A Job is called <application>-<component>, and a StatefulSet's pods get a suffix; all must fit 63 characters.
COMPONENT_LENGTH = 50
APPLICATION_LENGTH = 40
LABEL_LENGTH = 63

_SUBDOMAIN = regex(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\Z")
# Keys of annotations, and protocols of applications (Kubernetes, "Annotations: syntax and character set").
QUALIFIED_NAME = regex(r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\Z")
_OTHER = regex(r"[^a-z0-9-]+")
_DASHES = regex(r"-{2,}")


def component_name(name: str, length: int = COMPONENT_LENGTH) -> str:
    """Make an RFC 1035 label, as a Service needs it, of at most ``length`` characters out of a Compose name."""
    return _shorten(_label(name, "s-"), name, length)


def object_name(name: str, length: int = LABEL_LENGTH) -> str:
    """Make an RFC 1123 label of at most ``length`` characters out of any text."""
    return _shorten(_label(name, ""), name, length)


def is_host_name(name: str) -> bool:
    """Whether a name is an RFC 1123 subdomain: labels of lower-case letters, digits and dashes, with dots between."""
    return len(name) <= 253 and bool(_SUBDOMAIN.match(name))


def is_address(text: str) -> bool:
    """Whether a text is an IP address of either version without a zone, which is what Kubernetes takes."""
    import ipaddress

    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


class Register:
    """Gives every object of a conversion a name of its own, the same one whenever its owner asks."""

    def __init__(self) -> None:
        self._owners: dict[tuple[str, str], str] = {}

    def name(self, kind: str, wanted: str, owner: str) -> str:
        """Return a name near ``wanted`` for the object of a kind that belongs to ``owner``.

        Args:
            kind: the Kubernetes kind; names of different kinds do not meet.
            wanted: any text.
            owner: what tells the object from others: a place of the project, a path.
        """
        name = object_name(wanted)
        if self._owners.setdefault((kind, name), owner) != owner:
            name = object_name(f"{wanted[: LABEL_LENGTH - 7]}-{_digest(owner)}")
            self._owners[kind, name] = owner
        return name


def _label(name: str, prefix: str) -> str:
    label = _DASHES.sub("-", _OTHER.sub("-", name.lower())).strip("-")
    if not label:
        return f"{prefix or 'x-'}{_digest(name)}"
    if prefix and not label[0].isalpha():
        label = prefix + label
    return label


def _shorten(label: str, name: str, length: int) -> str:
    if len(label) <= length:
        return label
    return f"{label[: length - 7].rstrip('-')}-{_digest(name)}"


def _digest(name: str) -> str:
    import hashlib

    return hashlib.sha256(name.encode()).hexdigest()[:6]
