"""``compose2oam capabilities`` as a user meets it, with the catalogue, a folder and a cluster."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import CommandLine, FakeCluster

WARM = {"type": "object", "properties": {"size": {"type": "integer"}}, "required": ["size"]}
APP = """\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
  - name: web
    type: webservice
    properties: {image: nginx}
    traits:
    - type: warm-up
      properties: {sise: 3}
"""


@pytest.fixture
def warm(cluster: FakeCluster) -> FakeCluster:
    """A cluster with a trait of its own, whose controller is not there."""
    cluster.define("TraitDefinition", "warm-up", WARM, labels={"app.oam.dev/name": "addon-warmer"})
    cluster.define("ComponentDefinition", "webservice", workload={"type": "deployments.apps"})
    cluster.deploy("warmer", ready=0, addon="warmer")
    return cluster


def test_the_list_is_a_table_of_all_kinds(cli: CommandLine) -> None:
    """What it is, and what it needs, a line each."""
    done = cli("capabilities", "list")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["kind", "name", "needs", "what", "it", "is"]
    assert any(line.split()[:3] == ["trait", "keda-auto-scaler", "keda"] for line in lines)
    assert any(line.startswith("workflow step  deploy ") for line in lines)


@pytest.mark.parametrize(("kind", "least"), [("component", 10), ("trait", 35), ("policy", 10), ("step", 36)])
def test_a_kind_as_json(kind: str, least: int, cli: CommandLine) -> None:
    """``--kind`` and ``--format json`` for programs."""
    done = cli("capabilities", "list", "--kind", kind, "--format", "json")
    rows = json.loads(done.stdout)
    assert len(rows) >= least
    assert {row["kind"] for row in rows} == {"workflowstep" if kind == "step" else kind}
    assert all(row["summary"] for row in rows)


def test_show_says_all_that_is_known(cli: CommandLine) -> None:
    """Parameters with type, default, need and allowed values; where it applies, what it fights with, what it needs."""
    text = cli("capabilities", "show", "hpa").stdout
    for part in (
        "applies to    deployments.apps, statefulsets.apps", "scaler: both set the number of replicas",
        "needs         controller metrics-server", "default Utilization, one of Utilization AverageValue",
        "- type: hpa",
    ):  # fmt: skip
        assert part in text
    webservice = cli("capabilities", "show", "webservice").stdout
    assert "workload      deployments.apps" in webservice
    assert "image: <image>" in webservice.replace('"', "")


def test_show_as_json_has_the_definition_and_an_example(cli: CommandLine) -> None:
    """The definition as a file of the catalogue holds it."""
    (shown,) = json.loads(cli("capabilities", "show", "gateway", "--format", "json").stdout)
    assert shown["parameters"]["class"] == {"type": "string", "default": "nginx"}
    assert shown["example"] == {"type": "gateway", "properties": {"http": {}}}


@pytest.mark.parametrize(
    ("name", "hint"),
    [("gatway", "did you mean gateway?"), ("keda", "did you mean keda-auto-scaler?"), ("zzzz", "no type zzzz")],
)
def test_a_name_that_is_not_there(name: str, hint: str, cli: CommandLine) -> None:
    """The nearest right name, or one that holds the word."""
    done = cli("capabilities", "show", name)
    assert done.returncode == 2
    assert hint in done.stderr


def test_a_name_of_another_kind(cli: CommandLine) -> None:
    """``--kind`` looks only there."""
    done = cli("capabilities", "show", "scaler", "--kind", "component")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no component scaler" in done.stderr


def test_a_cluster_is_listed_with_what_does_not_work(cli: CommandLine, warm: FakeCluster) -> None:
    """Its own definitions, and whether the controller behind each is ready."""
    done = cli("capabilities", "list", "--kubeconfig", warm.kubeconfig)
    assert done.stderr == "context test: KubeVela, Kubernetes v1.31.0\n"
    assert "warm-up" in done.stdout
    assert "[addon warmer: the Deployment warmer is not ready]" in done.stdout
    (row,) = json.loads(cli("capabilities", "list", "--kind", "trait", "--context", "test", "--format", "json").stdout)
    assert row["trouble"] == "addon warmer: the Deployment warmer is not ready"


def test_a_definition_of_a_cluster_is_shown(cli: CommandLine, warm: FakeCluster) -> None:
    """As well as a built-in one."""
    text = cli("capabilities", "show", "warm-up", "--context", ".").stdout
    assert "size" in text
    assert "trouble       addon warmer: the Deployment warmer is not ready" in text


def test_what_was_pulled_is_used_offline(cli: CommandLine, warm: FakeCluster, tmp_path: pathlib.Path) -> None:
    """``pull``, and then ``list``, ``show`` and ``check`` without the cluster, with the line of the fault."""
    pulled = cli("capabilities", "pull", "-o", "caps", "--context", "other", cwd=tmp_path)
    assert pulled.returncode == 0, pulled.stderr
    assert "caps: 3 new (context other: KubeVela, Kubernetes v1.31.0)" in pulled.stderr
    assert yaml.safe_load((tmp_path / "caps" / "cluster.yaml").read_text())["definitions"]["trait"] == 1
    warm.has.clear()
    listed = cli("capabilities", "list", "--capabilities", "caps", cwd=tmp_path).stdout.splitlines()
    assert [line.split()[1] for line in listed[1:]] == ["webservice", "warm-up"]
    (tmp_path / "app.yaml").write_text(APP)
    checked = cli("check", "app.yaml", "--capabilities", "caps", cwd=tmp_path)
    assert checked.returncode == 3
    assert "app.yaml:11:20: error: warm-up has no sise [OAM-141]" in checked.stderr
    assert "did you mean size?" in checked.stderr


def test_a_project_is_converted_against_a_folder(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """A type of x-oam that only the folder knows is checked as well."""
    (tmp_path / "caps" / "trait").mkdir(parents=True)
    (tmp_path / "caps" / "trait" / "warm-up.yaml").write_text(
        "kind: trait\nname: warm-up\nparameters:\n  size: {type: integer, required: true}\n"
    )
    (tmp_path / "compose.yaml").write_text(
        "name: shop\nservices:\n  web:\n    image: nginx:1.27\n    x-oam:\n      traits:\n      - type: warm-up\n"
        "        properties: {size: big}\n"
    )
    assert cli("convert", cwd=tmp_path).returncode == 0
    done = cli("convert", "--capabilities", "caps", cwd=tmp_path)
    assert done.returncode == 3
    assert "size of warm-up must be an integer" in done.stderr


def test_pull_says_what_it_left_alone(cli: CommandLine, warm: FakeCluster, tmp_path: pathlib.Path) -> None:
    """A file of a user's own is kept and named, one that the cluster lost is named."""
    cli("capabilities", "pull", "-o", "caps", cwd=tmp_path)
    (tmp_path / "caps" / "trait" / "warm-up.yaml").write_text("kind: trait\nname: warm-up\n")
    gone = warm.has["/apis/core.oam.dev/v1beta1/namespaces/vela-system/componentdefinitions"]
    gone["items"] = []
    done = cli("capabilities", "pull", "-o", "caps", cwd=tmp_path)
    assert "kept: caps/trait/warm-up.yaml is your own" in done.stderr.replace("\\", "/")
    assert "remove caps/component/webservice.yaml" in done.stderr.replace("\\", "/")
    assert (tmp_path / "caps" / "component" / "webservice.yaml").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["list", "-n", "team"], 2, "name its --context too"),
        (["list", "--context", "test", "--capabilities", "x"], 2, "name one of them"),
        (["list", "--capabilities", "nowhere"], 2, "nowhere holds no definitions"),
        (["list", "--context", "prod"], 5, "has no context prod"),
        (["pull", "-o", "x", "--kubeconfig", "nowhere"], 5, "nowhere names no cluster"),
    ],
)
def test_calls_that_make_no_sense(
    arguments: list[str], code: int, message: str, cli: CommandLine, warm: FakeCluster, tmp_path: pathlib.Path
) -> None:
    """Each says what to do, and nothing is written."""
    done = cli("capabilities", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert not (tmp_path / "x").exists()


def test_a_cluster_that_does_not_know_you(cli: CommandLine, warm: FakeCluster) -> None:
    """401 is told as a person would."""
    warm.token = "another"
    done = cli("capabilities", "list", "--context", "test")
    assert done.returncode == 5
    assert "it does not know you: log in again" in done.stderr


def test_every_definition_can_be_shown(cli: CommandLine) -> None:
    """None breaks the page, and each example is what the definition takes."""
    from compose2oam.cli.capability_text import details
    from compose2oam.oam.catalogue import builtin
    from compose2oam.oam.definition import Kind
    from compose2oam.oam.findings import Findings
    from compose2oam.oam.parameters import check_parameters
    from compose2oam.oam.sample import sample_of

    odd: list[Any] = []
    for definition in builtin().all():
        assert list(details(definition, builtin().addons, ""))
        findings = Findings(lambda path: None)
        check_parameters(definition, sample_of(definition).get("properties"), (), findings)
        odd += [(definition.name, one) for one in findings.found if one.code in ("OAM-141", "OAM-142", "OAM-143")]
    assert odd == []
    assert Kind.TRAIT in {definition.kind for definition in builtin().all()}


def test_define_writes_a_manifest_and_a_file_of_the_catalogue(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """What is defined here can be applied, and checked against at once."""
    done = cli(
        "capabilities", "define", "warm-up", "--kind", "trait", "--resource", "scale.example.org/v1/Warmer",
        "--parameter", "size:int!", "--conflicts-with", "hpa", "-o", "warm-up.yaml", "--capabilities", "own",
        cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    manifest = yaml.safe_load((tmp_path / "warm-up.yaml").read_text())
    assert (manifest["kind"], manifest["metadata"]["namespace"]) == ("TraitDefinition", "vela-system")
    (tmp_path / "app.yaml").write_text(APP)
    checked = cli("check", "app.yaml", "--capabilities", "own", cwd=tmp_path)
    assert "warm-up has no sise [OAM-141]" in checked.stderr


def test_define_for_the_older_runtime_says_how_it_is_called(cli: CommandLine) -> None:
    """It finds a definition by the name of the resource."""
    done = cli("capabilities", "define", "shop", "--resource", "a.b/v1/Shop", "--target", "oam-v1alpha2")
    assert yaml.safe_load(done.stdout)["kind"] == "WorkloadDefinition"
    assert "it is shops.a.b and not shop" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name the object that it makes"),
        (["--crd", "a.yaml", "--resource", "a/v1/B"], "name the object that it makes"),
        (["--crd", "a.yaml", "--parameter", "a:int"], "--crd says the parameters"),
        (["--resource", "a/v1/B", "--parameter", "a"], "'a'"),
    ],
)
def test_define_without_sense(arguments: list[str], message: str, cli: CommandLine) -> None:
    """Each says what is missing or too much."""
    done = cli("capabilities", "define", "shop", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_check_takes_a_file_of_several_documents(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """Other objects are for the cluster to judge, and ``-v`` says so; a file without an application is a mistake."""
    sound = APP.replace("warm-up", "scaler").replace("sise", "replicas")
    (tmp_path / "app.yaml").write_text(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x}}\n---\n{sound}")
    assert cli("check", "app.yaml", cwd=tmp_path).stderr == "no errors\n"
    assert "app.yaml:1:1: not checked: v1 ConfigMap" in cli("check", "-v", "app.yaml", cwd=tmp_path).stderr
    (tmp_path / "other.yaml").write_text("apiVersion: v1\nkind: ConfigMap\n")
    done = cli("check", "other.yaml", cwd=tmp_path)
    assert (done.returncode, "[OAM-101]" in done.stderr) == (3, True)
