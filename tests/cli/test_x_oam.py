"""The commands and options around ``x-oam``: schemas, the side file, environments."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

if TYPE_CHECKING:
    from conftest import CommandLine

SAMPLE = "samples/environments/compose.yaml"


@pytest.mark.parametrize(
    ("which", "sample"), [("x-oam", "podinfo/compose.yaml"), ("compose2oam", "environments/compose2oam.yaml")]
)
def test_a_schema_is_printed(which: str, sample: str, cli: CommandLine, root: pathlib.Path) -> None:
    """It is one, and takes a sample of its file."""
    done = cli("schema", which)
    assert done.returncode == 0, done.stderr
    schema = json.loads(done.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    document = yaml.safe_load((root / "samples" / sample).read_text(encoding="utf-8"))
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator)


def test_another_word_is_no_schema(cli: CommandLine) -> None:
    """The call is at fault."""
    assert cli("schema", "compose").returncode == 2


def test_one_environment_is_written(cli: CommandLine) -> None:
    """And nothing of the others."""
    done = cli("convert", SAMPLE, "--env", "prod")
    spec = yaml.safe_load(done.stdout)["spec"]
    assert [step["name"] for step in spec["workflow"]["steps"]] == ["approve-prod", "deploy-prod"]
    assert "staging" not in done.stdout


def test_an_environment_that_is_none(cli: CommandLine) -> None:
    """Status 2, with the nearest name."""
    done = cli("convert", SAMPLE, "--env", "prd")
    assert done.returncode == 2
    assert "there is no environment `prd` (did you mean `prod`?)" in done.stderr


def test_another_side_file_and_none(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """``--oam`` names it; an empty name is for none."""
    side = tmp_path / "ours.yaml"
    side.write_text("namespace: ours\n", encoding="utf-8")
    assert yaml.safe_load(cli("convert", SAMPLE, "--oam", str(side)).stdout)["metadata"]["namespace"] == "ours"
    assert "workflow" not in cli("convert", SAMPLE, "--oam", "").stdout


def test_the_side_file_is_explained_too(cli: CommandLine) -> None:
    """With its own line."""
    done = cli("explain", "services.web.x-oam.gateway.domain", "-f", SAMPLE)
    assert done.returncode == 0, done.stderr
    assert "compose2oam.yaml:" in done.stdout


def test_kustomize_has_an_overlay_for_each_environment(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """The base is for none of them; an overlay adds what it is about."""
    done = cli("convert", SAMPLE, "--format", "kustomize", "-o", f"{tmp_path}/")
    assert done.returncode == 0, done.stderr
    base = yaml.safe_load((tmp_path / "base" / "application.yaml").read_text(encoding="utf-8"))
    assert "workflow" not in base["spec"]
    assert sorted(path.name for path in (tmp_path / "overlays").iterdir()) == ["prod", "staging", "test"]
    patch = yaml.safe_load((tmp_path / "overlays" / "prod" / "environment.yaml").read_text(encoding="utf-8"))
    added = {(item["op"], item["path"]) for item in patch}
    assert added == {("add", "/spec/components/-"), ("add", "/spec/policies"), ("add", "/spec/workflow")}
