"""A project's files, directory, variables, profiles and name are found where Docker Compose finds them.

Each case was seen to come out of Docker Compose like this.
"""

from __future__ import annotations

import io
import os
import pathlib
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from compose2oam.errors import ComposeError
from compose2oam.loader.discovery import Sources, discover
from compose2oam.loader.naming import normalised
from compose2oam.loader.options import LoadOptions
from compose2oam.source.position import Position

A = "services: {a: {image: x}}\n"
B = "services: {b: {image: y}}\n"

Discovering = Callable[..., Sources]


@pytest.fixture
def finding(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Discovering:
    """Write files into a folder ``Proj_1`` (``None`` makes a directory), go there or below, and look around."""
    folder = tmp_path / "Proj_1"

    def run(
        there: Mapping[str, str | None], cwd: str = ".", environment: Mapping[str, str] | None = None, **options: Any
    ) -> Sources:
        folder.mkdir()
        for name, text in there.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.mkdir()
            else:
                path.write_text(text, encoding="utf-8")
        (folder / cwd).mkdir(exist_ok=True)
        monkeypatch.chdir(folder / cwd)
        monkeypatch.delenv("PWD", raising=False)
        return discover(LoadOptions(environment=environment or {}, **options))

    return run


def names(sources: Sources) -> list[str]:
    """Name the files relative to the project's topmost folder."""
    return [file if file == "-" else file.partition("/Proj_1/")[2] for file in sources.files]


def fault(error: pytest.ExceptionInfo[ComposeError]) -> str:
    (found,) = error.value.diagnostics
    return str(found)


# Files


@pytest.mark.parametrize(
    ("there", "found", "warnings"),
    [
        (["compose.yaml"], ["compose.yaml"], 0),
        (["compose.yml"], ["compose.yml"], 0),
        (["docker-compose.yml"], ["docker-compose.yml"], 0),
        (["docker-compose.yaml"], ["docker-compose.yaml"], 0),
        (["docker-compose.yaml", "docker-compose.yml", "compose.yml", "compose.yaml"], ["compose.yaml"], 1),
        (["docker-compose.yaml", "docker-compose.yml"], ["docker-compose.yml"], 1),
        (["compose.yaml", "compose.override.yaml"], ["compose.yaml", "compose.override.yaml"], 0),
        (["compose.yaml", "docker-compose.override.yml"], ["compose.yaml", "docker-compose.override.yml"], 0),
        (
            ["compose.yaml", "docker-compose.override.yaml", "compose.override.yml"],
            ["compose.yaml", "compose.override.yml"],
            1,
        ),
    ],
)
def test_files_are_found_by_name(finding: Discovering, there: list[str], found: list[str], warnings: int) -> None:
    sources = finding(dict.fromkeys(there, A))
    assert names(sources) == found
    assert [warning.code for warning in sources.diagnostics] == ["CF-113"] * warnings


def test_files_are_found_in_a_directory_around(finding: Discovering) -> None:
    sources = finding({"compose.yaml": A, "compose.override.yaml": B}, cwd="below")
    assert names(sources) == ["compose.yaml", "compose.override.yaml"]
    assert (sources.name, sources.directory.endswith("/Proj_1")) == ("proj_1", True)


def test_named_files_are_taken_without_overrides(finding: Discovering) -> None:
    assert names(finding({"compose.yaml": A, "compose.override.yaml": B}, files=("compose.yaml",))) == ["compose.yaml"]


def test_the_folder_of_the_first_file_is_the_project_directory(finding: Discovering) -> None:
    sources = finding({"one/a.yaml": A, "two/b.yaml": B}, files=("one/a.yaml", "two/b.yaml"))
    assert names(sources) == ["one/a.yaml", "two/b.yaml"]
    assert (sources.name, sources.directory.endswith("/Proj_1/one")) == ("one", True)


def test_another_project_directory_can_be_named(finding: Discovering) -> None:
    sources = finding(
        {"one/a.yaml": A, ".env": "V=cwd", "pd/.env": "V=pd"}, files=("one/a.yaml",), project_directory="pd"
    )
    assert (sources.name, sources.environment["V"]) == ("pd", "pd")


def test_a_project_directory_is_searched_too(finding: Discovering) -> None:
    assert names(finding({"compose.yaml": A, "sub/compose.yaml": B}, project_directory="sub")) == ["sub/compose.yaml"]


def test_standard_input(finding: Discovering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(A.encode())))
    sources = finding({"sub/b.yaml": B}, files=("-", "sub/b.yaml"))
    assert names(sources) == ["-", "sub/b.yaml"]
    assert (sources.documents["-"], sources.name) == ([{"services": {"a": {"image": "x"}}}], "sub")


@pytest.mark.parametrize(
    ("files", "environment", "found"),
    [
        ({}, {"COMPOSE_FILE": "a.yaml:b.yaml"}, ["a.yaml", "b.yaml"]),
        ({}, {"COMPOSE_FILE": "a.yaml,b.yaml", "COMPOSE_PATH_SEPARATOR": ","}, ["a.yaml", "b.yaml"]),
        ({".env": "COMPOSE_FILE=b.yaml:a.yaml"}, {}, ["b.yaml", "a.yaml"]),
        ({".env": "COMPOSE_FILE=b.yaml"}, {"COMPOSE_FILE": "a.yaml"}, ["a.yaml"]),
    ],
)
def test_a_variable_can_name_the_files(
    finding: Discovering, files: dict[str, str], environment: dict[str, str], found: list[str]
) -> None:
    assert names(finding({"compose.yaml": A, "a.yaml": A, "b.yaml": B, **files}, environment=environment)) == found


def test_named_files_beat_the_variable(finding: Discovering) -> None:
    assert names(finding({"a.yaml": A, "b.yaml": B}, environment={"COMPOSE_FILE": "a.yaml"}, files=("b.yaml",))) == [
        "b.yaml"
    ]


@pytest.mark.parametrize(("entry", "reason"), [("no.yaml", "no such file"), ("", "not a file"), ("d", "not a file")])
def test_a_variable_that_names_no_file_is_blamed(finding: Discovering, entry: str, reason: str) -> None:
    with pytest.raises(ComposeError) as caught:
        finding({"compose.yaml": A, "d": None}, environment={"COMPOSE_FILE": entry})
    assert f'compose file "{entry}" set by COMPOSE_FILE environment variable is invalid' in fault(caught)
    assert reason in fault(caught)


def test_a_variable_in_an_env_file_is_blamed_with_its_place(finding: Discovering) -> None:
    with pytest.raises(ComposeError) as caught:
        finding({".env": "\nCOMPOSE_FILE=no.yaml"})
    assert fault(caught).startswith(".env:2:1: error: compose file")


def test_no_file_at_all(finding: Discovering) -> None:
    with pytest.raises(ComposeError) as caught:
        finding({"compose.override.yaml": A})
    assert "no configuration file provided: not found" in fault(caught)
    assert caught.value.diagnostics[0].hint


def test_all_unreadable_files_are_reported_at_once(finding: Discovering) -> None:
    with pytest.raises(ComposeError) as caught:
        finding({"bad.yaml": "a: [", "d": None}, files=("none.yaml", "d", "bad.yaml"))
    assert [str(found) for found in caught.value.diagnostics] == [
        "error: none.yaml does not exist [CF-100]",
        "error: d is a directory [CF-100]",
        "bad.yaml:2:1: error: a value is missing here [CF-101]",
    ]


@pytest.mark.parametrize("file", ["https://github.com/x/y.git", "oci://x/y", "git@github.com:x/y.git"])
def test_nothing_is_fetched(finding: Discovering, file: str) -> None:
    with pytest.raises(ComposeError) as caught:
        finding({}, files=(file,))
    assert "[CF-302]" in fault(caught)


def test_a_working_directory_that_is_gone(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(ComposeError, match="does not exist any more"):
        discover(LoadOptions(environment={}))


# Variables


@pytest.mark.parametrize(
    ("files", "options", "value"),
    [
        ({".env": "V=dot"}, {}, "dot"),
        ({".env": "V=dot"}, {"environment": {"V": "outer"}}, "outer"),
        ({".env": "V=dot"}, {"environment": {"V": ""}}, ""),
        ({".env": "V=${H}x"}, {"environment": {"H": "h"}}, "hx"),
        ({".env": None}, {}, None),
        ({".env": "V=dot", "e": "V=1"}, {"env_files": ("e",)}, "1"),
        ({"e": "V=1", "f": "V=2${V}"}, {"env_files": ("e", "f")}, "21"),
        ({"e": "V=1", "f": "V=2"}, {"environment": {"COMPOSE_ENV_FILES": "e,f"}}, "2"),
        ({".env": "COMPOSE_ENV_FILES=e\nV=dot", "e": "V=1"}, {}, "dot"),
        ({".env": "V=dot"}, {"environment": {"COMPOSE_DISABLE_ENV_FILE": "1"}}, None),
        ({"e": "V=1"}, {"environment": {"COMPOSE_DISABLE_ENV_FILE": "true"}, "env_files": ("e",)}, "1"),
        ({".env": "V=dot"}, {"environment": {"COMPOSE_DISABLE_ENV_FILE": "false"}}, "dot"),
        ({".env": "V=dot\nCOMPOSE_DISABLE_ENV_FILE=1"}, {}, None),
        ({".env": "V=cwd", "sub/c.yaml": A, "sub/.env": "V=sub"}, {"files": ("sub/c.yaml",)}, "sub"),
        ({".env": "V=cwd", "sub/c.yaml": A}, {"files": ("sub/c.yaml",)}, None),
        ({".env": "V=top", "sub/.env": "V=sub"}, {"cwd": "sub"}, "sub"),
        ({".env": "V=top"}, {"cwd": "sub"}, "top"),
        ({".env": "COMPOSE_FILE=sub/c.yaml", "sub/c.yaml": A, "sub/.env": "V=sub"}, {}, "sub"),
        ({".env": "COMPOSE_FILE=sub/c.yaml\nV=top", "sub/c.yaml": A, "sub/.env": "V=sub"}, {}, "top"),
    ],
)
def test_where_a_variable_comes_from(
    finding: Discovering, files: dict[str, str | None], options: dict[str, Any], value: str | None
) -> None:
    assert finding({"compose.yaml": A, **files}, **options).environment.get("V") == value


def test_a_variable_of_an_env_file_has_its_place_and_one_from_outside_has_none(finding: Discovering) -> None:
    environment = finding({"compose.yaml": A, ".env": "V=1\nW=2\n"}, environment={"W": "3"}).environment
    assert environment.marks == {"V": Position(".env", 1, 1)}


def test_the_working_directory_is_a_variable(finding: Discovering) -> None:
    assert finding({"compose.yaml": A}).environment["PWD"].endswith("/Proj_1")


def test_a_working_directory_is_called_as_the_shell_calls_it(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "compose.yaml").write_text(A)
    (tmp_path / "called").symlink_to("real")
    monkeypatch.chdir(tmp_path / "called")
    monkeypatch.setenv("PWD", str(tmp_path / "called"))
    assert discover(LoadOptions(environment={})).name == "called"
    monkeypatch.setenv("PWD", str(tmp_path))
    assert discover(LoadOptions(environment={})).name == "real"


def test_the_process_is_the_environment_by_default(finding: Discovering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("C2O_SOME_VARIABLE", "1")
    finding({"compose.yaml": A})
    before = dict(os.environ)
    assert discover(LoadOptions()).environment["C2O_SOME_VARIABLE"] == "1"
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    ("files", "options", "message"),
    [
        ({}, {"env_files": ("none",)}, "error: none does not exist [CF-100]"),
        ({"d": None}, {"env_files": ("d",)}, "error: d is a directory [CF-100]"),
        ({".env": "A B=1"}, {}, '.env:1:1: error: the variable name "A B" contains a space [CF-205]'),
        (
            {},
            {"environment": {"COMPOSE_DISABLE_ENV_FILE": "maybe"}},
            'error: COMPOSE_DISABLE_ENV_FILE is "maybe", which is no boolean [CF-204]',
        ),
        ({}, {"env_files": ("~no-such-user-at-all/e",)}, "error: ~no-such-user-at-all/e does not exist [CF-100]"),
    ],
)
def test_env_files_that_cannot_be_used(
    finding: Discovering, files: dict[str, str | None], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ComposeError) as caught:
        finding({"compose.yaml": A, **files}, **options)
    assert fault(caught) == message


# Profiles


@pytest.mark.parametrize(
    ("options", "profiles"),
    [
        ({}, ("",)),
        ({"environment": {"COMPOSE_PROFILES": ""}}, ("",)),
        ({"profiles": ("p",)}, ("p",)),
        ({"environment": {"COMPOSE_PROFILES": "p, q,"}}, ("p", "q", "")),
        ({"environment": {"COMPOSE_PROFILES": "p"}, "profiles": ("q",)}, ("q",)),
    ],
)
def test_profiles(finding: Discovering, options: dict[str, Any], profiles: tuple[str, ...]) -> None:
    """Where none is asked for, the one without a name is active: a service can list it."""
    assert finding({"compose.yaml": A}, **options).profiles == profiles


def test_profiles_can_stand_in_an_env_file(finding: Discovering) -> None:
    assert finding({"compose.yaml": A, ".env": "COMPOSE_PROFILES=p"}).profiles == ("p",)


# The name


@pytest.mark.parametrize(
    ("text", "options", "name"),
    [
        (A, {}, "proj_1"),
        (A, {"project_name": "abc"}, "abc"),
        (A, {"environment": {"COMPOSE_PROJECT_NAME": "env"}}, "env"),
        (A, {"environment": {"COMPOSE_PROJECT_NAME": ""}}, "proj_1"),
        (A, {"environment": {"COMPOSE_PROJECT_NAME": "env"}, "project_name": "abc"}, "abc"),
        ("name: y\n" + A, {"environment": {"COMPOSE_PROJECT_NAME": "env"}}, "env"),
        ("name: y\n" + A, {}, "y"),
        ("name: My App\n" + A, {}, "myapp"),
        ("name: n${V}\n" + A, {"environment": {"V": "x"}}, "nx"),
        ("name: n${V}\n" + A, {"interpolate": False}, "nv"),
        ("name: ${COMPOSE_PROJECT_NAME:-q}\n" + A, {}, "q"),
        ("name: ''\n" + A, {}, "proj_1"),
        ("name: first\n" + A + "---\nname: second\n", {}, "second"),
    ],
)
def test_the_name_of_the_project(finding: Discovering, text: str, options: dict[str, Any], name: str) -> None:
    sources = finding({"compose.yaml": text}, **options)
    assert (sources.name, sources.environment["COMPOSE_PROJECT_NAME"]) == (name, name)


def test_the_last_file_with_a_name_gives_it(finding: Discovering) -> None:
    files = {"a.yaml": "name: one\n" + A, "b.yaml": "name: two\n" + B, "c.yaml": A}
    assert finding(files, files=tuple(files)).name == "two"


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (A, {"project_name": "ABC"}, 'error: invalid project name "ABC": must consist only of'),
        (A, {"project_name": "_a"}, 'error: invalid project name "_a": must consist only of'),
        (A, {"project_name": "../x"}, 'error: invalid project name "../x": must consist only of'),
        (A, {"environment": {"COMPOSE_PROJECT_NAME": "E N"}}, 'error: invalid project name "E N": must consist'),
        ("name: '!!!'\n" + A, {}, "compose.yaml:1:1: error: project name must not be empty [CF-206] (name)"),
        ("name: ${NOPE}\n" + A, {}, "compose.yaml:1:1: error: project name must not be empty [CF-206] (name)"),
        ("name: ${1}\n" + A, {}, "compose.yaml:1:1: error: invalid interpolation format: ${1} [CF-200] (name)"),
        ("name: ${N:?say}\n" + A, {}, "compose.yaml:1:1: error: required variable N is missing a value: say [CF-201]"),
    ],
)
def test_a_name_that_is_refused(finding: Discovering, text: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ComposeError) as caught:
        finding({"compose.yaml": text}, **options)
    assert fault(caught).startswith(message)
    assert caught.value.diagnostics[0].hint


def test_a_directory_whose_name_gives_none(finding: Discovering) -> None:
    with pytest.raises(ComposeError, match="project name must not be empty"):
        finding({"___/compose.yaml": A}, cwd="___")


@pytest.mark.parametrize(
    ("text", "name"), [("My App", "myapp"), ("_-x-_", "x-_"), ("a.b", "ab"), ("\u00e9\u00e9", ""), ("1a", "1a")]
)
def test_a_name_is_made_valid(text: str, name: str) -> None:
    assert normalised(text) == name
