"""A rule that yields leaves what an earlier one wrote, and its lines say so."""

from __future__ import annotations

from typing import Any

import pytest

from compose2oam import api
from compose2oam.errors import RuleError
from compose2oam.model.path import render
from compose2oam.rules.rulebook import load_rulebook

RULE = """\
    code: C2O-{code}
    title: A host name
    why: Two rules write it.
    reads: [x-{name}]
    {yields}
    means: {{hostname: {{from: '"x-{name}"'}}}}
    examples: [{{title: nothing said, service: {{image: a}}, means: {{}}}}]
"""


def overlay(write: Any, yields: str) -> Any:
    """Two rules for one place, the second of which may yield; C2O-230, which writes it too, is taken away."""
    first = RULE.format(code=901, name="first", yields="always: false")
    return write(
        {
            "overlay.yaml": "disable: [C2O-230]",
            "meanings/network/first.yaml": first,
            "meanings/network/second.yaml": RULE.format(code=902, name="second", yields=yields),
        }
    )


def test_two_rules_write_one_place_if_the_later_yields(load: Any, write: Any) -> None:
    """The earlier one has the word; where it is silent, the later one has."""
    rulebook = load_rulebook("kubevela", [overlay(write, "yields: true")])
    project = load(
        """
        services:
          both: {image: a, x-first: one, x-second: two}
          one: {image: a, x-second: two}
        """
    )
    made = api.convert(project, rulebook=rulebook)
    found = {
        item.name: trait.properties["spec"]["template"]["spec"]["hostname"]
        for item in made.application.components
        for trait in item.traits
        if trait.type == "json-merge-patch"
    }
    assert found == {"both": "one", "one": "two"}
    ends = {render(entry.path): (entry.outcome.value, entry.say) for entry in made.entries}
    assert ends["services.both.x-second"] == ("not needed", "C2O-901 decides it")
    assert ends["services.one.x-second"][0] == "translated"


def test_two_rules_write_one_place_if_the_later_does_not_yield(write: Any) -> None:
    """They do not load, and the hint names the way out."""
    with pytest.raises(RuleError, match="both write `hostname`") as caught:
        load_rulebook("kubevela", [overlay(write, "always: false")])
    assert "yields" in caught.value.diagnostics[0].hint
