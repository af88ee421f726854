"""A command that is run a hundred times a day starts with only what it needs."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from typing import Any

import pytest

RUN_AND_LIST_MODULES = """
import json, sys
target, *sys.argv = sys.argv[1:]
from compose2oam.cli import main
status = 0
try:
    main()
except SystemExit as end:
    status = end.code or 0
with open(target, "w") as file:
    classes = [
        value
        for name, module in list(sys.modules.items())
        if name.startswith("compose2oam")
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == name
    ]
    json.dump(
        {
            "status": status,
            "modules": sorted(sys.modules),
            "generated": sorted(
                f"{made.__module__}.{made.__name__}"
                for made in classes
                if "__dataclass_fields__" in vars(made) and made.__init__.__code__.co_filename == "<string>"
            ),
            "compiled": sorted(
                f"{made.__module__}.{made.__name__}"
                for made in classes
                if "_fields" in vars(made) and not all(isinstance(kind, str) for kind in made.__annotations__.values())
            ),
        },
        file,
    )
"""

SLOW = {"kubernetes", "ruamel", "rich", "urllib3", "requests", "jsonschema", "pygments", "asyncio"}


@pytest.mark.parametrize(
    ("arguments", "never"),
    [
        (["--help"], SLOW | {"yaml", "jmespath", "deepmerge"}),
        (["convert", "--help"], SLOW | {"yaml", "jmespath", "deepmerge"}),
        (["up", "--help"], SLOW | {"yaml", "jmespath", "deepmerge"}),
        (["up", "--dry-run", "client", "-f", "samples/shop/compose.yaml"], SLOW),
        (["version"], SLOW | {"typer", "yaml", "jmespath", "deepmerge"}),
        (["convert", "samples/shop/compose.yaml", "--quiet"], SLOW | {"typer"}),
        (["config", "-f", "samples/shop/compose.yaml"], SLOW | {"typer"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_slow_modules_are_not_imported(
    arguments: list[str], never: set[str], root: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """Neither ``--help`` nor a conversion imports the Kubernetes client, ruamel.yaml or rich."""
    found = _run(arguments, root, tmp_path)
    assert never.isdisjoint(name.split(".")[0] for name in found["modules"])


@pytest.mark.parametrize(
    ("arguments", "most"),
    [
        (["version"], 30),
        (["convert", "--help"], 30),
        (["config", "-f", "samples/shop/compose.yaml"], 80),
        (["convert", "samples/shop/compose.yaml"], 195),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_imports_few_of_our_modules(
    arguments: list[str], most: int, root: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """With the rules in the cache; to import one takes a third of a millisecond, on any machine a part of the start."""
    _run(arguments, root, tmp_path)
    found = _run(arguments, root, tmp_path)
    ours = [name for name in found["modules"] if name.startswith("compose2oam")]
    assert len(ours) <= most, sorted(ours)
    assert not {"jmespath", "deepmerge"} & set(found["modules"])


@pytest.mark.parametrize("command", [["convert"], ["config", "-f"]], ids=" ".join)
def test_usual_yaml_is_read_without_a_parser(command: list[str], root: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """With the rules in the cache; to import PyYAML would take a fifth of a small conversion."""
    _run([*command, "samples/vpn/compose.yaml"], root, tmp_path)
    assert "yaml" not in _run([*command, "samples/vpn/compose.yaml"], root, tmp_path)["modules"]


def test_no_code_is_generated_for_the_data_classes_of_a_conversion(root: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """They are made by compose2oam.model.dataclass: forty usual ones would take a seventh of it all."""
    assert _run(["convert", "samples/shop/compose.yaml"], root, tmp_path)["generated"] == []


def test_no_types_are_compiled_for_the_named_tuples_of_a_conversion(root: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """They are made by compose2oam.model.namedtuple: forty usual ones would take a fortieth of it all."""
    assert _run(["convert", "samples/shop/compose.yaml"], root, tmp_path)["compiled"] == []


@pytest.mark.parametrize(
    ("before", "expected"),
    [("", ""), ("import threading", "taken apart"), ("sys.setprofile(lambda *_: None)", "taken apart")],
    ids=["usually", "with threads", "watched"],
)
def test_nothing_is_taken_apart_as_a_conversion_ends(before: str, expected: str, root: pathlib.Path) -> None:
    """Python would free a hundred thousand objects one by one, which the system frees at once; but threads must end."""
    code = f"""
import os, sys
{before}
from compose2oam.__main__ import run
class Kept:
    def __del__(self, write=os.write):
        write(1, b"taken apart")
kept = Kept()
sys.argv = ["compose2oam", "convert", "samples/shop/compose.yaml", "--output", "-"]
run()
"""
    call = [sys.executable, "-c", code]
    done = subprocess.run(call, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rpartition("\n")[2] == expected
    assert done.stdout.startswith("apiVersion: ")


def _run(arguments: list[str], root: pathlib.Path, tmp_path: pathlib.Path) -> Any:
    """What a command has imported and made at its end."""
    listing = tmp_path / "modules.json"
    done = subprocess.run(
        [sys.executable, "-c", RUN_AND_LIST_MODULES, str(listing), "compose2oam", *arguments],
        cwd=root,
        env={**os.environ, "COMPOSE2OAM_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert listing.is_file(), done.stderr
    found = json.loads(listing.read_text())
    assert found["status"] == 0, done.stderr
    return found
