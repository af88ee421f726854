"""A command that is run a hundred times a day starts with only what it needs."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

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
    json.dump({"status": status, "modules": sorted(sys.modules)}, file)
"""

SLOW = {"kubernetes", "ruamel", "rich", "urllib3", "requests", "jsonschema", "pygments", "asyncio"}


@pytest.mark.parametrize(
    ("arguments", "never"),
    [
        (["--help"], SLOW | {"yaml", "jmespath", "deepmerge"}),
        (["convert", "--help"], SLOW | {"yaml", "jmespath", "deepmerge"}),
        (["up", "--help"], SLOW | {"yaml", "jmespath", "deepmerge"}),
        (["up", "--dry-run", "client", "-f", "samples/shop/compose.yaml"], SLOW),
        (["version"], SLOW | {"yaml", "jmespath", "deepmerge"}),
        (["convert", "samples/shop/compose.yaml"], SLOW),
        (["config", "-f", "samples/shop/compose.yaml"], SLOW),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_slow_modules_are_not_imported(
    arguments: list[str], never: set[str], root: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """Neither ``--help`` nor a conversion imports the Kubernetes client, ruamel.yaml or rich."""
    listing = tmp_path / "modules.json"
    done = subprocess.run(
        [sys.executable, "-c", RUN_AND_LIST_MODULES, str(listing), "compose2oam", *arguments],
        cwd=root,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert listing.is_file(), done.stderr
    found = json.loads(listing.read_text())
    assert found["status"] == 0, done.stderr
    assert never.isdisjoint(name.split(".")[0] for name in found["modules"])
