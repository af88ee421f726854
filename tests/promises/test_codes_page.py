"""docs/codes.md is what ``explain CODE`` knows, and every code that the package uses is among them."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator

import pytest
from pages import cell

from compose2oam import explain
from compose2oam.remedies import FAULTS_OF_RULES, REMEDIES
from compose2oam.rules.rulebook import Rulebook

HEAD = """\
# Codes

Every finding has a code, which stands in brackets at the end of its first line and never changes its meaning.
`compose2oam explain CODE` prints what stands here.

```console
$ compose2oam explain CF-400
CF-400  A key is not known
  help: Look for a misspelling; what is your own begins with `x-`.
```

A finding is more precise than this page: it names file, line and column, and often what was meant. The codes of mapping
rules (`C2O-` from 010 on, `KV-`, `K8S-`, `V1-`) stand on the page of [rules](rules.md).

This page is written from the tables of codes by `pytest tests/promises --update-golden`.
"""
TITLES = {
    "CF": "CF: reading the Compose file",
    "C2O": "C2O: translating the project",
    "OAM": "OAM: checking an application",
    "RULE": "RULE: reading mapping rules",
    "UP": "UP: running on a cluster",
    "BL": "BL: building images",
    "IMP": "IMP: importing an application",
}


def lines(rulebook: Rulebook) -> Iterator[str]:
    """The page, line by line."""
    yield HEAD.rstrip()
    rules = {rule.code for rule in rulebook.rules()}
    known = {code: text for code, text in explain.glossary(rulebook).items() if code not in rules}
    for prefix, title in TITLES.items():
        yield f"\n## {title}\n\n| Code | What it means | What to do |\n|---|---|---|"
        for code, text in sorted(known.items()):
            if code.partition("-")[0] == prefix:
                means = ". ".join(part.rstrip(".") for part in (text.title, text.why) if part)
                yield f"| {code} | {cell(means)} | {cell(text.hint)} |"


def test_the_page_of_codes_is_up_to_date(
    root: pathlib.Path, rulebook: Rulebook, request: pytest.FixtureRequest
) -> None:
    """``pytest --update-golden`` writes it anew."""
    page = "\n".join(lines(rulebook)) + "\n"
    file = root / "docs" / "codes.md"
    if request.config.getoption("--update-golden"):
        file.write_text(page, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == page


def test_every_code_in_the_package_is_known(root: pathlib.Path, rulebook: Rulebook) -> None:
    """A code that ``explain`` does not know helps nobody."""
    named = {
        code
        for path in (root / "compose2oam").rglob("*.py")
        for code in re.findall(r'"([A-Z0-9]{2,4}-\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert sorted(named - set(explain.glossary(rulebook))) == []


def test_every_code_says_what_to_do(rulebook: Rulebook) -> None:
    """But those of mapping rules, of which most say what was done; and nothing is said of a code that is gone."""
    known = explain.glossary(rulebook)
    rules = {rule.code for rule in rulebook.rules()}
    assert sorted(code for code, text in known.items() if code not in rules and not text.hint) == []
    assert sorted((set(REMEDIES) | set(FAULTS_OF_RULES)) - set(known)) == []
