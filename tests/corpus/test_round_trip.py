"""Real projects of the public, converted, imported and converted again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from compose2oam.api import convert
from compose2oam.errors import Compose2OamError
from compose2oam.importer.comparison import same
from compose2oam.importing import import_application
from compose2oam.rules.rulebook import load_rulebook

if TYPE_CHECKING:
    from conftest import Row


def test_the_second_conversion_gives_what_the_first_gave(
    rows: list[Row], monkeypatch: pytest.MonkeyPatch, counts: Callable[[str], None]
) -> None:
    """Nothing is lost on the way back: the same components and policies, byte for byte in almost all projects."""
    tally: Counter[str] = Counter()
    faults: list[str] = []
    rulebook = load_rulebook()
    for row in rows:
        monkeypatch.chdir(row.folder)
        try:
            first = convert(row.load(), rulebook=rulebook)
        except Compose2OamError:
            continue
        made = import_application([*first.documents, *first.secrets])
        tally["projects"] += 1
        tally["components"] += len(first.application.components)
        before = {item.name: item for item in first.application.components if item.type != "k8s-objects"}
        after = {item.name: item for item in made.application.components}
        faults.extend(f"{row.name}: {item.message} at {item.path}" for item in made.losses)
        faults.extend(f"{row.name}: {name} differs" for name in before if not same(before[name], after[name]))
        if first.application.policies != made.application.policies:
            faults.append(f"{row.name}: other policies")
        tally["identical"] += first.application.components == made.application.components
        tally["with x-oam"] += any("x-oam" in service for service in made.tree["services"].values())
    counts(
        f"{tally['projects']} projects, {tally['components']} components: {tally['identical']} projects identical, "
        f"the others but for the names of volumes inside a pod; {tally['with x-oam']} need x-oam"
    )
    assert not faults, "\n".join(faults)
    assert tally["identical"] > 0.85 * tally["projects"] > 0
