"""Every code that stands in the program has a title, as every rule has."""

from __future__ import annotations

import pathlib
import re

from compose2oam.rules.codes import CODES
from compose2oam.rules.rulebook import Rulebook


def test_every_code_of_the_program_is_told(root: pathlib.Path, rulebook: Rulebook) -> None:
    """In the table of codes, or as the rule that has it; the table has none that is nowhere."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in (root / "compose2oam" / "rules").glob("*.py")}
    named = {code for name, text in texts.items() if name != "codes.py" for code in re.findall(r'"(C2O-\d{3})"', text)}
    rules = {rule.code for rule in rulebook.rules()}
    assert sorted(named - rules - CODES.keys()) == []
    assert sorted(CODES.keys() - named) == []
    assert not CODES.keys() & rules
