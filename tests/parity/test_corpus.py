"""Every public project of the reference corpus reads as Docker Compose reads it."""

from __future__ import annotations

import csv
import pathlib
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.errors import ComposeError
from compose2oam.loader import LoadOptions, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Compare, Oracle


@pytest.mark.parametrize("interpolated", [True, False], ids=["interpolated", "not interpolated"])
def test_public_projects_read_alike(
    interpolated: bool,
    shared: pathlib.Path,
    oracle: Oracle,
    differences: Compare,
    neutral_environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    counts: Callable[[str], None],
) -> None:
    """All configurations are equal as data, or refused by both."""
    public = shared / "corpus" / "public"
    with (public / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        rows = list(csv.DictReader(index, delimiter="\t", quoting=csv.QUOTE_NONE))
    equal, refused, problems = 0, 0, []
    for row in rows:
        folder = public / row["folder"]
        files = row["files (-f, in order)"].split()
        environment = neutral_environment | dict(
            pair.split("=", 1) for pair in shlex.split(row["env"].replace("`", "\\`"))
        )
        profiles = [profile for profile in row["profiles"].split(",") if profile]
        options = shlex.split(row["options"])
        arguments = [*options, *(part for profile in profiles for part in ("--profile", profile))]
        flags = () if interpolated else ("--no-interpolate",)
        theirs = oracle(folder, files, arguments=arguments, flags=flags, environment=environment)
        monkeypatch.chdir(folder)
        env_files = tuple(options[1::2]) if options[:1] == ["--env-file"] else ()
        ours: Any = None
        try:
            ours = load(
                LoadOptions(
                    files=tuple(files),
                    profiles=tuple(profiles),
                    env_files=env_files,
                    environment=environment,
                    interpolate=interpolated,
                )
            ).tree
        except ComposeError as problem:
            refusal = "; ".join(map(str, problem.diagnostics))
        where = f"{row['folder']}: {row['files (-f, in order)']}"
        if ours is None and theirs.model is None:
            refused += 1
        elif ours is None:
            problems.append(f"{where}: only we refuse it: {refusal}")
        elif theirs.model is None:
            problems.append(f"{where}: only Docker Compose refuses it: {theirs.refusal}")
        else:
            found = differences(ours, theirs.model)
            equal += not found
            problems += [f"{where}: {one}" for one in found]
    counts(
        f"{len(rows)} configurations: {equal} equal, {refused} refused by both, {len(rows) - equal - refused} differ"
    )
    assert not problems, "\n".join(problems)


def test_samples_read_alike(
    root: pathlib.Path,
    oracle: Oracle,
    differences: Compare,
    neutral_environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Our own samples are found and read alike, with no profile and with all of them."""
    problems = []
    for folder in sorted(path.parent for path in (root / "samples").glob("*/compose.yaml")):
        for profiles in ((), ("*",)):
            arguments = [part for profile in profiles for part in ("--profile", profile)]
            theirs = oracle(folder, arguments=arguments, environment=neutral_environment)
            monkeypatch.chdir(folder)
            ours = load(LoadOptions(profiles=profiles, environment=neutral_environment))
            assert theirs.model is not None, theirs.refusal
            problems += [f"{folder.name}: {one}" for one in differences(ours.tree, theirs.model)]
    assert not problems, "\n".join(problems)
