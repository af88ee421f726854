"""What ``.ci/run`` installs is pinned: in the bounds of the project, for each Python, by hash; and the audit of it."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import pathlib
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = pathlib.Path(__file__).resolve().parents[2]
PINS = sorted((ROOT / ".ci" / "pins").glob("*.txt"))
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
#: The part of the project that each file pins, where it pins one.
PARTS = {"dev": ("dependencies", "test", "dev"), "docs": ("docs",), "browser": ("browser",)}


def pinned(file: pathlib.Path) -> Iterator[tuple[Requirement, str]]:
    """Each requirement of a file, with what follows it."""
    text = "".join(line for line in file.read_text(encoding="utf-8").splitlines(keepends=True) if line[0] != "#")
    for entry in re.split(r"\n(?=\S)", text.strip()):
        head, _, rest = entry.partition(" \\\n")
        yield Requirement(head), rest


def asked(part: str) -> list[Requirement]:
    """The requirements of a part of pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (found,) = re.findall(rf"^{part} = \[(.*?)\]$", text, re.MULTILINE | re.DOTALL)
    names = re.findall(r'"([^"]+)"', re.sub(r"^ *#.*", "", found, flags=re.MULTILINE))
    return [Requirement(name) for name in names if not name.startswith("compose2oam[")]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", PARTS)
def test_what_the_project_asks_for_is_pinned_in_its_bounds(name: str, python: str) -> None:
    """Once for each Python; whoever changes the bounds runs .ci/lock."""
    for wanted in (item for part in PARTS[name] for item in asked(part)):
        machine = {"python_version": python, "python_full_version": f"{python}.9", "sys_platform": "linux"}
        found = [
            item
            for item, _ in pinned(ROOT / ".ci" / "pins" / f"{name}.txt")
            if canonicalize_name(item.name) == canonicalize_name(wanted.name)
            and (item.marker is None or item.marker.evaluate(machine))
        ]
        assert len(found) == 1, wanted
        (version,) = found[0].specifier
        assert version.operator == "=="
        assert wanted.specifier.contains(version.version, prereleases=True), wanted


@pytest.mark.parametrize("file", PINS, ids=lambda file: file.stem)
def test_every_pin_has_hashes_and_names_no_index(file: pathlib.Path) -> None:
    """Any index with the same files will do."""
    for item, rest in pinned(file):
        assert re.fullmatch(r"(?: +--hash=sha256:[0-9a-f]{64}(?: \\\n|$))+", rest), item
    assert "://" not in file.read_text(encoding="utf-8")


def test_all_pins_are_used() -> None:
    """Each file stands in .ci/run, which installs nothing that is not pinned where it can be had."""
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert set(re.findall(r"pinned (\w+)", text)) == {file.stem for file in PINS}


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    """The program .ci/audit, as a module."""
    loader = importlib.machinery.SourceFileLoader("audit", str(ROOT / ".ci" / "audit"))
    spec = importlib.util.spec_from_loader("audit", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


GOOD: dict[str, Any] = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([GOOD], 0, ["1 packages audited"]),
        ([GOOD, BAD], 1, ["b 2: PYSEC-1, fixed in 2.1; .ci/lock takes it", "2 packages audited"]),
        ([GOOD, UNKNOWN], 0, ["1 packages audited", "1 packages not audited: c"]),
        ([UNKNOWN], 0, ["1 packages not audited: this index does not say what is vulnerable"]),
        (None, 0, ["not audited: what is known to be vulnerable cannot be asked from here"]),
    ],
)
def test_the_audit_fails_for_what_is_known_and_tells_what_is_not(
    audit: ModuleType,
    packages: Any,
    code: int,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An index that knows nothing is no reason to stop, but no clean bill either."""
    answer = json.dumps({"dependencies": packages}) if packages else "no connection"
    monkeypatch.setattr(audit, "audited", lambda program, files: answer)
    assert audit.main("pip-audit", "pins.txt") == code
    assert capsys.readouterr().out.splitlines() == said


def test_the_audit_does_without_its_program(audit: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """It was not installed, or cannot be run."""
    assert audit.main("./no-such-program", "pins.txt") == 0
    assert "not audited" in capsys.readouterr().out
