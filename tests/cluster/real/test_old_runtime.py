"""The life of a project on a cluster with the older runtime, whose resources know v1alpha2 only."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from demo import PASSWORD, write_demo
from oldruntime import OldRuntime
from place import APPS, Place, eventually
from realcluster import NEITHER, PROGRAM, ControlPlane, control_plane, install_resources

if TYPE_CHECKING:
    from conftest import CommandLine

OLD = "/apis/core.oam.dev/v1alpha2"


@pytest.fixture(scope="module")
def old_plane(root: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """An API server of its own: in one with KubeVela the resources of both would be in each other's way."""
    folder = root.parent / "shared" / "oam-v1alpha2" / "crds"
    if not os.environ.get(PROGRAM):
        pytest.skip(NEITHER)
    if not folder.is_dir():
        pytest.skip("needs the resources of the older runtime: ../shared/oam-v1alpha2")
    with control_plane(os.environ[PROGRAM], tmp_path_factory.mktemp("controlplane")) as found:
        install_resources(found.cluster, folder)
        yield found


@pytest.fixture
def old(old_plane: ControlPlane, cli: CommandLine, tmp_path: pathlib.Path) -> Iterator[Place]:
    """A namespace of it, and the project demo."""
    write_demo(tmp_path)
    found = Place(old_plane, cli, tmp_path)
    with OldRuntime(old_plane.kubeconfig, found.name):
        yield found
        found.run("down", "-p", "demo", "-v", "--timeout", "30s")


def test_up_and_again_and_down(old: Place) -> None:
    """The target is chosen by the cluster; the same again changes nothing; down leaves the volume."""
    done = old.up()
    assert "--target oam-v1alpha2" in done.stderr
    assert PASSWORD not in done.stderr
    assert old.names("applicationconfigurations", OLD) == {"demo"}
    before = old.versions(("applicationconfigurations", OLD), ("components", OLD), ("secrets", "/api/v1"))
    assert "nothing to change" in old.up().stderr
    assert old.versions(("applicationconfigurations", OLD), ("components", OLD), ("secrets", "/api/v1")) == before
    done = old.run("down", "-p", "demo", "--timeout", "60s")
    assert done.returncode == 0, done.stderr
    # The garbage collector looks for new kinds only twice a minute.
    eventually(lambda: not old.names("deployments", APPS) | old.names("statefulsets", APPS), 90)
    assert not old.names("components", OLD)
    assert not old.names("secrets")
    assert old.names("persistentvolumeclaims") == {"data"}


def test_what_the_runtime_writes_itself_is_no_difference(old: Place) -> None:
    """It fills the health scope and rewrites the configuration; the same again is no conflict."""
    old.edit("depends_on: [db]", "depends_on: {db: {condition: service_healthy}}")
    old.edit("image: db:1", "image: db:1\n    healthcheck: {test: [CMD, /ping]}")
    old.write((old.folder / "compose.yaml").read_text() + "x-oam: {health: {interval: 30}}\n")
    old.up()
    kinds = (("applicationconfigurations", OLD), ("healthscopes", OLD))
    (scope,) = old.items("healthscopes", OLD)
    assert [one["name"] for one in scope["spec"]["workloadRefs"]] == ["web", "db"]
    configuration = old.get("applicationconfigurations", "demo", OLD)
    assert any("dataInputs" in one for one in configuration["spec"]["components"])
    before = old.versions(*kinds)
    done = old.run("diff")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing to change" in old.up().stderr
    assert old.versions(*kinds) == before
    assert not [one for one in configuration["metadata"]["managedFields"] if _is_taken(one)]


def _is_taken(entry: dict[str, Any]) -> bool:
    return entry["manager"] == "kubevela" and "f:spec" in entry["fieldsV1"]


def test_down_with_volumes(old: Place) -> None:
    """Nothing of the project stays."""
    old.up()
    assert old.run("down", "-p", "demo", "-v", "--timeout", "60s").returncode == 0
    eventually(lambda: not old.names("persistentvolumeclaims"))


def test_a_change_is_followed(old: Place) -> None:
    """One component changes, and its new pods are waited for."""
    old.up()
    old.edit("web:1", "web:2")
    done = old.up()
    assert "Component web changed" in done.stderr
    assert "Component db unchanged" in done.stderr
    eventually(lambda: {pod["spec"]["containers"][0]["image"] for pod in old.pods("web")} == {"web:2"})


def test_a_component_of_somebody_else(old: Place) -> None:
    """It is left alone, and nothing is sent."""
    old.make_namespace()
    workload = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "theirs"}}
    theirs = {"apiVersion": OLD[6:], "kind": "Component", "metadata": {"name": "web"}, "spec": {"workload": workload}}
    old.make("components", theirs, OLD, "helm")
    done = old.run("up", "-d")
    assert done.returncode == 5
    assert "Component web is there already, and was made by helm" in done.stderr
    assert not old.names("secrets")


@pytest.mark.parametrize("command", ["ps", "status --tree", "logs", "images", "events", "port web", "ls"])
def test_commands_find_it_by_its_name(old: Place, command: str) -> None:
    """As on any other cluster."""
    old.up()
    name, *more = command.split()
    done = old.run(name, *(() if name == "ls" else ("-p", "demo")), *more)
    assert done.returncode == 0, done.stderr
    assert "web" in done.stdout or "demo" in done.stdout


def test_what_fails_is_told_at_its_line(old: Place) -> None:
    """The pod's reason, at the line of the project."""
    old.edit("image: web:1", "image: missing:1")
    done = old.run("up", "--timeout", "60s")
    assert done.returncode == 6
    assert "error: web: ImagePullBackOff" in done.stderr


def test_no_difference_and_one(old: Place) -> None:
    """`diff` works for it too."""
    old.up()
    done = old.run("diff")
    assert done.returncode == 0, done.stdout + done.stderr
    old.edit("web:1", "web:2")
    done = old.run("diff")
    assert done.returncode == 1
    assert "web: image web:1 → web:2" in done.stdout


def test_exec(old: Place) -> None:
    """Streams do not care for the runtime."""
    old.up()
    assert old.finish("exec", "-p", "demo", "web", "echo", "hello")[1] == "hello\n"


def test_a_life_with_the_printed_role(old: Place) -> None:
    """Whoever may work in the namespace alone leaves the kinds to somebody who has told the runtime of them."""
    old.make_namespace()
    old.allow("up", "ps", "scale", "down", "--target", "oam-v1alpha2", "--namespaced")
    for line in ("up --timeout 120s", "ps -p demo", "scale -p demo web=2 --no-wait", "down -p demo -v"):
        done = old.run(*line.split())
        assert done.returncode == 0, done.stderr
        assert "forbidden" not in done.stderr
