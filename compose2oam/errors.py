"""The exceptions that compose2oam raises, each with the exit code that the command line ends with.

::

    Compose2OamError            1  our own fault: a defect
    ├── Stale                   1  what was written before is not what would be written now
    ├── UsageError              2  the call makes no sense
    ├── InputError              3  what was read is invalid
    │   ├── ComposeError        3    a Compose file, or a file that it names
    │   ├── RuleError           3    a mapping rule, or a target
    │   └── CheckError          3    an application that the runtime's definitions do not allow
    ├── LossRefused             4  the conversion loses something, and the caller does not accept losses
    ├── ClusterError            5  the cluster refused, or could not be reached
    ├── Unhealthy               6  the application did not become healthy in time
    └── BuildError              7  an image could not be built or pushed

One ``except Compose2OamError`` catches all that this library raises on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from compose2oam.diagnostics import Diagnostic

_Error = TypeVar("_Error", bound="Compose2OamError")


class Compose2OamError(Exception):
    """Base of all errors of this library.

    Args:
        message: one line that says what went wrong.
        diagnostics: every finding behind the error, in the order to show them.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, diagnostics: Iterable[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)

    @classmethod
    def of(cls: type[_Error], diagnostics: Iterable[Diagnostic]) -> _Error:
        """Make the error for a non-empty list of findings, of which equal ones are one; its message is the first one's.

        What stands in one place of the text may be found several times, as an anchor is that many services share.
        """
        found = tuple(dict.fromkeys(diagnostics))
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        return cls(found[0].message + more, found)


class Stale(Compose2OamError):
    """What was written before is not what would be written now; the exit code is that of ``diff``."""

    exit_code = 1


class UsageError(Compose2OamError):
    """A call, or a command line, that makes no sense."""

    exit_code = 2


class InputError(Compose2OamError):
    """Something that was read is invalid."""

    exit_code = 3


class ComposeError(InputError):
    """A Compose file, an env file or another file that the project names is missing or invalid."""


class RuleError(InputError):
    """A mapping rule or a target is invalid."""


class CheckError(InputError):
    """An application does not fit the definitions of its runtime."""


class LossRefused(Compose2OamError):
    """The conversion loses something, and the caller asked for an error in that case."""

    exit_code = 4


class ClusterError(Compose2OamError):
    """The cluster refused a request, or could not be reached."""

    exit_code = 5


class Unhealthy(Compose2OamError):
    """The application did not become healthy before the time was up."""

    exit_code = 6


class BuildError(Compose2OamError):
    """There is nothing to build images with, or an image could not be built or pushed.

    Args:
        message: one line that says what went wrong.
        diagnostics: every finding behind the error.
        output: the last lines that the builder printed, without the secrets that are known.
    """

    exit_code = 7

    def __init__(self, message: str, diagnostics: Iterable[Diagnostic] = (), output: Iterable[str] = ()) -> None:
        super().__init__(message, diagnostics)
        self.output: tuple[str, ...] = tuple(output)
