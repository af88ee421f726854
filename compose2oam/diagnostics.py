"""What compose2oam has to say about its input: findings as data, never as printed text."""

from __future__ import annotations

from enum import Enum

from compose2oam.model.dataclass import dataclass
from compose2oam.model.path import Path, render
from compose2oam.model.secrecy import without_passwords
from compose2oam.source.position import Position


class Severity(str, Enum):
    """How much a finding matters; only an error stops a command."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    Attributes:
        code: stable and never reused; see ``docs`` of the rule, or the table of the module that made it.
        severity: whether it stops the command.
        message: one sentence, without the place and without a full stop; a password in it is shown as ``***``.
        path: the place in the Compose model, or in the application for findings of a check; ``()`` for none.
        position: the place in the text that the user wrote, ``None`` where there is no such text.
        hint: what to do about it, ``""`` where there is nothing to say.
    """

    code: str
    severity: Severity
    message: str
    path: Path = ()
    position: Position | None = None
    hint: str = ""

    def __post_init__(self) -> None:
        """Take out passwords, wherever the message comes from."""
        object.__setattr__(self, "message", without_passwords(self.message))

    def __str__(self) -> str:
        """One line: ``file:line:column: severity: message [code] (path)``."""
        place = f"{self.position}: " if self.position else ""
        path = f" ({render(self.path)})" if self.path else ""
        return f"{place}{self.severity.value}: {self.message} [{self.code}]{path}"
