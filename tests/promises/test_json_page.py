"""Every command that has data gives it as JSON: docs/json.md says which, and the commands are held to it."""

from __future__ import annotations

import json
import pathlib
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import jsonshapes
import pytest
import typer

from compose2oam.cli import app

if TYPE_CHECKING:
    from conftest import CommandLine

HEAD = """\
# Data for programs

Every command that has something to tell tells it as JSON with `--format json`. Then there is nothing else on standard
output; notes and errors go to standard error as ever, and the [exit codes](exit-codes.md) are the same. It is UTF-8.

Keys may be added in a later version; none is renamed or removed, and none changes its type, without a new major
version. Read what you need, and leave alone what you do not know.

Below, `text`, `number`, `truth` and `any` stand for values; a key in parentheses is left out where
there is nothing to say; `"*"` stands for names; `[text]` is a list. Times are written as `2026-01-31T12:00:00Z`.

```sh project
compose2oam check --format json -q | jq -r '.findings[] | select(.severity == "error").message'
compose2oam explain services.web --format json | jq -r '.entries[] | "\\(.path) \\(.outcome)"'
```

This page is written from `tests/support/json_shapes.yaml` by `pytest tests/promises --update-golden`.
"""


def lines() -> Iterator[str]:
    """The page, command by command; those that print the same stand together."""
    together: dict[jsonshapes.Shape, list[str]] = {}
    for name, shape in jsonshapes.shapes().items():
        if name != "live-diff":
            together.setdefault(shape, []).append(name)
    yield HEAD
    for shape, names in together.items():
        yield f"## {', '.join(f'`{name}`' for name in names)}\n"
        yield shape.about + (" An object a line, each as soon as it is known." if shape.lines else "") + "\n"
        for index, form in enumerate(shape.shapes):
            yield f"{'or' if index else ''}\n```text\n{form.strip()}\n```\n".lstrip("\n")
    yield "## Commands without data\n"
    for name, why in jsonshapes.without().items():
        yield f"- `{name}`: {why}"


def test_the_page_is_up_to_date(root: pathlib.Path, request: pytest.FixtureRequest) -> None:
    """``pytest --update-golden`` writes it anew."""
    page = "\n".join(lines()) + "\n"
    file = root / "docs" / "json.md"
    if request.config.getoption("--update-golden"):
        file.write_text(page, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == page


def test_every_command_says_json_or_why_not() -> None:
    """Whoever adds a command gives it ``--format json`` and a shape, or a reason."""
    known, without = set(jsonshapes.shapes()) - {"live-diff"}, jsonshapes.without()
    found = dict(jsonshapes.commands(typer.main.get_command(app())))
    assert set(found) == known | set(without)
    assert not known & set(without)
    for name, command in found.items():
        formats = [item for item in command.params if "--format" in item.opts]
        if name in without:
            assert not formats, name
        elif not name.endswith("schema"):
            (option,) = formats
            choices = getattr(option.type, "choices", None)
            said = [str(getattr(choice, "value", choice)) for choice in choices] if choices else option.help
            assert "json" in said, name


@pytest.fixture(scope="module")
def shop(root: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A copy of a sample, for commands to be run in."""
    folder = tmp_path_factory.mktemp("json") / "shop"
    shutil.copytree(root / "samples" / "shop", folder)
    (folder / "broken.yaml").write_text("services: {web: {imagine: nginx}}\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "call",
    [
        "convert",
        "convert --target kubernetes",
        "report",
        "graph",
        "up --dry-run client",
        "build --pin-digests --print",
        "config",
        "config --services",
        "config --volumes",
        "config --networks",
        "config --models",
        "config --images",
        "config --profiles",
        "config --hash web",
        "config --environment",
        "config --variables",
        "import application.yaml",
        "check",
        "check application.yaml",
        "check broken.yaml",
        "check missing.yaml",
        "doctor --offline",
        "schema compose",
        "schema x-oam",
        "schema compose2oam",
        "explain services.web",
        "explain C2O-310",
        "explain CF-100",
        "why application.yaml:20",
        "why application.yaml:1",
        "version",
        "capabilities list",
        "capabilities show gateway",
        "capabilities define cache --resource example.com/v1/Cache --parameter size:integer!",
        "mappings list",
        "mappings show C2O-310",
        "mappings show KV-310",
        "mappings test rules",
        "mappings schema",
    ],
)
def test_a_command_prints_what_the_page_says(call: str, cli: CommandLine, shop: pathlib.Path) -> None:
    """All of standard output is JSON of the shape, whether the command succeeds or not."""
    words = call.split()
    known = jsonshapes.shapes()
    name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
    if name == "mappings test":
        (shop / "rules" / "meanings").mkdir(parents=True, exist_ok=True)
    done = cli(*words, *([] if name.endswith("schema") else ["--format", "json"]), cwd=shop)
    documents = known[name].check(done.stdout)
    assert documents or name in {"up"}, done.stderr
    if "exitCode" in documents[0]:
        assert documents[0]["exitCode"] == done.returncode
    else:
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "call", ["convert broken.yaml", "graph missing.yaml", "explain services.nobody", "config -f -"]
)
def test_an_error_leaves_standard_output_empty(call: str, cli: CommandLine, shop: pathlib.Path) -> None:
    """A program that reads it sees no half of an answer."""
    done = cli(*call.split(), "--format", "json", cwd=shop)
    assert done.returncode > 1
    assert done.stdout == ""
    assert done.stderr


def test_a_check_says_as_data_what_it_says_as_text(cli: CommandLine, shop: pathlib.Path) -> None:
    """The error that stops it is among the findings, at its place."""
    done = cli("check", "broken.yaml", "--format", "json", cwd=shop)
    data = json.loads(done.stdout)
    assert (data["ok"], data["exitCode"], done.returncode) == (False, 3, 3)
    (found,) = [item for item in data["findings"] if item["severity"] == "error"]
    assert (found["file"], found["line"], found["path"]) == ("broken.yaml", 1, "services.web.imagine")
    assert found["message"] in done.stderr


def test_examples_that_do_not_hold_are_data(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """What a rule says and what it gives, for a program; the exit code is that of bad rules."""
    assert cli("mappings", "new", "team", "-o", "rules", cwd=tmp_path).returncode == 0
    (file,) = (tmp_path / "rules").rglob("team.yaml")
    wrong = "- {title: wrong, service: {image: a}, means: {replicas: 7}}\n"
    file.write_text(file.read_text(encoding="utf-8") + wrong, encoding="utf-8")
    done = cli("mappings", "test", "rules", "--format", "json", cwd=tmp_path)
    assert done.returncode == 3
    (data,) = jsonshapes.shapes()["mappings test"].check(done.stdout)
    assert not data["ok"]
    assert [item["title"] for item in data["failures"]] == ["wrong"]
