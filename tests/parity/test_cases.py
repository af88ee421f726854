"""Small cases by key and by phase: the loader and Docker Compose read each alike, or both refuse it.

The cases are in ``cases/``. A file is a list; of each entry

- ``at`` and ``values``: one case for each value, at that place of a project with one service, ``web``;
- ``pairs``: two values each, merged once as an override file and once by ``extends`` where ``at`` is in a service;
- ``title`` and ``compose``: a project of its own, as text;
- ``beside``, ``files``, ``env``, ``arguments``, ``flags``: what else the project has, and how it is loaded.

What is expected comes from Docker Compose when the test runs.
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.errors import ComposeError
from compose2oam.loader import LoadOptions, load
from compose2oam.loader.keys import patterns
from compose2oam.source.reader import parse

if TYPE_CHECKING:
    from conftest import Compare, Oracle

CASES = pathlib.Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """One project, and how it is loaded."""

    title: str
    files: dict[str, str]
    main: tuple[str, ...] = ("compose.yaml",)
    env: dict[str, str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def _text(value: Any) -> str:
    """Write data as YAML that every reader understands alike: JSON."""
    return json.dumps(value, ensure_ascii=False).replace("Infinity", ".inf").replace("NaN", ".nan")


def _project(at: str, value: Any, beside: dict[str, Any], *, bare: bool = False) -> dict[str, Any]:
    """Return a project with ``value`` at a place; ``bare`` for one that is only merged."""
    project: dict[str, Any] = {} if bare else json.loads(json.dumps(beside))
    if not bare and at != "services":
        project.setdefault("services", {}).setdefault("web", {"image": "a"})
    *way, last = at.split(".")
    here = project
    for step in way:
        here = here.setdefault(step, {})
    if isinstance(here.get(last), dict) and isinstance(value, dict) and at == "jobs":
        value = {**here[last], **value}
    here[last] = value
    return project


def _of_place(entry: dict[str, Any]) -> Iterator[Case]:
    at, beside = entry["at"], entry.get("beside", {})
    more: dict[str, Any] = {"env": entry.get("env", {})}
    files = entry.get("files", {})
    for value in entry["values"]:
        yield Case(f"{at}: {_text(value)}", {**files, "compose.yaml": _text(_project(at, value, beside))}, **more)
    for first, second in entry.get("pairs", ()):
        title = f"{at}: {_text(first)} then {_text(second)}"
        base, override = _project(at, first, beside), _project(at, second, {}, bare=True)
        yield Case(
            f"{title}, as an override",
            {**files, "compose.yaml": _text(base), "override.yaml": _text(override)},
            main=("compose.yaml", "override.yaml"),
            **more,
        )
        if at.startswith("services.web."):
            project = _project(at, first, beside)
            project["services"]["base"] = project["services"]["web"]
            project["services"]["web"] = {"extends": "base", **override["services"]["web"]}
            yield Case(f"{title}, by extends", {**files, "compose.yaml": _text(project)}, **more)


def _of_project(entry: dict[str, Any]) -> Case:
    files = dict(entry.get("files", {}))
    if "compose" in entry:
        files.setdefault("compose.yaml", entry["compose"])
    return Case(
        entry["title"],
        files,
        tuple(entry.get("main", ("compose.yaml",))),
        {key: str(value) for key, value in entry.get("env", {}).items()},
        tuple(entry.get("profiles", ())),
        tuple(entry.get("services", ())),
        entry.get("options", {}),
        tuple(entry.get("arguments", ())),
        tuple(entry.get("flags", ())),
    )


def _cases() -> Iterator[Case]:
    for file in sorted(CASES.glob("*.yaml")):
        for entry in parse(file.read_text(encoding="utf-8"), file.name)[0]:
            if "at" in entry:
                yield from _of_place(entry)
            else:
                yield _of_project(entry)


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{n}-{case.title[:70]}") for n, case in enumerate(_cases())])
def test_case_reads_alike(
    case: Case,
    oracle: Oracle,
    differences: Compare,
    neutral_environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The model is equal as data, or both refuse the project."""
    folder = tmp_path_factory.mktemp("case", numbered=True) / "demo"
    for name, text in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    environment = neutral_environment | case.env
    arguments = [*case.arguments, *(part for profile in case.profiles for part in ("--profile", profile))]
    theirs = oracle(
        folder, case.main, arguments=arguments, services=case.services, flags=case.flags, environment=environment
    )
    monkeypatch.chdir(folder)
    options = {key: tuple(value) if isinstance(value, list) else value for key, value in case.options.items()}
    try:
        ours: Any = load(
            LoadOptions(
                files=case.main,
                profiles=case.profiles,
                services=case.services,
                environment=environment,
                **options,
            )
        ).tree
        refusal = ""
    except ComposeError as problem:
        ours, refusal = None, "; ".join(map(str, problem.diagnostics))
    if theirs.crashed:
        return
    if theirs.model is None:
        assert ours is None, f"only Docker Compose refuses it: {theirs.refusal}"
    else:
        assert ours is not None, f"only we refuse it: {refusal}"
        assert differences(ours, theirs.model) == []


def test_every_key_of_the_table_is_used_in_a_case() -> None:
    """No key is without a case."""
    used: set[str] = set()
    for case in _cases():
        for name, text in case.files.items():
            if name.endswith(("yaml", "yml")):
                try:
                    documents = parse(text, name, tags=("!reset", "!override"))
                except ComposeError:
                    continue
                for document in documents:
                    used.update(_keys(document))
    known = {pattern.rpartition(".")[2].rstrip("[]") for pattern, _ in patterns()} - {"*"}
    assert sorted(known - used) == []


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield key
            yield from _keys(child)
    elif isinstance(value, list):
        for child in value:
            yield from _keys(child)
