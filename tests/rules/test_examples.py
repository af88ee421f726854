"""The examples of the rules are their tests."""

from __future__ import annotations

import pytest

from compose2oam import examples
from compose2oam.rules.rulebook import load_rulebook

RULEBOOK = load_rulebook()
RULES = {rule.code: rule for rule in RULEBOOK.rules()}


@pytest.mark.parametrize("code", RULES)
def test_the_examples_of_a_rule_hold(code: str) -> None:
    """Each example gives exactly what its rule says it gives."""
    count, failures = examples.run(RULEBOOK, iter([RULES[code]]))
    assert count, f"{code} has no example"
    for failure in failures:
        assert failure.found == failure.expected, f"{code}: {failure.title}"
