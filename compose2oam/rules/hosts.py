"""Host names of Compose that a cluster cannot have (``my_db``), rewritten where they are surely host names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from compose2oam.diagnostics import Severity
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.model.regex import regex
from compose2oam.rules.context import Context

# The whole value of such a variable is a host; of any other it may as well be a user or a database of the same name.
_HOST_VARIABLE = regex(
    r"(HOST(NAME)?S?|SERVERS?|ADDR(ESS)?(ES)?|ENDPOINTS?|BROKERS?|URLS?|URIS?|UPSTREAMS?)(_\w+)?\Z", re.I
)
# What stands in the place of a host: after `//`, unless a user does (`//user:password@host`), after `@`, before a port.
_NAME = r"[A-Za-z0-9][\w.-]*"
_HOST = regex(rf"(?<=//){_NAME}(?![\w.-])(?![^/\s]*@)|(?<=@){_NAME}(?![\w.-])|(?<![\w.@/-]){_NAME}(?=:\d)")


class Hosts:
    """The host names that changed on the way of one project, ready to be looked for."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._renamed: Mapping[str, str] = context.facts["project"].renamed

    def rewrite(self, text: str, path: Path = ()) -> str:
        """Return ``text`` with changed names in the places of a host: after ``//`` or ``@``, or before a port."""
        if not self._renamed:
            return text

        def changed(found: re.Match[str]) -> str:
            old = found[0]
            new = self._renamed.get(old)
            if new is None or not self._may(old, new, path):
                return old
            self._say(old, new, path)
            return new

        return _HOST.sub(changed, text)

    def left_in(self, content: bytes) -> list[str]:
        """Say which hosts a file names that are others on the cluster; files are taken along as they are."""
        if not self._renamed:
            return []
        found = dict.fromkeys(match[0] for match in _HOST.finditer(content.decode("utf-8", "replace")))
        return [
            f"the file names the host `{old}`, which is `{self._renamed[old]}` on the cluster"
            for old in found
            if old in self._renamed
        ]

    def rewrite_variable(self, name: str, value: str, path: Path) -> str:
        """Return the value of an environment variable, rewritten; also where it is nothing but a changed name."""
        new = self._renamed.get(value)
        if new is None:
            return self.rewrite(value, path)
        if not self._may(value, new, path):
            return value
        if _HOST_VARIABLE.search(name):
            self._say(value, new, path)
            return str(new)
        say = f"`{value}` is the name of a service that is called `{new}` in the cluster; it is left as it is here"
        self._context.note(Outcome.APPROXIMATED, say, path, f"if {name} is a host name, write `{new}`")
        return value

    def _may(self, old: str, new: str, path: Path) -> bool:
        """Whether names are rewritten; say where one would be, and is not."""
        if self._context.settings.rewrite_hosts:
            return True
        say = f"the host `{old}` is called `{new}` on the cluster; it is left as it is, as the settings say"
        self._context.note(Outcome.APPROXIMATED, say, path, "write the name that the cluster knows")
        return False

    def _say(self, old: str, new: str, path: Path) -> None:
        say = f"the host name `{old}` is written `{new}`, as the cluster knows it"
        self._context.note(Outcome.INFERRED, say, path, severity=Severity.INFO)
