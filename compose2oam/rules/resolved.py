"""The lines that the model no longer has: what the loader acted on, or left out, before the rules began.

A value that a later file replaces has no entry: Docker Compose replaced it, and its successor has one. Nor has what
stands in another file beside the service that is extended from there: it was never part of the project.
"""

from __future__ import annotations

from collections.abc import Iterator

from compose2oam.model.compose import Project
from compose2oam.model.entry import Entry
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.rules.leaves import leaves_at
from compose2oam.rules.ledger import SCOPES
from compose2oam.rules.rulebook import Rulebook
from compose2oam.rules.verdicts import UNREAD


def resolved(project: Project, rulebook: Rulebook) -> Iterator[Entry]:
    """Yield the entries of ``project.resolved``: none of it is lost, and a rule says why, or else the loader."""
    for item in project.resolved:
        code, say = (item.code, item.say) if item.code else _read(item.path, rulebook)
        for leaf in leaves_at(item.path, item.value, item.position):
            yield Entry(leaf.path, leaf.position, Outcome.NOT_NEEDED, (code,), say=say, about=item.path)


def _read(path: Path, rulebook: Rulebook) -> tuple[str, str]:
    """Return the code and the reason of the rule that reads a key."""
    scope, below = (SCOPES[str(path[0])], path[2:]) if path[0] in SCOPES else ("project", path)
    depths = rulebook.patterns[scope].match(below)
    for rule in rulebook.meanings[scope]:
        if rule.code in depths:
            return rule.code, rule.say
    return UNREAD, "the loader acts on it"
