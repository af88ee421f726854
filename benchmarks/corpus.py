"""Convert every project below a folder in this one process: ``python benchmarks/corpus.py FOLDER``.

Prints how many there are, and how many of them were refused.
"""

from __future__ import annotations

import os
import pathlib
import sys

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


def projects(folder: pathlib.Path) -> list[pathlib.Path]:
    """Return the folders that hold a Compose project, by name."""
    return sorted({path.parent for name in NAMES for path in folder.rglob(name)})


def main(folder: pathlib.Path) -> None:
    """Convert all of them, each as a user would who stands in its folder."""
    from compose2oam import api
    from compose2oam.errors import Compose2OamError

    found = projects(folder)
    refused = 0
    for project in found:
        os.chdir(project)
        try:
            api.convert(api.load())
        except Compose2OamError:
            refused += 1
    sys.stdout.write(f"{len(found)} projects, {refused} refused\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
