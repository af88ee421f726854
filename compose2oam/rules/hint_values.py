"""How the values of hints are read: each function takes what is written and returns a value, or says what to write."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from typing import Any

from compose2oam.errors import ComposeError
from compose2oam.model.regex import regex
from compose2oam.rules.functions.seconds import whole_seconds
from compose2oam.rules.names import is_host_name
from compose2oam.rules.settings import is_quantity
from compose2oam.source.reader import parse
from compose2oam.source.tree import plain

_CONTROLLERS = {
    "deployment": "Deployment",
    "replicationcontroller": "Deployment",
    "statefulset": "StatefulSet",
    "daemonset": "DaemonSet",
}
_TRUTHS = {"1": True, "t": True, "true": True, "0": False, "f": False, "false": False}
_DURATION = regex(r"0|((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+\Z")


def anything(value: Any) -> Any:
    """Return a value that nothing is made of, or that is checked later."""
    return plain(value)


def text(value: Any) -> str:
    """Return a text that says something."""
    if isinstance(value, (dict, list)) or value is None or not str(value).strip():
        raise ValueError("write a text")
    return str(value).strip()


def texts(value: Any) -> list[str]:
    """Return a list of texts."""
    if not isinstance(value, list):
        raise ValueError("write a list")
    return [str(item) for item in value]


def mapping(value: Any) -> dict[str, str]:
    """Return a mapping of texts."""
    if not isinstance(value, dict):
        raise ValueError("write a mapping")
    return {key: "" if item is None else str(item) for key, item in value.items()}


def word(*words: str) -> Callable[[Any], str]:
    """Return a reader for one of some words, in any case."""
    known = {item.lower(): item for item in words}

    def read(value: Any) -> str:
        found = known.get(str(value).strip().lower())
        if found is None:
            raise ValueError(f"write one of {', '.join(words)}")
        return found

    return read


def controller(value: Any) -> str:
    """Return the controller for a word; a Deployment does what a ReplicationController did."""
    found = _CONTROLLERS.get(str(value).strip().lower())
    if found is None:
        raise ValueError(f"write one of {', '.join(_CONTROLLERS)}")
    return found


def truth(value: Any) -> bool:
    """Return a boolean, in one of the ways in which Go writes it."""
    found = _TRUTHS.get(str(value).strip().lower())
    if found is None:
        raise ValueError("write true or false")
    return found


def number(value: Any) -> int:
    """Return a whole number of 0 or more, as large as Kubernetes takes it."""
    if isinstance(value, bool) or not re.match(r"\d{1,10}\Z", str(value).strip()) or int(value) > 2**31 - 1:
        raise ValueError("write a whole number")
    return int(value)


def port(value: Any) -> int:
    """Return the number of a port."""
    found = number(value)
    if not 0 < found < 65536:
        raise ValueError("write a number from 1 to 65535")
    return found


def percentage(value: Any) -> int:
    """Return ``80`` or ``80%`` as a number from 1 to 100."""
    found = re.match(r"(\d{1,3})\s*%?\Z", str(value).strip())
    if found is None or not 1 <= int(found[1]) <= 100:
        raise ValueError("write a percentage of what is requested, from 1 to 100")
    return int(found[1])


def duration(value: Any) -> int:
    """Return ``1m30s`` in seconds."""
    if not _DURATION.match(str(value).strip()):
        raise ValueError("write a duration such as 10s")
    return whole_seconds(str(value))


def quantity(value: Any) -> str:
    """Return an amount of bytes as Kubernetes writes it; its ``m`` is a thousandth, which nobody means here."""
    found = str(value).strip()
    if not is_quantity(found) or found.endswith("m"):
        raise ValueError("write an amount such as 10Gi")
    return found


def cores(value: Any) -> str:
    """Return an amount of processors as Kubernetes writes it: ``0.5`` or ``500m``."""
    found = str(value).strip()
    if not is_quantity(found):
        raise ValueError("write a number of processors such as 0.5 or 500m")
    return found


def selector(label: str) -> Callable[[Any], dict[str, str]]:
    """Return a reader for the value of a label by which a volume is chosen."""
    return lambda value: {label: text(value)}


def command(value: Any) -> list[str]:
    """Return the words of a command: a list as YAML or JSON writes it, words after commas, or a line of a shell."""
    found = str(value).strip()
    if found.startswith("["):
        return texts(_parsed(found))
    try:
        words = shlex.split(found)
    except ValueError as error:
        raise ValueError('write a list such as ["echo", "ready"]') from error
    if not words:
        raise ValueError('write a list such as ["echo", "ready"]')
    return words


def hosts(value: Any) -> list[dict[str, str]]:
    """Return the domains and paths of ``a.example/api,b.example``; ``true`` and ``default`` name no domain."""
    made = []
    for item in text(value).strip(" ,").split(","):
        domain, slash, path = item.strip().partition("/")
        entry = {"path": f"{slash}{path}" or "/"}
        if domain.lower() not in ("true", "default", ""):
            if not _is_domain(domain):
                raise ValueError("write true, or domains such as shop.example.com/path with commas between")
            entry["domain"] = domain
        made.append(entry)
    return made


def document(kind: type[Any]) -> Callable[[Any], Any]:
    """Return a reader for a label that holds YAML: a ``list`` or a ``dict``."""

    def read(value: Any) -> Any:
        found = _parsed(str(value))
        if not isinstance(found, kind):
            raise ValueError(f"write {'a list' if kind is list else 'a mapping'} in YAML")
        return found

    return read


def names(value: Any) -> list[str]:
    """Return a list of names, from YAML in a label."""
    return [text(item) for item in document(list)(value)]


def certificate(value: Any) -> str:
    """Return the name of a Secret with a certificate; ``true`` leaves it to the controller, which a gateway cannot."""
    found = text(value)
    if found == "true":
        raise ValueError("write the name of the Secret that holds the certificate")
    return found


def ingress(value: Any) -> dict[str, Any]:
    """Return what a label says of a route: ``enabled``, ``hostname``, ``path``, ``port`` and ``class``."""
    found = document(dict)(value)
    made: dict[str, Any] = {"enabled": found.get("enabled") is not False}
    if found.get("port") is not None:
        made["port"] = port(found["port"])
    for key in ("hostname", "path", "class"):
        if found.get(key) not in (None, "", "-"):
            made[key] = text(found[key])
    if not _is_domain(made.get("hostname", "localhost")):
        raise ValueError("write a hostname such as shop.example.com")
    if not made.get("path", "/").startswith("/"):
        raise ValueError("write a path that begins with /")
    if isinstance(found.get("annotations"), dict):
        made["annotations"] = mapping(found["annotations"])
    return made


def _is_domain(name: str) -> bool:
    return is_host_name(name.removeprefix("*."))


def _parsed(value: str) -> Any:
    try:
        documents = parse(value, "a label", strict=True)
    except ComposeError as error:
        raise ValueError(f"write YAML that can be read: {error.diagnostics[0].message}") from error
    return plain(documents[0]) if documents else None
