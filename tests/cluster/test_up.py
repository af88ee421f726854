"""``up``: what is sent, what is left alone, what a person is told, against a server that stores and refuses."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine, Fault, LiveCluster

APPLICATION = "/apis/core.oam.dev/v1beta1/namespaces/demo/applications/demo"
SECRET = "/api/v1/namespaces/demo/secrets/demo-password"


def test_a_project_comes_up(live: LiveCluster, up: Callable[..., Any]) -> None:
    """Namespace, Secret and application are made, and the command ends when all is well."""
    done = up()
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert {"/api/v1/namespaces/demo", SECRET, APPLICATION} <= set(live.objects)
    assert done.stderr.splitlines()[:3] == [
        "Namespace demo created", "Secret demo-password created", "Application demo created",
    ]  # fmt: skip
    assert "web: healthy 1/1" in done.stderr
    assert done.stderr.endswith("demo is well\n")


def test_the_same_again_changes_nothing(live: LiveCluster, up: Callable[..., Any]) -> None:
    """The server stores nothing new, and the command says so."""
    up()
    version = live.version
    done = up()
    assert live.version == version
    assert "nothing to change: demo is in demo as it should be" in done.stderr
    assert done.returncode == 0


def test_only_the_change_is_stored(live: LiveCluster, up: Callable[..., Any], project: pathlib.Path) -> None:
    """A change of one service changes the application, not the Secret."""
    up()
    project.write_text(project.read_text().replace("web:1", "web:2"))
    done = up()
    assert "Secret demo-password unchanged" in done.stderr
    assert "Application demo changed" in done.stderr
    images = [part["properties"].get("image") for part in live.objects[APPLICATION]["spec"]["components"]]
    assert "web:2" in images


def test_characters_of_any_script_are_sent(live: LiveCluster, up: Callable[..., Any], project: pathlib.Path) -> None:
    """Faces and whales too, which are two escapes in JSON and none in YAML."""
    project.write_text(
        project.read_text().replace("web:1", "web:1\n    environment: {SIGN: '\U0001f433 \u4e2d'}"), "utf-8"
    )
    done = up()
    assert done.returncode == 0, done.stderr
    assert "\U0001f433 \u4e2d" in json.dumps(live.objects[APPLICATION], ensure_ascii=False)


def test_the_field_manager_is_ours(live: LiveCluster, up: Callable[..., Any]) -> None:
    """Others can see who set a field."""
    up()
    managers = {query.get("fieldManager") for query in live.queries if "fieldManager" in query}
    assert managers == {"compose2oam"}


@pytest.mark.parametrize("flag", ["-d", "--no-wait", "--timeout=0"])
def test_without_waiting(live: LiveCluster, up: Callable[..., Any], flag: str) -> None:
    """The command ends when all is sent."""
    live.plays = None
    done = up(flag)
    assert done.returncode == 0, done.stderr
    assert "WATCH" not in {method for method, _ in live.requests}


def test_a_dry_run_of_the_client_asks_nobody(live: LiveCluster, up: Callable[..., Any]) -> None:
    """It works without a cluster."""
    done = up("--dry-run", "client")
    assert done.returncode == 0
    assert live.requests == []
    assert "Secret demo-password would be applied" in done.stderr


def test_a_dry_run_of_the_server_stores_nothing(live: LiveCluster, up: Callable[..., Any]) -> None:
    """The server checks everything."""
    live.put("/api/v1/namespaces/demo", {})
    version = live.version
    done = up("--dry-run", "server")
    assert done.returncode == 0, done.stderr
    assert live.version == version
    assert "Application demo created (dry run)" in done.stderr


def test_a_dry_run_of_the_server_in_a_namespace_that_is_not_there(live: LiveCluster, up: Callable[..., Any]) -> None:
    """It says why it cannot go on."""
    done = up("--dry-run", "server")
    assert done.returncode == 5
    assert "kubectl create namespace demo" in done.stderr


@pytest.mark.parametrize("path", [SECRET, APPLICATION])
def test_what_is_not_ours_stays(live: LiveCluster, up: Callable[..., Any], path: str) -> None:
    """Nothing at all is sent where an object is somebody else's, and the message names them."""
    live.put("/api/v1/namespaces/demo", {})
    live.put(path, {"metadata": {"managedFields": [{"manager": "helm"}], "generation": 1}, "spec": {"components": []}})
    version = live.version
    done = up()
    assert done.returncode == 5
    assert live.version == version
    assert "is there already, and was made by helm; --adopt takes it over" in done.stderr


def test_what_is_another_project_s_stays(live: LiveCluster, up: Callable[..., Any]) -> None:
    """The message names the other project."""
    live.put("/api/v1/namespaces/demo", {})
    live.put(SECRET, {"metadata": {"labels": {"compose2oam.io/project": "other"}}})
    assert "belongs to the project other" in up().stderr


def test_adopt_takes_over(live: LiveCluster, up: Callable[..., Any]) -> None:
    """On request."""
    live.put("/api/v1/namespaces/demo", {})
    live.put(SECRET, {"metadata": {"managedFields": [{"manager": "helm"}]}})
    done = up("--adopt")
    assert done.returncode == 0, done.stderr
    assert live.objects[SECRET]["metadata"]["labels"]["compose2oam.io/project"] == "demo"


def test_a_conflict_names_the_other_manager(
    live: LiveCluster, up: Callable[..., Any], faults: type[Fault], refusals: Any
) -> None:
    """And the fields, and what to do."""
    live.faults.append(faults("PATCH", "applications", 409, body=refusals["conflict"]("kubectl", ".spec.components")))
    done = up()
    assert done.returncode == 5
    assert "Application demo: kubectl owns .spec.components; --force-conflicts takes these fields over" in done.stderr


def test_force_conflicts_is_sent(live: LiveCluster, up: Callable[..., Any]) -> None:
    """Only on request."""
    up("-d")
    up("-d", "--force-conflicts")
    forced = [query["force"] for query in live.queries if "force" in query]
    assert forced == ["false"] * 3 + ["true"] * 2


def test_what_left_the_project_is_pruned_on_request(
    live: LiveCluster, up: Callable[..., Any], project: pathlib.Path
) -> None:
    """A Secret that the project has no more goes with --remove-orphans; those of others stay."""
    up("-d")
    labels = {"compose2oam.io/project": "other", "app.kubernetes.io/managed-by": "compose2oam"}
    live.put("/api/v1/namespaces/demo/secrets/theirs", {"metadata": {"labels": labels}})
    text = project.read_text().replace("    secrets: [password]\n", "")
    project.write_text(text[: text.index("secrets:\n  password")])
    up("-d")
    assert SECRET in live.objects
    done = up("-d", "--remove-orphans")
    assert "Secret demo-password deleted" in done.stderr
    assert SECRET not in live.objects
    assert "/api/v1/namespaces/demo/secrets/theirs" in live.objects


def test_scale(live: LiveCluster, up: Callable[..., Any]) -> None:
    """``--scale`` changes the number of replicas."""
    up("-d", "--scale", "web=3")
    assert '"replicas": 3' in json.dumps(live.objects[APPLICATION]["spec"])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("web", "write SERVICE=NUM"),
        ("web=-1", "write SERVICE=NUM"),
        ("nix=1", "no such service: nix; there is web, db"),
    ],
)
def test_scale_that_makes_no_sense(live: LiveCluster, up: Callable[..., Any], value: str, message: str) -> None:
    """A usage error, before anything is sent."""
    done = up("--scale", value)
    assert done.returncode == 2
    assert message in done.stderr
    assert live.requests == []


def test_one_service_and_what_it_needs(live: LiveCluster, up: Callable[..., Any]) -> None:
    """``up db`` leaves out web; a later ``up web`` brings it, and db stays."""
    up("-d", "db")
    names = [part["name"] for part in live.objects[APPLICATION]["spec"]["components"]]
    assert "db" in names
    assert "web" not in names
    up("-d", "web")
    names = [part["name"] for part in live.objects[APPLICATION]["spec"]["components"]]
    assert {"db", "web"} <= set(names)


def test_another_service_is_left_as_it_runs(live: LiveCluster, up: Callable[..., Any], project: pathlib.Path) -> None:
    """``up db`` does not bring a change of web to the cluster."""
    up("-d")
    project.write_text(project.read_text().replace("web:1", "web:2").replace("db:1", "db:2"))
    up("-d", "db")
    images = {part["name"]: part["properties"].get("image") for part in live.objects[APPLICATION]["spec"]["components"]}
    assert (images["web"], images["db"]) == ("web:1", "db:2")


def test_a_service_that_is_not_there(live: LiveCluster, up: Callable[..., Any]) -> None:
    """A usage error that names those that are."""
    done = up("nix")
    assert done.returncode == 2
    assert "no such service: nix; demo has db, web" in done.stderr
    assert not live.sent


def test_publish_version(live: LiveCluster, up: Callable[..., Any]) -> None:
    """The version stands where KubeVela looks for it."""
    up("-d", "--publish-version", "v7")
    assert live.objects[APPLICATION]["metadata"]["annotations"]["app.oam.dev/publishVersion"] == "v7"


def test_a_namespace_of_one_s_own(live: LiveCluster, up: Callable[..., Any]) -> None:
    """``-n`` names it."""
    up("-d", "-n", "prod")
    assert "/apis/core.oam.dev/v1beta1/namespaces/prod/applications/demo" in live.objects


def test_a_namespace_that_is_being_deleted(live: LiveCluster, up: Callable[..., Any]) -> None:
    """Nothing is sent into it."""
    live.put("/api/v1/namespaces/demo", {"status": {"phase": "Terminating"}})
    done = up()
    assert done.returncode == 5
    assert "the namespace demo is being deleted: try again when it is gone" in done.stderr
    assert not live.sent


def test_a_type_that_the_cluster_does_not_know(
    live: LiveCluster, up: Callable[..., Any], project: pathlib.Path
) -> None:
    """The definitions of that cluster decide, and the message names the line."""
    project.write_text(project.read_text().replace("    depends_on", "    x-oam: {type: nonsense}\n    depends_on"))
    done = up()
    assert done.returncode == 3
    assert "compose.yaml:" in done.stderr
    assert "no component type nonsense" in done.stderr
    assert not live.sent


def test_no_runtime(live: LiveCluster, up: Callable[..., Any]) -> None:
    """The message says what is missing, and how to come by it."""
    del live.has["/apis/core.oam.dev/v1beta1"]
    done = up()
    assert done.returncode == 5
    assert "there is no KubeVela in the cluster of the context test" in done.stderr
    assert "install KubeVela" in done.stderr


def test_a_runtime_that_is_not_there(live: LiveCluster, up: Callable[..., Any]) -> None:
    """Who names a target is told that the cluster has another runtime, and what to do there."""
    live.has["/apis/core.oam.dev/v1alpha2"] = live.has.pop("/apis/core.oam.dev/v1beta1")
    done = up("--target", "kubevela")
    assert done.returncode == 5
    assert "but has oam-kubernetes-runtime: --target oam-v1alpha2 writes for that" in done.stderr
    assert not live.sent


def test_json_progress(live: LiveCluster, up: Callable[..., Any]) -> None:
    """Each line of standard output is an object."""
    done = up("--progress", "json", "-q")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows[0] == {"kind": "Namespace", "name": "demo", "fate": "created", "dryRun": False}
    assert rows[-1] == {"application": "demo", "ended": "healthy"}
    assert done.stderr == ""


def test_quiet_progress(live: LiveCluster, up: Callable[..., Any]) -> None:
    """Nothing is said if nothing is wrong."""
    done = up("-q")
    assert (done.stdout, done.stderr) == ("", "")


def test_no_secret_is_told(live: LiveCluster, up: Callable[..., Any]) -> None:
    """Not with -v, not in the application."""
    done = up("-v")
    assert "hunter2" not in done.stderr + done.stdout
    assert "hunter2" not in json.dumps(live.objects[APPLICATION])
    assert live.objects[SECRET]["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "compose2oam"


def test_losses_can_be_refused(live: LiveCluster, up: Callable[..., Any], project: pathlib.Path) -> None:
    """``--strict`` sends nothing."""
    project.write_text(project.read_text().replace("    depends_on", "    logging: {driver: gelf}\n    depends_on"))
    assert up("-d").returncode == 0
    sent = len(live.sent)
    assert up("--strict").returncode == 4
    assert len(live.sent) == sent


def test_requests_are_few(live: LiveCluster, cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """Of 200 services no more than two requests an object plus a constant, and nothing over all namespaces."""
    services = "".join(f"  s{number}:\n    image: a:1\n    secrets: [k{number}]\n" for number in range(200))
    secrets = "".join(f"  k{number}: {{file: ./key}}\n" for number in range(200))
    (tmp_path / "key").write_text("k")
    (tmp_path / "compose.yaml").write_text(f"name: demo\nservices:\n{services}secrets:\n{secrets}")
    done = cli("up", cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-500:]
    assert len(live.requests) <= 2 * (200 + 2) + 40
    everywhere = [
        path
        for _, path in live.requests
        if path.rpartition("/")[2] in {"pods", "secrets", "configmaps", "applications", "deployments", "events"}
        and "/namespaces/" not in path
    ]
    assert not everywhere
