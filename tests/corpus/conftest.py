"""The public projects of ../shared, and how they are loaded."""

from __future__ import annotations

import csv
import pathlib
from dataclasses import dataclass

import pytest

from compose2oam.api import load
from compose2oam.model.compose import Project


@dataclass(frozen=True)
class Row:
    """One configuration of the corpus, as its index describes it."""

    name: str
    folder: pathlib.Path
    files: tuple[str, ...]
    profiles: tuple[str, ...]
    environment: dict[str, str]
    env_files: tuple[str, ...]
    loads: bool

    def load(self) -> Project:
        """Load it as a user would in the project's folder, which must be the working directory."""
        return load(
            *self.files,
            profiles=self.profiles,
            env_files=self.env_files,
            environment={"HOME": "/home/user", "USER": "user", "PWD": str(self.folder), **self.environment},
        )


@pytest.fixture(scope="session")
def rows(shared: pathlib.Path) -> list[Row]:
    """All rows of the index."""
    public = shared / "corpus" / "public"
    with (public / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        entries = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = []
    for entry in entries:
        words = entry["options"].split()
        assert set(words[::2]) <= {"--env-file"}, f"an option that this test does not know: {words}"
        files = tuple(entry["files (-f, in order)"].split())
        found.append(
            Row(
                name=f"{entry['folder']}: {' '.join(files)}",
                folder=public / entry["folder"],
                files=files,
                profiles=tuple(entry["profiles"].split(",")) if entry["profiles"] else (),
                environment=dict(word.split("=", 1) for word in entry["env"].split()),
                env_files=tuple(words[1::2]),
                loads=entry["loads (docker compose config)"] == "yes",
            )
        )
    return found
