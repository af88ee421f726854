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
    assert cli("schema", "x-compose").returncode == 2


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


BASE = """
name: shop
services:
  web: {image: "shop/web:1", ports: ["80:80"], environment: {A: "1"}, user: "5", deploy: {replicas: 2}}
  job_x: {image: "shop/job:1", restart: "no", environment: {A: "1"}}
"""
UNSAID = {
    "a service more": ("services: {new: {image: a, ports: ['80']}}", "adds the component `new`"),
    "another kind": ("services: {web: {deploy: {mode: global}}}", "makes `web` a daemon, which is a webservice"),
    "a property less": ("services: {web: {environment: !reset {}}}", "takes `env` of `web` away"),
    "another order": ("services: {web: {depends_on: [job_x]}}", "changes what `web` waits for"),
    "a volume more": (
        "services: {web: {volumes: ['data:/d']}}\nvolumes: {data: {}}",
        "adds the component `shop-volumes`",
    ),
}


def test_a_compose_file_describes_an_environment(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """What differs is in its override policy, where the file says that it goes in its topology."""
    (base, other) = tmp_path / "compose.yaml", tmp_path / "prod.yaml"
    base.write_text(BASE, encoding="utf-8")
    other.write_text(
        "x-oam: {environments: {prod: {clusters: [eu]}}}\n"
        "services:\n  web: {image: shop/web:2, environment: {B: '2'}, mac_address: 02:42:ac:11:65:43,"
        " deploy: {replicas: 5, resources: {limits: {cpus: '1'}}}}\n",
        encoding="utf-8",
    )
    done = cli("convert", "-f", str(base), "--env", f"prod={other}")
    assert done.returncode == 0, done.stderr
    spec = yaml.safe_load(done.stdout)["spec"]
    assert spec["components"][0]["properties"]["image"] == "shop/web:1"
    policies = {policy["name"]: policy["properties"] for policy in spec["policies"]}
    (part,) = policies["prod-changes"]["components"]
    assert part["properties"]["env"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    assert (part["name"], part["properties"]["image"], part["properties"]["cpu"]) == ("^web$", "shop/web:2", "1")
    assert {"type": "scaler", "properties": {"replicas": 5}} in part["traits"]
    assert policies["prod"] == {"clusters": ["eu"]}
    assert "prod.yaml:3:" in done.stderr, "what is lost of the file's own lines is told"


@pytest.mark.parametrize("title", UNSAID)
def test_what_an_override_cannot_say_is_an_error(title: str, cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """The runtime would leave it as it is without a word."""
    text, message = UNSAID[title]
    (base, other) = tmp_path / "compose.yaml", tmp_path / "prod.yaml"
    base.write_text(BASE, encoding="utf-8")
    other.write_text(text + "\n", encoding="utf-8")
    done = cli("convert", "-f", str(base), "--env", f"prod={other}")
    assert done.returncode == 3
    assert message in done.stderr
    assert "[C2O-004]" in done.stderr
    assert done.stdout == ""
