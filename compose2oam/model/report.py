"""What there is to report of a conversion, for any way of writing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.model.dataclass import dataclass, field
from compose2oam.model.entry import Entry
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.outcome import Outcome


class RuleText(NamedTuple):
    """What a rule says of itself, or what is known of another code; no hint where what to do depends."""

    title: str
    why: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One conversion.

    Attributes:
        project: the project's name.
        application: the application's name.
        entries: what became of each leaf of the input; no entry holds a value, so none holds a secret.
        diagnostics: what there is to say beside: warnings of the loader, findings of the check, notes on the whole.
        rules: what codes stand for, all that entries and diagnostics name among them.
    """

    project: str
    application: str
    entries: tuple[Entry, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    rules: Mapping[str, RuleText] = field(default_factory=dict)

    @property
    def losses(self) -> tuple[Diagnostic, ...]:
        """Every leaf of the input that was dropped or refused, as an error."""
        return tuple(
            Diagnostic(entry.codes[0], Severity.ERROR, entry.say, entry.path, entry.position, entry.hint)
            for entry in self.entries
            if entry.outcome.is_loss
        )

    def counts(self) -> dict[Outcome, int]:
        """Return how many leaves ended in each way, without those in which none did."""
        made = Counter([entry.outcome for entry in self.entries])
        return {outcome: made[outcome] for outcome in Outcome if made[outcome]}
