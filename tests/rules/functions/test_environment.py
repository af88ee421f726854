"""Variables that look like secrets are named, and their number is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compose2oam.diagnostics import Severity
from compose2oam.rules.functions.environment import is_sensitive

if TYPE_CHECKING:
    from conftest import Convert


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("DB_PASSWORD", True),
        ("MYSQL_ROOT_PASSWD", True),
        ("api_key", True),
        ("APIKEY", True),
        ("GITHUB_TOKEN", True),
        ("SECRET_KEY_BASE", True),
        ("PRIVATE_KEY", True),
        ("DB_PASSWORD_FILE", False),
        ("TOKEN_PATH", False),
        ("PASSPORT_HOST", False),
        ("KEYBOARD", False),
    ],
)
def test_what_looks_like_a_secret(name: str, expected: bool) -> None:
    """Names of files that hold a secret are no secret."""
    assert is_sensitive(name) is expected


def test_secrets_in_plain_text_are_warned_of_once(convert: Convert) -> None:
    """One warning with their number, a note for each, and never a value."""
    made = convert("services: {web: {image: a, environment: {A_TOKEN: hunter2, B_TOKEN: hunter3, C_TOKEN: '', D: x}}}")
    warnings = [item for item in made.diagnostics if item.severity is Severity.WARNING]
    assert [item.message.split(",")[0] for item in warnings] == ["2 variables look like secrets"]
    notes = [item.path[-1] for item in made.diagnostics if item.code == "C2O-210"]
    assert notes == ["A_TOKEN", "B_TOKEN"]
    assert "hunter" not in "".join(f"{item.message}{item.hint}" for item in made.diagnostics)
