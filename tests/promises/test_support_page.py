"""What becomes of each key of Compose, as docs/compose-support.md shows it, and that a rule reads each."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest

from compose2oam.model.path import Path
from compose2oam.rules.ledger import SCOPES
from compose2oam.rules.rule import Meaning
from compose2oam.rules.rulebook import Rulebook

HEAD = """\
# What becomes of each Compose key

Every key of the Compose specification, and the rules that read it. `compose2oam mappings show CODE` prints a rule,
`compose2oam explain services.web.ports` says what one line of your project became. A rule with a condition (JMESPath
over the service, volume, network... it is about) runs only where that holds. The outcome is the one that the rule
states; a value that cannot be said in full is reported as *approximated* or *dropped*, with the reason.

This page is written from the rules by `pytest tests/promises --update-golden`.

| Key | Rule | What it is about | Only when | Outcome |
|---|---|---|---|---|
"""


def keys(root: pathlib.Path) -> list[str]:
    """The keys of Compose, one a line."""
    return (root / "tests" / "promises" / "compose-keys.txt").read_text(encoding="utf-8").split()


def place(key: str) -> tuple[str, Path]:
    """The scope of the rules that may read a key, and its path from there, with a name that no rule knows for ``*``."""
    named = [part.replace("[]", ".0") for part in key.split(".")]
    path: Path = tuple(
        int(step) if step == "0" else step.replace("*", "anything") for part in named for step in part.split(".")
    )
    scope = SCOPES.get(str(path[0]))
    return (scope, path[2:] or ("",)) if scope else ("project", path)


def readers(key: str, rulebook: Rulebook) -> list[Meaning]:
    """The rules that read a key: those that name most of it."""
    scope, path = place(key)
    depths = rulebook.patterns[scope].match(path)
    named = {code: depth for code, depth in depths.items() if depth == max(depths.values())}
    rules = {rule.code: rule for rule in rulebook.meanings[scope]}
    return [rules[code] for code in sorted(named)]


def lines(root: pathlib.Path, rulebook: Rulebook) -> Iterator[str]:
    """The rows of the table."""
    for key in keys(root):
        for rule in readers(key, rulebook):
            condition = str(rule.source.get("when", "")).replace("|", "\\|")
            when = f" `{condition}` " if condition else " "
            yield f"| `{key}` | {rule.code} | {rule.title} |{when}| {rule.outcome.value} |"


def test_a_rule_reads_every_key(root: pathlib.Path, rulebook: Rulebook) -> None:
    """A key of Compose without a rule would be lost with no reason that helps."""
    assert [key for key in keys(root) if not readers(key, rulebook)] == []


def test_the_list_has_every_key_of_the_inventory(root: pathlib.Path, shared: pathlib.Path) -> None:
    """Our list of keys is that of the specification's schema."""
    rows = (shared / "mapping" / "compose-keys.tsv").read_text(encoding="utf-8").splitlines()[1:]
    named = {key.removesuffix("storage_opt.*") + "storage_opt" if "storage_opt" in key else key for key in keys(root)}
    assert named == {row.split("\t")[0] for row in rows}


def test_the_page_is_up_to_date(root: pathlib.Path, rulebook: Rulebook, request: pytest.FixtureRequest) -> None:
    """docs/compose-support.md is what the rules say; ``pytest --update-golden`` writes it anew."""
    page = HEAD + "\n".join(lines(root, rulebook)) + "\n"
    file = root / "docs" / "compose-support.md"
    if request.config.getoption("--update-golden"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(page, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == page
