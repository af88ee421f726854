"""docs/rules.md is what the rules say of themselves."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest
from pages import cell

from compose2oam.rules.rule import Carrier, Meaning, Rule
from compose2oam.rules.rulebook import Rulebook, load_rulebook

HEAD = """\
# Rules

Every rule that ships, by what it is about. `compose2oam mappings show CODE` prints a rule whole, with its examples. How
rules are written, replaced and turned off: see [the rule language](../mappings/README.md). What becomes of each key:
see [compose-support.md](compose-support.md). Every other code: see [codes.md](codes.md).

This page is written from the rules by `pytest tests/promises --update-golden`.
"""
TARGETS = {
    "kubevela": "Carriers of kubevela: how KubeVela says it",
    "kubernetes": "Carriers of kubernetes: how plain objects say it",
    "oam-v1alpha2": "Carriers of oam-v1alpha2: how oam-kubernetes-runtime says what it says otherwise",
}


def about(rule: Rule) -> str:
    """The keys that it reads, or the fields that it carries."""
    given = rule.source["reads"] if isinstance(rule, Meaning) else rule.carries
    return ", ".join(f"`{item}`" for item in given)


def table(rules: list[Rule], about_what: str) -> Iterator[str]:
    """The rules of a kind, by groups in the order in which they run."""
    for group in dict.fromkeys(rule.group for rule in rules):
        yield f"\n### {group}\n"
        yield f"| Code | Title | {about_what} | Why |\n|---|---|---|---|"
        for rule in rules:
            if rule.group == group:
                yield f"| {rule.code} | {cell(rule.title)} | {about(rule)} | {cell(rule.why)} |"


def lines(rulebook: Rulebook) -> Iterator[str]:
    """The page, line by line."""
    yield HEAD.rstrip()
    yield "\n## Meanings: what a Compose key means on any cluster"
    yield from table([rule for rule in rulebook.rules() if isinstance(rule, Meaning)], "Reads")
    seen: set[str] = set()
    for target, title in TARGETS.items():
        carriers = [rule for rule in load_rulebook(target).rules() if isinstance(rule, Carrier)]
        yield f"\n## {title}"
        yield from table([rule for rule in carriers if rule.code not in seen], "Carries")
        seen |= {rule.code for rule in carriers}


def test_the_page_of_rules_is_up_to_date(
    root: pathlib.Path, rulebook: Rulebook, request: pytest.FixtureRequest
) -> None:
    """``pytest --update-golden`` writes it anew."""
    page = "\n".join(lines(rulebook)) + "\n"
    file = root / "docs" / "rules.md"
    if request.config.getoption("--update-golden"):
        file.write_text(page, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == page
