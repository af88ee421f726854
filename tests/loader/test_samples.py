"""Where a project ships a sample of the env file that is missing, the help names it: most public projects do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compose2oam.errors import ComposeError

if TYPE_CHECKING:
    from conftest import Loading

COMPOSE = "services: {web: {image: 'a:${TAG}'}}"
COPY = "{} has it: copy that file to .env and fill it in, or name it with --env-file"
SET = "set TAG, or write ${TAG:-default}; a dollar sign itself is $$"


@pytest.mark.parametrize(
    "name", [".env.example", ".env.sample", ".env.dist", "env.template", "example.env", ".env-example", "env_SAMPLE"]
)
def test_the_sample_of_a_missing_variable_is_named(name: str, loading: Loading) -> None:
    (finding,) = loading(COMPOSE, {name: "export TAG = 1\n"}).diagnostics
    assert finding.hint == COPY.format(name)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {".env.example": "TAGS=1\n# TAG=1\n"},
        {".env.production": "TAG=1"},
        {".env.prod.example": "TAG=1"},
        {"example.txt": "TAG=1"},
    ],
    ids=lambda files: " ".join(files) or "none",
)
def test_other_files_are_not_taken_for_a_sample(files: dict[str, str], loading: Loading) -> None:
    (finding,) = loading(COMPOSE, files).diagnostics
    assert finding.hint == SET


def test_what_stands_in_the_sample_alone_is_to_be_added(loading: Loading) -> None:
    """An old ``.env`` lacks what the project needs since."""
    (finding,) = loading(COMPOSE, {".env": "OLD=1", ".env.example": "OLD=\nTAG=\n"}).diagnostics
    assert finding.hint == ".env.example has it: add it to .env"


def test_who_names_an_env_file_is_not_sent_to_another(loading: Loading) -> None:
    (finding,) = loading(COMPOSE, {"my.env": "A=1", ".env.example": "TAG=1"}, env_files=("my.env",)).diagnostics
    assert finding.hint == SET


def test_the_sample_of_a_required_variable_is_named(loading: Loading) -> None:
    with pytest.raises(ComposeError) as caught:
        loading("services: {web: {image: 'a:${TAG:?}'}}", {".env.example": "TAG=1"})
    assert caught.value.diagnostics[0].hint == COPY.format(".env.example")


@pytest.mark.parametrize(
    ("name", "files", "hint"),
    [
        ("${TAG}", {}, "TAG is not set, which leaves a blank here; set TAG, or give a name with -p"),
        ("${TAG}", {"env.sample": "TAG=a"}, f"TAG is not set, which leaves a blank here; {COPY.format('env.sample')}"),
        ("${TAG:?}", {}, "set TAG"),
        ("${TAG:?}", {"env.sample": "TAG=a"}, COPY.format("env.sample")),
        ("'!!!'", {"env.sample": "TAG=a"}, "give one with -p, COMPOSE_PROJECT_NAME or the top-level key `name`"),
    ],
)
def test_the_variable_that_the_name_lacks_is_named(
    name: str, files: dict[str, str], hint: str, loading: Loading
) -> None:
    with pytest.raises(ComposeError) as caught:
        loading(f"name: {name}\nservices: {{web: {{image: a}}}}", files)
    assert caught.value.diagnostics[0].hint == hint


def test_a_sample_that_cannot_be_read_is_none(loading: Loading) -> None:
    """A folder of that name, for one."""
    (finding,) = loading(COMPOSE, {".env.example/keep": ""}).diagnostics
    assert finding.hint == SET


@pytest.mark.parametrize(
    ("file", "sample"),
    [
        (".env", ".env.example"),
        ("conf/app.env", "conf/app.env.sample"),
        ("conf/app.env", "conf/app.example.env"),
        ("variables", "variables.dist"),
    ],
)
def test_the_sample_of_a_missing_env_file_is_named(file: str, sample: str, loading: Loading) -> None:
    with pytest.raises(ComposeError) as caught:
        loading(f"services: {{web: {{image: a, env_file: {file}}}}}", {sample: ""})
    (finding,) = caught.value.diagnostics
    assert (finding.message, finding.hint) == (f"{file} does not exist", f"copy {sample} to {file}, and fill it in")


def test_of_several_samples_the_nearest_name_is_taken(loading: Loading) -> None:
    with pytest.raises(ComposeError) as caught:
        loading("services: {web: {image: a, env_file: .env}}", {"env.dist": "", ".env.sample": "", "a.env.sample": ""})
    assert caught.value.diagnostics[0].hint == "copy .env.sample to .env, and fill it in"


def test_a_fault_in_an_env_file_that_is_there_keeps_its_own_help(loading: Loading) -> None:
    with pytest.raises(ComposeError) as caught:
        loading("services: {web: {image: a, env_file: .env}}", {".env": "'", ".env.example": ""})
    assert "copy" not in caught.value.diagnostics[0].hint
