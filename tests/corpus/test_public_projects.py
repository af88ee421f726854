"""Real projects of the public, converted: what Docker Compose reads we read, and what we write KubeVela takes."""

from __future__ import annotations

import csv
import os
import pathlib
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from compose2oam.api import convert, load
from compose2oam.errors import Compose2OamError
from compose2oam.model.compose import Project
from compose2oam.rules.rulebook import load_rulebook


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


@pytest.fixture(scope="module")
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


def test_every_project_converts_or_is_refused_as_docker_compose_refuses_it(
    rows: list[Row],
    kubevela_findings: Callable[[dict[str, Any]], list[str]],
    rendering_findings: Callable[[dict[str, Any]], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    counts: Callable[[str], None],
) -> None:
    """No traceback, no refusal of our own, no property that KubeVela's schemas do not know, no patch that misses."""
    faults: list[str] = []
    tally: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    rulebook = load_rulebook("kubevela", [])
    for row in rows:
        monkeypatch.chdir(row.folder)
        try:
            application = convert(row.load(), rulebook=rulebook).application.to_dict()
        except Compose2OamError as error:
            tally["refused"] += 1
            places = [finding for finding in error.diagnostics if finding.position]
            if row.loads:
                faults.append(f"{row.name}: refused: {error} {'; '.join(map(str, error.diagnostics))}")
            elif not places:
                faults.append(f"{row.name}: refused without a place: {error}")
            continue
        except Exception:
            tally["crashed"] += 1
            faults.append(f"{row.name}: {traceback.format_exc(limit=-3)}")
            continue
        tally["converted"] += 1
        if not row.loads:
            faults.append(f"{row.name}: converted, though Docker Compose refuses it")
        kinds.update(component["type"] for component in application["spec"]["components"])
        findings = [*kubevela_findings(application), *rendering_findings(application)]
        faults.extend(f"{row.name}: {finding}" for finding in findings)
    counts(f"{len(rows)} configurations: " + ", ".join(f"{tally[key]} {key}" for key in sorted(tally)))
    counts("components: " + ", ".join(f"{number} {kind}" for kind, number in kinds.most_common()))
    assert not faults, f"{len(faults)} faults{os.linesep}" + "\n".join(faults)
    assert tally["converted"] == sum(row.loads for row in rows)
