"""Every refusal points to the file, line and column of what is wrong, in the text that the user wrote."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from compose2oam.errors import ComposeError
from compose2oam.loader.codes import TITLES

if TYPE_CHECKING:
    from conftest import Loading

CASES = [
    case
    for name in ("broken.yaml", "broken_origins.yaml")
    for case in yaml.safe_load((pathlib.Path(__file__).parent / name).read_text(encoding="utf-8"))
]
HERE = "\u00a7"


def unmarked(name: str, text: str) -> tuple[str, list[str]]:
    """Take the signs out of a text, and return it with the places where they stood."""
    places, lines = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        while HERE in line:
            places.append(f"{name}:{number}:{line.index(HERE) + 1}")
            line = line.replace(HERE, "", 1)
        lines.append(line)
    return "\n".join(lines), places


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_refusal_points_to_its_cause(case: dict[str, Any], loading: Loading) -> None:
    """The codes and the places of all findings are as expected, and the first one says what to do."""
    texts = {"compose.yaml": case["compose"], **case.get("files", {})}
    expected: list[str] = []
    for name, text in texts.items():
        texts[name], places = unmarked(name, text)
        expected += places
    with pytest.raises(ComposeError) as caught:
        loading(texts.pop("compose.yaml"), texts, files=tuple(case.get("main", ["compose.yaml"])))
    findings = caught.value.diagnostics
    assert [finding.code for finding in findings] == case["code"]
    assert [str(finding.position) for finding in findings] == expected
    assert case.get("hint", "") in findings[0].hint
    assert case.get("says", "") in findings[0].message


def test_there_are_enough_cases() -> None:
    """The promise is sixty at least."""
    assert len(CASES) >= 60


def test_every_code_used_has_a_title() -> None:
    """A code that is raised anywhere in the loader or the reader is in the table."""
    import re

    import compose2oam.loader.codes as codes

    package = pathlib.Path(str(codes.__file__)).parent.parent
    used = {
        code
        for folder in ("loader", "source")
        for file in (package / folder).glob("*.py")
        for code in re.findall(r"CF-[0-9]{3}", file.read_text(encoding="utf-8"))
    }
    assert used - set(TITLES) == set()
