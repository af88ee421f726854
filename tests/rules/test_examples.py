"""The examples of the rules are their tests."""

from __future__ import annotations

import pytest

from compose2oam import examples
from compose2oam.rules.rulebook import load_rulebook

RULEBOOKS = {target: load_rulebook(target) for target in ("kubevela", "kubernetes", "oam-v1alpha2")}
# The meanings are those of all targets; the carriers of one run where it is the target.
RULES = {
    rule.code: (rulebook, rule)
    for rulebook in reversed(RULEBOOKS.values())
    for rule in (*(rule for scoped in rulebook.meanings.values() for rule in scoped), *rulebook.carriers)
}


@pytest.mark.parametrize("code", RULES)
def test_the_examples_of_a_rule_hold(code: str) -> None:
    """Each example gives exactly what its rule says it gives."""
    rulebook, rule = RULES[code]
    count, failures = examples.run(rulebook, iter([rule]))
    assert count, f"{code} has no example"
    for failure in failures:
        assert failure.found == failure.expected, f"{code}: {failure.title}"
