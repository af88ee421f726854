"""What can become of a line of a Compose file."""

from __future__ import annotations

from enum import Enum

from compose2oam.diagnostics import Severity


class Outcome(str, Enum):
    """The end of a leaf of the input; where several rules read it, the last of these that any of them says."""

    NOT_NEEDED = "not needed"
    TRANSLATED = "translated"
    INFERRED = "inferred"
    APPROXIMATED = "approximated"
    DROPPED = "dropped"
    REFUSED = "refused"

    @property
    def rank(self) -> int:
        """Its place in the order from harmless to grave."""
        return _RANKS[self]

    @property
    def is_loss(self) -> bool:
        """Whether ``--on-loss error`` refuses it."""
        return self in (Outcome.DROPPED, Outcome.REFUSED)

    @property
    def severity(self) -> Severity:
        """How a note about it is shown where the rule does not say."""
        return Severity.WARNING if self.rank >= Outcome.APPROXIMATED.rank else Severity.INFO


_RANKS = {outcome: rank for rank, outcome in enumerate(Outcome)}
