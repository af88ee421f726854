"""The drawing of ARCHITECTURE.md shows the imports that there are, no more and no fewer; what it names is there."""

from __future__ import annotations

import importlib.util
import pathlib
import re
from collections import defaultdict
from types import ModuleType

import pytest

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
DRAWING = TEXT.partition("```mermaid\n")[2].partition("```")[0]

Arrows = dict[str, set[str]]


@pytest.fixture(scope="module")
def shape() -> ModuleType:
    """The table of what may import what, and the reader of imports."""
    spec = importlib.util.spec_from_file_location("shape", HERE / "test_architecture.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def drawn() -> Arrows:
    """The arrows of the drawing."""
    found: Arrows = defaultdict(set)
    for line in DRAWING.splitlines():
        here, arrow, there = re.sub(r'\["[^"]*"\]', "", line).partition("-->")
        for start in here.split("&") if arrow else ():
            found[start.strip()] |= {end.strip() for end in there.split("&")}
    return found


def boxes() -> dict[str, str]:
    """The box in which a part is drawn, for those that are in one."""
    found = {}
    for name, inside in re.findall(r"subgraph (\w+).*?\n(.*?)\n\s*end", DRAWING, re.DOTALL):
        found |= dict.fromkeys(re.split(r"\s*~~~\s*", inside.strip()), name)
    return found


def real(shape: ModuleType) -> Arrows:
    """The imports that there are, between parts that are drawn apart."""
    box, found = boxes(), defaultdict(set)
    for module, path in shape.MODULES.items():
        start = shape.part_of(module) or "compose2oam"
        for imported, _ in shape.imports(module, path):
            end = shape.part_of(imported) or "compose2oam"
            if imported.split(".")[0] == "compose2oam" and end in {*shape.MAY_IMPORT, "compose2oam"}:
                found[box.get(start, start)].add(box.get(end, end))
    return {start: ends - {start, "compose2oam"} for start, ends in found.items()}


def reached(arrows: Arrows, start: str) -> set[str]:
    """What arrows lead to, one after another."""
    found: set[str] = set()
    open_ = [start]
    while open_:
        for end in arrows.get(open_.pop(), ()):
            if end not in found:
                found.add(end)
                open_.append(end)
    return found


def test_every_arrow_is_an_import(shape: ModuleType) -> None:
    """The drawing invents nothing."""
    there = real(shape)
    assert {f"{start} --> {end}" for start, ends in drawn().items() for end in ends - there[start]} == set()


def test_every_import_is_drawn(shape: ModuleType) -> None:
    """By an arrow, or by several that lead there."""
    arrows = drawn()
    missing = {f"{start} --> {end}" for start, ends in real(shape).items() for end in ends - reached(arrows, start)}
    assert missing == set()


def test_no_arrow_is_more_than_is_needed() -> None:
    """What another arrow leads to is not drawn, so that the drawing can be read."""
    arrows = drawn()
    twice = {
        f"{start} --> {end}"
        for start, ends in arrows.items()
        for end in ends
        if any(end in reached(arrows, other) for other in ends - {end})
    }
    assert twice == set()


def test_every_part_is_drawn_and_told(shape: ModuleType) -> None:
    """A new part has its place in the drawing and a line in the table."""
    parts = {shape.part_of(module) for module in shape.MODULES} - {"", "__main__", "_version"}
    assert {part for part in parts if not re.search(rf"\b{part}\b", DRAWING)} == set()
    table = TEXT.partition("## The parts")[2].partition("\n## ")[0]
    assert {part for part in parts if f"`{part}/`" not in table and f"`{part}`" not in table} == set()


def test_boxes_are_those_of_the_table(shape: ModuleType) -> None:
    """The ground and the stages."""
    box = boxes()
    assert {name for name, where in box.items() if where == "ground"} == shape.GROUND
    assert {name for name, where in box.items() if where == "stages"} == shape.STAGES


def test_what_it_names_is_there() -> None:
    """Files, folders and headings that a link leads to."""
    for link, _, heading in (target.partition("#") for target in re.findall(r"\]\(([^)]+)\)", TEXT)):
        text = (ROOT / link).read_text(encoding="utf-8")
        titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        known = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
        assert not heading or heading in known, heading
    for name in re.findall(r"`((?:tests|mappings|loader|rules|oam|emitter|cli)/[\w./-]*)`", TEXT):
        base = ROOT if name.startswith(("tests/", "mappings/")) else ROOT / "compose2oam"
        assert (base / name).exists(), name
    for name in re.findall(r"`((?:source|loader|rules|oam)\.\w+)`", TEXT):
        folder, _, module = name.partition(".")
        assert (ROOT / "compose2oam" / folder / f"{module}.py").is_file(), name


def test_it_is_two_pages() -> None:
    """No longer than what is read in one go."""
    assert len(TEXT.splitlines()) <= 120
