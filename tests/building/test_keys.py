"""What each key of ``build`` is for each builder."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from compose2oam import api
from compose2oam.building import bake, steps
from compose2oam.building.wanted import Choices, wanted
from compose2oam.rules.settings import Settings

if TYPE_CHECKING:
    from conftest import Builders, CommandLine

HERE = "{here}"

CASES = yaml.safe_load(pathlib.Path(__file__).with_name("keys.yaml").read_text(encoding="utf-8"))
TITLES = [case["title"] for case in CASES]

SECRETS = {"file": {"file": "./s.txt"}, "comma": {"file": "./a,b"}, "variable": {"environment": "PIN"}}


def written(build: dict[str, Any], **more: Any) -> str:
    """A project with one service that is built."""
    service = {"image": "r.io/web", "build": {"context": ".", **build}}
    return yaml.safe_dump({"name": "demo", "services": {"web": service}, "secrets": SECRETS, **more})


def filled(value: Any, here: pathlib.Path) -> Any:
    """The same with the project's folder in its place."""
    text = json.dumps(value).replace(HERE, str(here))
    return json.loads(text)


def test_the_tables_know_every_key() -> None:
    """A key that Docker Compose takes has a line in both, and in the cases here."""
    from compose2oam.loader.keyparts import build

    known = set(build().keys or {})
    assert known == set(bake.KEYS) == set(steps.KEYS)
    covered = {key for case in CASES for key in case["build"]} | {"context", "dockerfile_inline"}
    assert known == covered


@pytest.mark.parametrize("case", CASES, ids=TITLES)
def test_for_bake(
    project: Callable[[str], pathlib.Path], monkeypatch: pytest.MonkeyPatch, case: dict[str, Any]
) -> None:
    """Every key has its place in the file, and nothing else comes along."""
    monkeypatch.setenv("PIN", "hunter2-pin")
    folder = project(written(case["build"]))
    found = bake.bakefile(wanted(api.load(folder / "compose.yaml"), Settings(), Choices()), Choices())
    made = found.document["target"]["web"]
    usual = {
        "context": str(folder),
        "dockerfile": str(folder / "Dockerfile"),
        "tags": ["r.io/web"],
        "output": ["type=docker"],
    }
    assert made == {**usual, **filled(case["bake"], folder)}
    assert "hunter2" not in json.dumps(found.document)


@pytest.mark.parametrize("program", ["podman", "buildah"])
@pytest.mark.parametrize("case", CASES, ids=TITLES)
def test_for_the_others(
    project: Callable[[str], pathlib.Path], monkeypatch: pytest.MonkeyPatch, case: dict[str, Any], program: str
) -> None:
    """Every key has its option, or there is a warning at its line."""
    monkeypatch.setenv("PIN", "hunter2-pin")
    folder = project(written(case["build"]))
    builds = wanted(api.load(folder / "compose.yaml"), Settings(), Choices())
    job = steps.job((program,), builds, Choices(), folder)
    (command,) = job.commands
    options = filled(case["options"], folder)
    usual = [] if "--file" in options else ["--file", str(folder / "Dockerfile")]
    expected = [program, "build", *usual, "--tag", "r.io/web", *options, str(folder)]
    assert sorted(command.words) == sorted(expected)
    assert " ".join(options) in " ".join(command.words)
    assert [item.path[3] for item in job.said] == [key for key in [case.get("warns")] if key]
    assert all(item.position is not None and item.position.line > 1 for item in job.said)
    assert "hunter2" not in " ".join(command.words)


@pytest.mark.parametrize(
    ("context", "file"),
    [("https://github.com/x/y.git#main:sub", "Dockerfile"), ("git@github.com:x/y.git", "sub/Dockerfile")],
)
def test_a_context_in_git(project: Callable[[str], pathlib.Path], context: str, file: str) -> None:
    """It goes to the builder as it is, and the file stands in it."""
    folder = project(written({"context": context, "dockerfile": file}))
    builds = wanted(api.load(folder / "compose.yaml"), Settings(), Choices())
    target = bake.bakefile(builds, Choices()).document["target"]["web"]
    assert (target["context"], target["dockerfile"]) == (context, file)
    (command,) = steps.job(("podman",), builds, Choices(), folder).commands
    assert command.words[-1] == context
    assert command.words[2:4] == ("--file", file)


@pytest.mark.parametrize("program", ["podman", "buildah", "docker"])
def test_a_dockerfile_in_the_compose_file(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path], program: str
) -> None:
    """It reaches the builder whole, as input or in bake's file, where `$` is no variable."""
    builders.install(program)
    text = "FROM scratch\nRUN echo $$(date) $${A}\n"
    done = cli("build", cwd=project(written({"dockerfile_inline": text})))
    assert done.returncode == 0, done.stderr
    (call,) = builders.calls()
    expected = "FROM scratch\nRUN echo $(date) ${A}\n"
    if program == "docker":
        assert call.file["target"]["web"]["dockerfile-inline"].replace("$${", "${") == expected
    else:
        assert call.stdin == expected
        assert call.words[1:3] == ["--file", "-"]


@pytest.mark.parametrize("builder", ["bake", "steps"])
def test_what_a_secret_cannot_have(project: Callable[[str], pathlib.Path], builder: str) -> None:
    """Who owns a secret of a build is said in the Dockerfile, and that is told at the line."""
    folder = project(written({"secrets": [{"source": "file", "uid": "1"}]}))
    builds = wanted(api.load(folder / "compose.yaml"), Settings(), Choices())
    job = (bake.job if builder == "bake" else steps.job)(("x",), builds, Choices(), folder)
    assert [item.code for item in job.said] == ["BL-101"]
    assert "RUN --mount=type=secret,uid=" in job.said[0].message


@pytest.mark.parametrize("builder", ["bake", "steps"])
def test_isolation_is_for_windows(project: Callable[[str], pathlib.Path], builder: str) -> None:
    """It is told that it is left out."""
    folder = project(written({"isolation": "hyperv"}))
    builds = wanted(api.load(folder / "compose.yaml"), Settings(), Choices())
    job = (bake.job if builder == "bake" else steps.job)(("x",), builds, Choices(), folder)
    assert [(item.path[-1], item.severity.value) for item in job.said] == [("isolation", "warning")]


def test_one_name_for_two_secrets(project: Callable[[str], pathlib.Path]) -> None:
    """Two services with another value for the same secret argument each get their own."""
    services = {name: {"image": name, "build": {"args": {"TOKEN": f"{name}-value"}}} for name in ("a", "b", "c")}
    services["c"]["build"]["args"]["TOKEN"] = "a-value"
    folder = project(yaml.safe_dump({"name": "demo", "services": services}))
    found = bake.bakefile(wanted(api.load(folder / "compose.yaml"), Settings(), Choices()), Choices())
    told = {name: target["args"]["TOKEN"] for name, target in found.document["target"].items()}
    assert told == {"a": "${TOKEN}", "b": "${TOKEN_}", "c": "${TOKEN}"}
    assert found.variables == {"TOKEN": "a-value", "TOKEN_": "b-value"}


@pytest.fixture(scope="session")
def buildx() -> list[str]:
    """The real buildx, as a plugin of docker or by itself; it needs no engine to read a file."""
    for program in (["buildx"], ["docker", "buildx"]):
        if shutil.which(program[0]) and not subprocess.run([*program, "version"], capture_output=True).returncode:
            return program
    pytest.skip("needs the real buildx: docker's plugin, or the program buildx on the PATH")


@pytest.mark.parametrize("case", [case for case in CASES if "ssh" not in case["build"]])
def test_the_real_bake_reads_it(
    buildx: list[str],
    project: Callable[[str], pathlib.Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: pathlib.Path,
    case: dict[str, Any],
) -> None:
    """It takes every file of ours, and prints it again with the same arguments and names."""
    monkeypatch.setenv("PIN", "hunter2-pin")
    folder = project(written(case["build"]))
    builds = wanted(api.load(folder / "compose.yaml"), Settings(), Choices())
    for name in ("s.txt", "a,b"):
        (folder / name).write_text("hunter2")
    (command,) = bake.job(tuple(buildx), builds, Choices(), tmp_path).commands
    assert command.file is not None
    command.file.write_text(command.stdin)
    call = [*command.words, "--print"]
    done = subprocess.run(call, capture_output=True, text=True, env={**os.environ, **command.variables})
    assert done.returncode == 0, done.stderr
    target, given = json.loads(done.stdout)["target"]["web"], json.loads(command.stdin)["target"]["web"]
    assert set(target) == {key for key in given if key != "no-cache" or given[key]}
    assert target["tags"] == given["tags"]
    assert "warn" not in done.stderr.lower()
