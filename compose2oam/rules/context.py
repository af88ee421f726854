"""What a rule's function can see of the run, and how it says what it could not carry over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from compose2oam.diagnostics import Severity
from compose2oam.model.compose import Project
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path, within
from compose2oam.rules.ledger import Ledger
from compose2oam.rules.settings import Settings
from compose2oam.source.tree import Map

_T = TypeVar("_T")

# The arguments of Context.note.
Said: TypeAlias = tuple[Outcome, str, Path, str, "Severity | None"]


class Context:
    """One entity of the project (a service, a volume...) while the rules run over it.

    Attributes:
        project: the whole project.
        settings: the caller's choices.
        place: the path of the entity: ``("services", "web")``.
        entity: its tree.
        facts: what is known about it from the rest of the project; see ``rules/facts.py``.
        model: the fields of the workload model that rules have written so far.
        code: the rule that is running.
        memo: what a function worked out once and another needs again.
        said: what was noted, while somebody wants to know.
    """

    __slots__ = ("code", "entity", "facts", "ledger", "memo", "model", "place", "project", "said", "settings")

    def __init__(
        self, project: Project, settings: Settings, ledger: Ledger, place: Path, entity: Map, facts: dict[str, Any]
    ) -> None:
        self.project = project
        self.settings = settings
        self.ledger = ledger
        self.place = place
        self.entity = entity
        self.facts = facts
        self.model: dict[str, Any] = {}
        self.code = ""
        self.memo: dict[Any, Any] = {}
        self.said: list[Said] | None = None

    @property
    def key(self) -> str:
        """The entity's own name in the Compose file, empty for the project itself."""
        return str(self.place[1]) if self.place else ""

    def once(self, key: tuple[object, ...], work_out: Callable[[], _T]) -> _T:
        """Return what is worked out once for all entities of a conversion."""
        memo = self.facts["project"].memo
        if key not in memo:
            memo[key] = work_out()
        found: _T = memo[key]
        return found

    def note(
        self,
        outcome: Outcome,
        say: str,
        path: Path = (),
        hint: str = "",
        severity: Severity | None = None,
    ) -> None:
        """Say what became of the lines at ``path`` (relative to the entity), where it is not what the rule says."""
        if self.said is not None:
            self.said.append((outcome, say, path, hint, severity))
        self.ledger.note(within(self.place, path), self.code, outcome, say, hint, severity)
