"""Host names of Compose that a cluster cannot have (``my_db``), rewritten where they are surely host names."""

from __future__ import annotations

import re

from compose2oam.diagnostics import Severity
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.rules.context import Context

# The whole value of such a variable is a host; of any other it may as well be a user or a database of the same name.
_HOST_VARIABLE = re.compile(
    r"(HOST(NAME)?S?|SERVERS?|ADDR(ESS)?(ES)?|ENDPOINTS?|BROKERS?|URLS?|URIS?|UPSTREAMS?)(_\w+)?\Z", re.I
)


class Hosts:
    """The host names that changed on the way of one project, ready to be looked for."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._renamed = context.facts["project"].renamed

    def rewrite(self, text: str, path: Path = ()) -> str:
        """Return ``text`` with changed names in the places of a host: after ``//`` or ``@``, or before a port."""
        for old, new in self._renamed.items():
            if old not in text:
                continue
            name = re.escape(old)
            found = re.compile(rf"((?<=//)|(?<=@)){name}(?![\w.-])|(?<![\w.@/-]){name}(?=:\d)")
            changed = found.sub(new, text)
            if changed != text:
                self._say(old, new, path)
                text = changed
        return text

    def rewrite_variable(self, name: str, value: str, path: Path) -> str:
        """Return the value of an environment variable, rewritten; also where it is nothing but a changed name."""
        new = self._renamed.get(value)
        if new is None:
            return self.rewrite(value, path)
        if _HOST_VARIABLE.search(name):
            self._say(value, new, path)
            return str(new)
        say = f"`{value}` is the name of a service that is called `{new}` in the cluster; it is left as it is here"
        self._context.note(Outcome.APPROXIMATED, say, path, f"if {name} is a host name, write `{new}`")
        return value

    def _say(self, old: str, new: str, path: Path) -> None:
        say = f"the host name `{old}` is written `{new}`, as the cluster knows it"
        self._context.note(Outcome.INFERRED, say, path, severity=Severity.INFO)
