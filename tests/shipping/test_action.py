"""The GitHub Action: its shape, and its steps run in a real shell as a runner would run them."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import sys
from typing import Any

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"] if "id" in step}
EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


def given(**inputs: str) -> dict[str, str]:
    """The inputs of a run, by the names that the action gives them."""
    known = {name: str(item.get("default", "")) for name, item in ACTION["inputs"].items()}
    return {**known, **{name.replace("_", "-"): value for name, value in inputs.items()}}


@pytest.fixture
def action(tmp_path: pathlib.Path) -> Any:
    """A way to run the step that converts, in a folder that stands for the repository."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("needs bash, as the runners of GitHub have it")
    place = tmp_path / "repository"
    shutil.copytree(ROOT / "samples" / "shop", place / "shop")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = scratch / "compose2oam"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m compose2oam "$@"\n', encoding="utf-8")
    command.chmod(0o755)

    def run(**inputs: str) -> subprocess.CompletedProcess[str]:
        values = {f"inputs.{name}": value for name, value in given(**inputs).items()}
        values["steps.install.outputs.command"] = str(command)
        step = STEPS["convert"]
        variables = {name: EXPRESSION.sub(lambda found: values[found[1]], text) for name, text in step["env"].items()}
        environment = {
            **os.environ,
            **variables,
            "PYTHONPATH": str(ROOT),
            "RUNNER_TEMP": str(scratch),
            "GITHUB_OUTPUT": str(scratch / "output"),
        }
        (scratch / "output").touch()
        # As a runner calls it: https://docs.github.com/actions, "jobs.<job_id>.steps[*].shell".
        words = [bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        return subprocess.run(words, cwd=place, env=environment, capture_output=True, text=True, check=False)

    run.place, run.output = place, scratch / "output"  # type: ignore[attr-defined]
    return run


def test_what_is_named_is_there() -> None:
    """Every expression names an input, or an output of a step; every input is used."""
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    names = set(EXPRESSION.findall(text))
    assert {name for name in names if name.startswith("inputs.")} == {f"inputs.{name}" for name in ACTION["inputs"]}
    for name in names:
        if name.startswith("steps."):
            assert f'echo "{name.split(".")[-1]}=' in STEPS[name.split(".")[1]]["run"]


def test_no_input_is_part_of_a_command() -> None:
    """What a pull request can write never becomes shell."""
    for step in ACTION["runs"]["steps"]:
        assert "uses" in step or step["shell"] == "bash"
        assert "${{" not in step.get("run", "")


def test_what_others_wrote_is_named_by_its_commit() -> None:
    """A tag can be moved to other code; a commit cannot."""
    for step in ACTION["runs"]["steps"]:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step.get("uses", f"a/b@{'0' * 40}"))


def test_annotations_name_files_from_the_top(action: Any) -> None:
    """A forge shows an annotation at a file of the repository."""
    done = action(project_directory="shop")
    assert done.returncode == 0, done.stderr
    assert "::notice file=shop/compose.yaml,line=9," in done.stdout


def test_an_output_is_written_and_then_fresh(action: Any) -> None:
    """What one run writes, another one accepts, and a change makes it stale."""
    assert action(project_directory="shop", output="shop/out.yaml").returncode == 0
    assert action(project_directory="shop", output="shop/out.yaml", check="true").returncode == 0
    written = action.place / "shop" / "out.yaml"
    written.write_text(written.read_text(encoding="utf-8") + "# by hand\n", encoding="utf-8")
    done = action(project_directory="shop", output="shop/out.yaml", check="true")
    assert done.returncode == 1
    assert "stale: shop/out.yaml" in done.stderr


def test_a_report_is_written_where_the_project_is_refused(action: Any) -> None:
    """The report of a failed run is the one that is wanted."""
    (action.place / "compose.yaml").write_text("services: {a: {image: b, stop_signal: SIGINT}}\n", encoding="utf-8")
    done = action(files="compose.yaml", on_loss="error", report="found.sarif")
    assert done.returncode == 4
    assert "C2O-" in (action.place / "found.sarif").read_text(encoding="utf-8")
    assert action.output.read_text(encoding="utf-8") == "report=found.sarif\n"


@pytest.mark.parametrize("name", ["files", "arguments", "target", "project_directory", "report", "output"])
def test_a_hostile_input_runs_nothing(action: Any, name: str) -> None:
    """A value with the characters of a shell is a value."""
    inputs = {"files": "shop/compose.yaml", name: "$(touch ran) `touch ran`; touch ran"}
    action(**inputs)
    assert not list(action.place.rglob("ran"))


def test_more_options_are_words(action: Any) -> None:
    """One word a line, blanks and all."""
    done = action(files="shop/compose.yaml", arguments="--expose\ningress\n--domain\nshop.example.com", output="o.yaml")
    assert done.returncode == 0, done.stderr
    assert "shop.example.com" in (action.place / "o.yaml").read_text(encoding="utf-8")
