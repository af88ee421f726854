"""The shape of the package: which part may import which, read from the source with ``ast``."""

from __future__ import annotations

import ast
import pathlib
from collections.abc import Iterator

import pytest

PACKAGE = pathlib.Path(__file__).resolve().parents[2] / "compose2oam"

GROUND = {"_version", "errors", "diagnostics", "source", "model"}
STAGES = {"loader", "rules", "oam", "emitter", "cluster", "importer"}

# What a part may import beside itself. One direction, and the stages never see one another.
MAY_IMPORT = {
    **dict.fromkeys(GROUND, GROUND),
    **dict.fromkeys(STAGES, GROUND),
    "api": GROUND | STAGES | {"building", "sidefile"},
    "sidefile": GROUND | STAGES,
    "examples": GROUND | STAGES,
    "building": GROUND | {"rules"},
    "capabilities": GROUND | STAGES,
    "deploy": GROUND | STAGES | {"api"},
    "difference": GROUND | STAGES | {"words"},
    "doctor": GROUND | STAGES | {"api", "building", "capabilities", ""},
    "explain": GROUND | STAGES | {"api", "remedies"},
    "history": GROUND | STAGES | {"words"},
    "importing": GROUND | STAGES,
    "library": GROUND | STAGES | {"api"},
    "remedies": set(),
    "review": GROUND | STAGES | {"api"},
    "starting": GROUND | STAGES | {"sidefile"},
    "watching": GROUND,
    "words": GROUND | STAGES,
    "cli": GROUND
    | STAGES
    | {
        "api",
        "building",
        "capabilities",
        "deploy",
        "difference",
        "doctor",
        "examples",
        "explain",
        "history",
        "importing",
        "review",
        "starting",
        "watching",
        "words",
        "",
    },
    "__main__": {"cli"},
    "": GROUND | STAGES | {"api", "importing", "library"},
}


def part_of(module: str) -> str:
    """``compose2oam.loader.merge`` belongs to ``loader``, ``compose2oam`` itself to the part ``""``."""
    return module.split(".")[1] if "." in module else ""


def modules() -> Iterator[tuple[str, pathlib.Path]]:
    """All modules of the package by their dotted names."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(name: str, path: pathlib.Path, *, only_top: bool = False) -> Iterator[tuple[str, int]]:
    """All modules that one module imports, with the line, those inside functions and for typing too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    for node in tree.body if only_top else ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                home = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1])
                base = f"{home}.{base}".rstrip(".")
            for alias in node.names:
                yield f"{base}.{alias.name}", node.lineno


MODULES = dict(modules())


def test_every_part_has_its_place() -> None:
    """A new top-level module or folder must be given a place in the table above."""
    assert {part_of(name) for name in MODULES} <= set(MAY_IMPORT)


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_one_way(name: str) -> None:
    """errors, diagnostics, source, model <- loader | rules | oam | emitter | cluster <- api <- cli."""
    own = part_of(name)
    wrong = [
        f"{MODULES[name]}:{line}: {own or 'compose2oam'} must not import {imported}"
        for imported, line in imports(name, MODULES[name])
        if imported.split(".")[0] == "compose2oam" and part_of(imported) not in MAY_IMPORT[own] | {own}
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", [name for name in MODULES if part_of(name) != "cluster"])
def test_only_the_cluster_part_knows_the_kubernetes_client(name: str) -> None:
    """The client is slow to import and talks to a network; one part of the package has both."""
    assert not [line for imported, line in imports(name, MODULES[name]) if imported.split(".")[0] == "kubernetes"]


def test_the_package_itself_imports_next_to_nothing() -> None:
    """``import compose2oam`` is cheap: its public names are looked up when they are asked for."""
    own = {
        imported
        for imported, _ in imports("compose2oam", MODULES["compose2oam"], only_top=True)
        if imported.startswith("compose2oam")
    }
    assert own <= {"compose2oam._version.__version__"}


@pytest.mark.parametrize("name", [name for name in MODULES if part_of(name) != "cli"])
def test_only_the_command_line_ends_the_process(name: str) -> None:
    """A library returns or raises; it does not call ``sys.exit`` under its caller's feet."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    exits = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"exit", "_exit"}
        and ast.unparse(node.value) in {"sys", "os"}
    ]
    assert name == "compose2oam.__main__" or not exits


@pytest.mark.parametrize("name", MODULES)
def test_modules_stay_small(name: str) -> None:
    """One idea a module: none is longer than 500 lines."""
    assert len(MODULES[name].read_text(encoding="utf-8").splitlines()) <= 500
