"""The real Docker Compose as an oracle, and what it means for two readings of a project to be equal.

The loader's tree is compared with what ``docker-compose config --format json`` prints, as data. These are the only
differences that are allowed, each a matter of how the model is written, not of what it says:

1. Docker Compose doubles every ``$`` when it prints, so that its output can be read again; the loader does not.
2. It prints ``command: null`` and ``entrypoint: null`` where nothing was said; the loader leaves them out.
3. It leaves out values that are empty (``false``, ``0``, ``""``, ``[]``, ``{}``), though they were written, and prints
   some mappings that were not (``deploy.resources: {}``, ``ipam: {}``). The loader keeps what was written. This holds
   for keys of the specification only, never for entries of free mappings such as ``environment``.
4. It leaves out ``create_host_path: true`` and ``required: true``, which are the defaults.
5. It leaves out ``env_file``, for it has merged those files. The loader keeps the key beside the merged variables.
6. It keeps ``x-`` keys only at the top level when it prints JSON; the loader keeps them everywhere.
7. It leaves out ``models`` at the top level when it prints JSON.
8. It prints the keys of ``blkio_config``'s lists with capitals (``Path``, ``Rate``, ``Weight``).
9. It prints ``build.ssh`` as a list, and cannot print it as JSON if a key has a path.
10. It moves keys that begin with ``x-`` out of free mappings too, and prints Go's notation of them; the loader leaves
    them where they are.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from compose2oam.loader.keys import Place, root
from compose2oam.model.path import Path, render
from compose2oam.source.tree import plain

EMPTY: tuple[Any, ...] = (None, False, 0, "", "0", "0s", [], {})
CAPITALS = {"Path": "path", "Rate": "rate", "Weight": "weight"}


@dataclass(frozen=True)
class Answer:
    """What Docker Compose says of a project: its model, or why it refuses it. When it crashes, it says nothing."""

    model: dict[str, Any] | None
    refusal: str
    crashed: bool = False


Oracle = Callable[..., Answer]


@pytest.fixture(scope="session")
def oracle(docker_compose: pathlib.Path) -> Oracle:
    """Ask the real Docker Compose for the model of a project."""

    def ask(
        folder: pathlib.Path,
        files: Sequence[str] = (),
        *,
        arguments: Sequence[str] = (),
        services: Sequence[str] = (),
        flags: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> Answer:
        command = [str(docker_compose), *(part for file in files for part in ("-f", file)), *arguments]
        done = subprocess.run(
            [*command, "config", "--format", "json", *flags, *services],
            cwd=folder,
            env={**neutral(), **(environment or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            return Answer(None, done.stderr.strip(), crashed="goroutine " in done.stderr)
        doubled = "--no-interpolate" not in flags
        return Answer(json.loads(done.stdout, object_hook=_single_dollars if doubled else None), "")

    return ask


def neutral() -> dict[str, str]:
    """The variables that both sides see in every test."""
    return {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "/")}


@pytest.fixture(scope="session")
def neutral_environment() -> dict[str, str]:
    """The variables that both sides see in every test."""
    return neutral()


def _single_dollars(value: Any) -> Any:
    if isinstance(value, dict):
        return {key.replace("$$", "$"): _single_dollars(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_single_dollars(child) for child in value]
    return value.replace("$$", "$") if isinstance(value, str) else value


Compare = Callable[[Any, Any], list[str]]


@pytest.fixture(scope="session")
def differences() -> Compare:
    """Compare the loader's tree with Docker Compose's; return every difference that is not a matter of notation."""
    return lambda ours, theirs: list(_compare(plain(ours), theirs, root(), ()))


def _compare(ours: Any, theirs: Any, place: Place | None, path: Path) -> Iterator[str]:
    if place is not None and place.long == "ssh" and isinstance(ours, dict):
        ours = list(ours)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        theirs = {CAPITALS.get(key, key) if "blkio_config" in path else key: value for key, value in theirs.items()}
        for key in sorted({*ours, *theirs}):
            if not _notation(key, ours, theirs, place, path):
                below = place.entry(key) if place else None
                missing = object()
                one, other = ours.get(key, missing), theirs.get(key, missing)
                if one is missing or other is missing:
                    yield f"{render((*path, key))}: {'missing' if one is missing else repr(one)} and not {other!r}"
                else:
                    yield from _compare(one, other, below, (*path, key))
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from _compare(one, other, place.item if place else None, (*path, index))
    elif ours != theirs or isinstance(ours, bool) != isinstance(theirs, bool):
        empty = ours in EMPTY and theirs in EMPTY and place is not None and place.type != "command"
        if not empty:
            yield f"{render(path)}: {ours!r} and not {theirs!r}"


def _notation(key: str, ours: dict[str, Any], theirs: dict[str, Any], place: Place | None, path: Path) -> bool:
    """Tell whether an entry differs in notation only."""
    if key in ("command", "entrypoint") and ours.get(key) is None and theirs.get(key) is None:
        return True
    if key.startswith("x-"):
        return bool(path)
    if key == "#extensions" or (key == "models" and not path):
        return True
    if place is None or key not in place.keys:
        return False
    if key == "env_file" and path[:1] in (("services",), ("jobs",)):
        return key not in theirs
    if key in ("create_host_path", "required") and key not in theirs:
        return ours[key] is True
    if key in ours and key in theirs:
        return False
    return _nothing(ours.get(key), place.keys[key]) and _nothing(theirs.get(key), place.keys[key])


def _nothing(value: Any, place: Place) -> bool:
    """Tell whether a value is empty, or a mapping of empty values."""
    if isinstance(value, dict) and place.keys:
        return all(key in place.keys and _nothing(child, place.keys[key]) for key, child in value.items())
    return value in EMPTY
