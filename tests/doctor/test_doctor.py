"""``compose2oam doctor``: each thing is looked at, nothing stops the rest, and what to do is said."""

from __future__ import annotations

import http.server
import json
import pathlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from fakecluster import FakeCluster, served, telling

from compose2oam.doctor import CHECKS, Asked, State, examine
from compose2oam.doctor.scene import SET_BY, Check, Found, Scene, ok
from compose2oam.errors import BuildError, ClusterError

if TYPE_CHECKING:
    from conftest import CommandLine

CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
INGRESSES = "/apis/networking.k8s.io/v1/ingressclasses"
USUAL = {"storageclass.kubernetes.io/is-default-class": "true"}
COMPOSE = """\
name: shop
services:
  web:
    image: nginx:1.27
    ports: ["8080:80"]
  db:
    image: postgres:16
    volumes: [data:/var/lib/postgresql/data]
volumes:
  data:
"""


def reviewing(fake: FakeCluster, denied: set[tuple[str, str]]) -> type[http.server.BaseHTTPRequestHandler]:
    """Return what answers for a cluster that allows all but some verbs of resources; of what else it is silent."""

    class Handler(telling(fake)):  # type: ignore[misc]
        def do_POST(self) -> None:
            review = json.loads(self.rfile.read(int(self.headers["content-length"])))
            fake.asked.append(self.path)
            wanted = review["spec"].get("resourceAttributes")
            if wanted is None:
                everything = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}
                status: Any = {"resourceRules": [] if denied else [everything]}
            else:
                status = {"allowed": (wanted["verb"], wanted["resource"]) not in denied}
            body = json.dumps({**review, "status": status}).encode()
            self.send_response(201)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


@pytest.fixture
def denied() -> set[tuple[str, str]]:
    """What the cluster does not allow: pairs of a verb and a resource."""
    return set()


@pytest.fixture
def cluster(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, denied: set[tuple[str, str]]
) -> Iterator[FakeCluster]:
    """A cluster with KubeVela and all that the project needs."""
    fake = FakeCluster()
    fake.deploy("kubevela-vela-core", image="oamdev/vela-core:v1.11.0")
    fake.add(CLASSES, {"metadata": {"name": "fast", "annotations": USUAL}})
    fake.add(INGRESSES, {"metadata": {"name": "nginx"}})
    for name in ("webservice", "worker", "k8s-objects", "statefulset"):
        fake.define("ComponentDefinition", name, workload={"type": "autodetects.core.oam.dev"})
    for name in ("json-patch", "json-merge-patch", "command", "securitycontext", "scaler", "expose"):
        fake.define("TraitDefinition", name)
    for name in ("garbage-collect", "take-over"):
        fake.define("PolicyDefinition", name)
    monkeypatch.setattr("compose2oam.cluster.client.DELAYS", (0.0, 0.0))
    with served(fake, reviewing(fake, denied), tmp_path / "kubeconfig"):
        monkeypatch.setenv("KUBECONFIG", fake.kubeconfig)
        yield fake


@pytest.fixture
def project(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with a Compose file."""
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    return tmp_path


Look = Callable[..., tuple[int, dict[str, dict[str, Any]]]]


@pytest.fixture
def look(cli: CommandLine, project: pathlib.Path) -> Look:
    """Run ``doctor`` in the folder of the project; return the exit code, and each check by its name."""

    def run(*arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
        done = cli("doctor", "--format", "json", *arguments, cwd=project)
        data = json.loads(done.stdout)
        assert (data["exitCode"], data["ok"]) == (done.returncode, not done.returncode)
        return done.returncode, {row["name"]: row for row in data["checks"]}

    return run


def test_each_check_has_a_name_of_its_own_and_rests_on_earlier_ones() -> None:
    """A check that rested on a later one would never run."""
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    assert set(SET_BY.values()) <= set(names)
    for index, check in enumerate(CHECKS):
        assert {SET_BY[need] for need in check.needs} <= set(names[:index])


def test_offline_leaves_the_cluster_alone(look: Look, cluster: FakeCluster) -> None:
    """Nothing is asked, and what is here is looked at all the same."""
    code, rows = look("--offline")
    assert (code, cluster.asked) == (0, [])
    assert {row["state"] for name, row in rows.items() if name not in {"kubeconfig", "builder"}} <= {"ok", "skip"}
    assert rows["compose file"]["found"] == "compose.yaml: project shop, 2 services (web, db)"
    assert rows["cluster"]["found"] == "not looked at: --offline"


def test_a_whole_cluster_is_well(look: Look, cluster: FakeCluster) -> None:
    """Version, runtime, rights and storage class are named."""
    code, rows = look()
    assert code == 0, rows
    assert {row["state"] for row in rows.values()} == {"ok"}
    assert "v1.31.0" in rows["cluster"]["found"]
    assert rows["runtime"]["found"] == "KubeVela v1.11.0, 12 definitions"
    assert rows["translation"]["found"].endswith("the definitions of the cluster")
    assert rows["storage"]["found"] == "fast is the default"
    assert rows["rights"]["found"].endswith("in the namespace shop")


def test_text_has_a_line_a_check_and_no_colours_in_a_file(cli: CommandLine, project: pathlib.Path) -> None:
    """The state comes first, so that it can be searched for."""
    done = cli("doctor", "--offline", cwd=project)
    lines = done.stdout.splitlines()
    assert [line.split()[0] in {"ok", "warn", "skip"} for line in lines if not line.startswith(" ")] == [True] * 17
    assert "\x1b" not in done.stdout
    assert "ok    compose file    compose.yaml: project shop, 2 services (web, db)" in lines


@pytest.mark.parametrize(
    ("text", "said"),
    [("services: {web: {image: nginx, prots: [80]}}", "compose.yaml:1:"), (None, "no configuration file")],
    ids=["invalid", "absent"],
)
def test_a_project_that_does_not_load(look: Look, project: pathlib.Path, text: str | None, said: str) -> None:
    """It fails with 3, what rests on it is skipped with the reason, and the rest is looked at."""
    (project / "compose.yaml").unlink()
    if text:
        (project / "compose.yaml").write_text(text)
    code, rows = look("--offline")
    assert code == 3
    assert rows["compose file"]["state"] == "fail"
    assert said in rows["compose file"]["found"]
    assert rows["translation"]["found"] == "not looked at, because of: compose file"
    assert rows["rules"]["state"] == "ok"


def test_what_the_project_leaves_open_is_a_warning(look: Look, project: pathlib.Path) -> None:
    """Unset variables by name, env files that are absent, images without a registry, and keys that are lost."""
    (project / "compose.yaml").write_text(
        "name: shop\n"
        "services:\n"
        "  web:\n"
        "    build: .\n"
        "    environment: {MODE: $MODE_OF_SHOP}\n"
        "    env_file: [{path: more.env, required: false}]\n"
        "    userns_mode: host\n"
        "    blkio_config: {weight: 300}\n"
    )
    code, rows = look("--offline")
    assert code == 0
    found = {name: row["found"] for name, row in rows.items() if row["state"] == "warn" and name != "builder"}
    assert set(found) == {"variables", "env files", "registry", "translation"}
    assert "MODE_OF_SHOP" in found["variables"]
    assert "more.env" in found["env files"]
    assert "web has no registry" in found["registry"]
    assert all(rows[name]["help"] for name in found)


def test_a_builder_that_is_absent_is_a_warning(
    look: Look, project: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The images may be in a registry already."""

    def find() -> None:
        raise BuildError("there is nothing to build images with")

    monkeypatch.setattr("compose2oam.building.tool.find", find)
    (project / "compose.yaml").write_text("services: {web: {build: ., image: shop/web}}")
    code, rows = look("--offline")
    assert (code, rows["builder"]["state"]) == (0, "warn")
    assert "web" in rows["builder"]["help"]


def test_a_cluster_that_is_away(look: Look, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    """It fails with 5, and the project is looked at against what ships."""
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "absent"))
    code, rows = look()
    assert (code, rows["kubeconfig"]["state"]) == (5, "fail")
    assert rows["runtime"]["found"] == "not looked at, because of: cluster"
    assert rows["translation"]["state"] == "ok"


def test_a_cluster_without_a_runtime(look: Look, cluster: FakeCluster) -> None:
    """How to install one is said; plain objects need none."""
    del cluster.has["/apis/core.oam.dev/v1beta1"]
    code, rows = look()
    assert code == 5
    assert "install KubeVela" in rows["runtime"]["found"]
    code, rows = look("--target", "kubernetes")
    assert (code, rows["runtime"]["found"]) == (0, "plain objects need none")
    assert rows["addons"]["found"] == "the target has none"


def test_definitions_that_may_not_be_read(look: Look, cluster: FakeCluster) -> None:
    """As with ``up``, those that ship stand in."""
    cluster.has["/apis/core.oam.dev/v1beta1/namespaces/vela-system/componentdefinitions"] = 403
    code, rows = look()
    assert (code, rows["runtime"]["state"], rows["addons"]["state"]) == (0, "warn", "skip")
    assert rows["translation"]["found"].endswith("that ship with compose2oam")


def test_a_project_that_the_cluster_does_not_know(look: Look, cluster: FakeCluster) -> None:
    """A type that the cluster has not fails as ``up`` would."""
    cluster.has["/apis/core.oam.dev/v1beta1/namespaces/vela-system/componentdefinitions"]["items"].pop()
    code, rows = look()
    assert code == 3
    assert "statefulset" in rows["translation"]["found"]


def test_rights_that_are_lacking_are_named(look: Look, cluster: FakeCluster, denied: set[tuple[str, str]]) -> None:
    """Verb, resource and namespace, to hand on to whoever runs the cluster."""
    denied |= {("list", "applications"), ("create", "applications"), ("patch", "applications"), ("get", "secrets")}
    code, rows = look("-n", "own")
    assert code == 5
    assert rows["rights"]["found"] == "not allowed in the namespace own: get secrets, list/create/patch applications"
    assert "`compose2oam rbac up -n own --target kubevela`" in rows["rights"]["help"]


def test_rights_that_are_lacking_and_not_needed_are_a_warning(
    look: Look, cluster: FakeCluster, denied: set[tuple[str, str]]
) -> None:
    """The logs of a pod that fails would not be seen; a namespace that is not there is another matter."""
    denied |= {("get", "pods"), ("watch", "events")}
    cluster.has["/api/v1/namespaces/shop"] = {"kind": "Namespace"}
    code, rows = look()
    assert (code, rows["rights"]["state"]) == (0, "warn")
    assert rows["rights"]["found"].endswith("needs: watch events, get pods/log, get pods")
    denied |= {("create", "namespaces")}
    assert look()[0] == 0
    code, rows = look("-n", "own")
    assert (code, rows["rights"]["found"]) == (5, "there is no namespace own, and you may not make it")


def test_all_rights_are_one_question(look: Look, cluster: FakeCluster) -> None:
    """Whoever is far away from the cluster does not wait for fifty answers."""
    cluster.has["/api/v1/namespaces/shop"] = {"kind": "Namespace"}
    look("--target", "kubernetes")
    assert len([path for path in cluster.asked if "authorization.k8s.io" in path]) == 1


@pytest.mark.parametrize(
    ("classes", "arguments", "said", "hint"),
    [
        ([{"name": "slow"}], [], "no storage class is the default, for data", "--storage-class: slow"),
        ([{"name": "slow"}], ["--storage-class", "slow"], "slow", ""),
        ([{"name": "slow"}], ["--storage-class", "fast"], "there is no storage class fast", "slow"),
        ([], [], "no storage class is the default, for data", "provisioner"),
        (403, [], "the storage classes may not be read", "ask"),
    ],
)
def test_storage(classes: Any, arguments: list[str], said: str, hint: str, look: Look, cluster: FakeCluster) -> None:
    """Volumes need a class: the default one, or one that is named and there."""
    cluster.has[CLASSES] = classes if classes == 403 else {"items": [{"metadata": item} for item in classes]}
    code, rows = look(*arguments)
    assert (code, rows["storage"]["found"]) == (0, said)
    assert hint in rows["storage"]["help"]


def test_an_ingress_needs_a_class(look: Look, cluster: FakeCluster) -> None:
    """Only where the project has one."""
    cluster.has[INGRESSES] = {"items": []}
    assert look()[1]["ingress"]["found"] == "the project has no Ingress"
    options = ["--target", "kubernetes", "--expose", "ingress", "--domain", "example.com"]
    code, rows = look(*options)
    assert (code, rows["ingress"]["state"]) == (0, "warn")
    cluster.add(INGRESSES, {"metadata": {"name": "nginx"}})
    assert look(*options)[1]["ingress"]["found"] == "nginx"


def test_a_check_that_breaks_or_hangs_does_not_stop_the_others() -> None:
    """Each is a failure of its own, with its own exit code."""

    def breaks(scene: Scene) -> Found:
        raise ZeroDivisionError("oh")

    def hangs(scene: Scene) -> Found:
        time.sleep(5)
        return ok("late")

    def refuses(scene: Scene) -> Found:
        raise ClusterError("no")

    checks = [
        Check("a", breaks),
        Check("b", hangs, (), True),
        Check("c", refuses, (), True),
        Check("d", lambda _: ok(".")),
    ]
    begin = time.monotonic()
    found = [result.found for result in examine(Asked(), checks, patience=0.2)]
    assert time.monotonic() - begin < 4
    assert [(item.state, item.code) for item in found] == [
        (State.FAIL, 1), (State.FAIL, 5), (State.FAIL, 5), (State.OK, 0),
    ]  # fmt: skip
    assert "ZeroDivisionError" in found[0].said
    assert found[1].said == "no answer within 0.2 seconds"
