"""What can become of a line of a Compose file."""

from __future__ import annotations

from enum import Enum

from compose2oam.diagnostics import Severity


class Outcome(str, Enum):
    """The end of a leaf of the input; where several rules read it, the last of these that any of them says.

    Attributes:
        rank: its place in the order from harmless to grave.
        is_loss: whether ``--on-loss error`` refuses it.
        severity: how a note about it is shown where the rule does not say.
    """

    NOT_NEEDED = "not needed"
    TRANSLATED = "translated"
    INFERRED = "inferred"
    APPROXIMATED = "approximated"
    DROPPED = "dropped"
    REFUSED = "refused"

    # Worked out with the members: they are asked for each line of a project.
    rank: int
    is_loss: bool
    severity: Severity

    # That of an Enum is written in Python, which shows where outcomes are counted and looked up by the ten thousand.
    __hash__ = str.__hash__

    def __new__(cls, value: str) -> Outcome:
        """Make a member; the order of the members is their order of gravity."""
        outcome = str.__new__(cls, value)
        outcome._value_ = value
        outcome.rank = len(cls.__members__)
        outcome.is_loss = value in ("dropped", "refused")
        outcome.severity = Severity.WARNING if value in ("approximated", "dropped", "refused") else Severity.INFO
        return outcome
