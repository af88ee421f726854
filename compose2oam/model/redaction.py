"""What of a user's text may be shown on a page: everything but what looks like a secret, which becomes ``***``.

Reports for terminals name places and no values, so :mod:`compose2oam.model.secrecy` has little to take out. A page that
shows lines has values in it, so this hides more: values under names that sound secret, passwords in addresses, flags
and settings, keys and tokens by their shape, and every value that is known to be secret wherever else it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from compose2oam.model.secrecy import is_sensitive, without_passwords

HIDDEN = "***"

# A shorter value may stand anywhere by chance.
_SHORTEST = 6
_SOUNDS_SECRET = re.compile(
    r"PASSPHRASE|ACCESS_?KEY|CREDENTIAL|BASICAUTH|(?:^|[\W_])(?:PASS|PWD|AUTH|KEY|SALT)\W*$", re.IGNORECASE
)
# What a build may use, as a list, a mapping or a text: each entry with the file of a key.
_OF_KEYS = frozenset({"ssh"})
# Keys of Compose, Kubernetes and KubeVela that name a secret, or count something of it, and hold none.
_NAMES_ONE = re.compile(
    r"secrets|key|secret[-_]env|existingSecret|imagePullSecrets?|automountServiceAccountToken"
    r"|.*[a-z](?:Names?|Refs?|Seconds|Class)"
)
_TELLS_NOTHING = re.compile(r"true|false|yes|no|on|off|null|none|auto|[01]|", re.IGNORECASE)
_REFERENCE = re.compile(r"\$\{?[A-Za-z_]\w*\}?|\$\([A-Za-z_]\w*\)|/run/secrets/[\w./-]+")
_VARIABLE = re.compile(r"\$\{[A-Za-z_]\w*(?::?[-+?](?:[^{}\n]|\{[^{}\n]{0,200}\}){0,400})?\}")
_DEFAULT = re.compile(r"(\$\{([A-Za-z_]\w*):?[-+])(.*)\}")
_KEPT = re.compile("\0(\\d+)\0")
_ASSIGNED = re.compile(r"([A-Za-z_][\w.-]*)=(.*)", re.DOTALL)
_LINE = re.compile(r"""([ \t#-]*(?:export[ ]|set[ ])?["']?)([A-Za-z_][\w.-]*)(["']?[ \t]*[:=][ \t]*)(\S.*)""")
_FLAG = re.compile(r"--?[\w-]*(?:password|passwd|requirepass|token|secret|api-?key|credential)[\w-]*", re.IGNORECASE)
_FLAG_IN_LINE = re.compile(rf"({_FLAG.pattern})([ =]+)([^\s\"']+)", re.IGNORECASE)
_OF_MYSQL = re.compile(r"\b((?:mysql|mariadb)[^|;&\n]{0,200}?\s-p)([^\s\"']+)")
_PRIVATE_KEY = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----)(.*?)(?=-----END|\Z)", re.DOTALL)
_SHAPES = re.compile(
    r"AKIA[0-9A-Z]{16}|gh[pousr]_\w{20,}|glpat-[\w-]{10,}|xox[abprs]-[\w-]{10,}|sk-[\w-]{20,}"
    r"|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+|\$\$?(?:apr1|2[aby]|5|6)\$[^\s,\"']+"
    r"|(?<=[Bb]earer )[\w.~+/=-]{8,}|(?<=Basic )[\w+/=]{8,}"
)
_CONTENT = re.compile(r"\S.*")
_IN_ADDRESS = re.compile(r":/{1,2}[^/\s:@]*:([^/\s@]+)@")


def hides(name: str) -> bool:
    """Whether the value under a name is not to be shown."""
    if _NAMES_ONE.fullmatch(name) or name.upper().endswith(("_FILE", "_PATH")):
        return False
    return is_sensitive(name) or bool(_SOUNDS_SECRET.search(name))


class Redaction:
    """Takes out what looks like a secret.

    Args:
        values: values that are secret, wherever they stand.
        public: names that are shown anyway; a value that is part of one is not looked for.
    """

    def __init__(self, values: Iterable[str] = (), public: Iterable[str] = ()) -> None:
        shown = "\n".join(public).casefold()
        lines = {line.strip() for value in values for line in value.splitlines()}
        known = [line for line in lines if len(line) >= _SHORTEST and line.casefold() not in shown]
        self._known: dict[str, list[str]] = {}
        for value in sorted(known, key=lambda line: (-len(line), line)):
            self._known.setdefault(value[:_SHORTEST], []).append(value)

    def known(self, text: str) -> str:
        """Return text without passwords in addresses, settings and flags, and without what is known to be secret."""
        kept: list[str] = []

        def keep(found: re.Match[str]) -> str:
            kept.append(self._reference(found[0]))
            return f"\0{len(kept) - 1}\0"

        # A reference to a variable is no value, whatever it is called and stands after.
        text = _VARIABLE.sub(keep, text.replace("\0", "")) if "${" in text else text
        text = without_passwords(text)
        if "-" in text:
            text = _OF_MYSQL.sub(rf"\1{HIDDEN}", _FLAG_IN_LINE.sub(rf"\1\2{HIDDEN}", text))
        text = _SHAPES.sub(HIDDEN, text)
        text = _KEPT.sub(lambda found: kept[int(found[1])], text) if kept else text
        return self._without_known(text) if self._known else text

    def _without_known(self, text: str) -> str:
        """Hide known values, the longest first; by their beginnings, as there may be thousands of them."""
        made, at, kept = [], 0, 0
        while at <= len(text) - _SHORTEST:
            beginning = self._known.get(text[at : at + _SHORTEST], ())
            value = next((value for value in beginning if text.startswith(value, at)), "")
            if value:
                made += [text[kept:at], HIDDEN]
                kept = at + len(value)
            at += len(value) or 1
        return "".join((*made, text[kept:]))

    def text(self, text: str) -> str:
        """Return text without those, and without the values of settings, one a line, whose names sound secret."""
        if "PRIVATE KEY" in text:
            text = _PRIVATE_KEY.sub(lambda found: found[1] + _CONTENT.sub(HIDDEN, found[2]), text)
        return "\n".join(map(self._line, text.split("\n")))

    def _reference(self, text: str) -> str:
        """Return a reference to a variable, without what is secret of its default."""
        found = _DEFAULT.fullmatch(text)
        if not found:
            return text
        shown = _masked(found[3]) if hides(found[2]) else self.known(found[3])
        return f"{found[1]}{shown}}}"

    def _line(self, line: str) -> str:
        found = _LINE.match(line)
        if found and hides(found[2]):
            return found[1] + found[2] + found[3] + _masked(found[4])
        return self.known(line)

    def value(self, name: str, text: str) -> str:
        """Return the value that stands under a name; each of its lines is hidden if the name sounds secret."""
        return _masked(text) if hides(name) else self.known(text)

    def scalar(self, name: str, text: str) -> str:
        """Return a whole text that stands under a name."""
        if name in _OF_KEYS and text != "default":
            assigned = _ASSIGNED.fullmatch(text)
            return f"{assigned[1]}={_masked(assigned[2])}" if assigned else _masked(text)
        return _masked(text) if hides(name) else self.text(text)

    @staticmethod
    def entry_name(name: str, key: str) -> str:
        """Return the name under which an entry of the mapping of a name stands: for keys of builds that of all."""
        return name if name in _OF_KEYS else key

    def item(self, name: str, text: str, before: str = "") -> str:
        """Return an item of the list under a name: ``KEY=value``, or a word of a command after another."""
        assigned = _ASSIGNED.fullmatch(text)
        if assigned:
            shown = _masked(assigned[2]) if name in _OF_KEYS else self.value(assigned[1], assigned[2])
            return f"{assigned[1]}={shown}"
        return _masked(text) if hides(name) or _FLAG.fullmatch(before) else self.text(text)

    def tree(self, node: Any, name: str = "", secret: bool = False) -> Any:
        """Copy plain data with the same keys.

        Args:
            node: the data.
            name: the key that it stands under.
            secret: whether it is a Secret, so that its data are not shown.
        """
        if isinstance(node, Mapping):
            secret = secret or node.get("kind") == "Secret"
            named = _named(node)
            return {
                key: self._entry(self.entry_name(name, key), value, named if key == "value" else "", secret)
                for key, value in node.items()
            }
        if isinstance(node, (list, tuple)):
            # The trait `storage` makes Secrets from such a list.
            secret = secret or name == "secret"
            made: list[Any] = []
            for index, item in enumerate(node):
                before = node[index - 1] if index and isinstance(node[index - 1], str) else ""
                made.append(self.item(name, item, before) if isinstance(item, str) else self.tree(item, name, secret))
            return made
        return self._scalar(name, node)

    def _entry(self, key: str, value: Any, named: str, secret: bool) -> Any:
        if secret and key in ("data", "stringData") and isinstance(value, Mapping):
            return dict.fromkeys(value, HIDDEN)
        if isinstance(value, (Mapping, list, tuple)):
            return self.tree(value, key, secret)
        return self._scalar(named if hides(named) else key, value)

    def _scalar(self, name: str, value: Any) -> Any:
        if isinstance(value, str):
            return self.scalar(name, value)
        return HIDDEN if hides(name) and not _tells_nothing(str(value)) else value


def secret_values(node: Any, name: str = "") -> Iterable[str]:
    """Yield what :meth:`Redaction.tree` would hide of plain data for its name, or as the password of an address."""
    if isinstance(node, Mapping):
        named = _named(node)
        for key, value in node.items():
            yield from secret_values(value, named if key == "value" and hides(named) else key)
    elif isinstance(node, (list, tuple)):
        for item in node:
            yield from secret_values(item, name)
    elif isinstance(node, str):
        assigned = _ASSIGNED.fullmatch(node)
        if hides(name) and not _tells_nothing(node):
            yield node
        elif assigned and hides(assigned[1]) and not _tells_nothing(assigned[2]):
            yield assigned[2]
        if "@" in node:
            yield from _IN_ADDRESS.findall(node)


def _named(node: Mapping[str, Any]) -> str:
    """Return what a mapping says the name of its value is: a variable's, or the end of a path to patch."""
    name = node.get("name") or node.get("key") or str(node.get("path") or "").rpartition("/")[2]
    return name if isinstance(name, str) else ""


def _masked(text: str) -> str:
    """Hide each line of a text; a reference to a variable is no secret, and its default is one."""
    if _tells_nothing(text):
        return text
    found = _DEFAULT.fullmatch(text) if _VARIABLE.fullmatch(text) else None
    if found:
        return f"{found[1]}{_masked(found[3])}}}"
    return _CONTENT.sub(HIDDEN, text)


def _tells_nothing(text: str) -> bool:
    bare = text.strip().strip("\"'")
    return bool(_TELLS_NOTHING.fullmatch(bare) or _REFERENCE.fullmatch(bare))
