"""``down``, ``ps``, ``status``, ``ls`` and ``logs``: by the project's name, with no Compose file at hand."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine, LiveCluster

OAM = "/apis/core.oam.dev/v1beta1"
VOLUME = "/api/v1/namespaces/demo/persistentvolumeclaims/data"


@pytest.fixture
def there(live: LiveCluster) -> LiveCluster:
    """A cluster in which the project demo runs."""
    notes = {
        "compose2oam.io/project": "demo",
        "compose2oam.io/files": "compose.yaml",
        "compose2oam.io/services": '{"web-app": "web_app"}',
        "compose2oam.io/pods": '{"sidecar": "db"}',
    }
    components = [
        {"name": "demo-volumes", "type": "k8s-objects"},
        {"name": "web-app", "type": "webservice", "dependsOn": ["db"]},
        {"name": "db", "type": "statefulset"},
    ]
    live.put(
        f"{OAM}/namespaces/demo/applications/demo",
        {"metadata": {"annotations": notes, "generation": 1}, "spec": {"components": components}},
    )
    live.pod("web-app-0", "web-app")
    live.pod("db-0", "db")
    pod = live.objects["/api/v1/namespaces/demo/pods/db-0"]
    pod["spec"]["containers"].append({"name": "sidecar", "image": "side:1"})
    pod["status"]["containerStatuses"].append({"name": "sidecar", "ready": True, "state": {"running": {}}})
    entries = [{"name": part["name"], "healthy": True, "message": "Ready:1/1"} for part in components]
    entries[1]["traits"] = [{"type": "scaler", "healthy": True}]
    entries[1]["workloadDefinition"] = {"kind": "Deployment"}
    live.say("demo", status="running", services=entries, latestRevision={"name": "demo-v3"})
    live.put(
        "/api/v1/namespaces/demo/services/web-app",
        {
            "metadata": {"labels": {"app.oam.dev/name": "demo", "app.oam.dev/component": "web-app"}},
            "spec": {"type": "LoadBalancer", "ports": [{"port": 80, "protocol": "TCP"}]},
            "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.7"}]}},
        },
    )
    labels = {"compose2oam.io/project": "demo", "app.kubernetes.io/managed-by": "compose2oam"}
    live.put("/api/v1/namespaces/demo/secrets/demo-key", {"metadata": {"labels": labels}})
    live.put("/api/v1/namespaces/demo/secrets/their-key", {"metadata": {"labels": {"compose2oam.io/project": "demo"}}})
    volume = {"app.oam.dev/name": "demo", "app.oam.dev/component": "demo-volumes"}
    live.put(VOLUME, {"metadata": {"labels": volume}})
    return live


@pytest.fixture
def run(cli: CommandLine, tmp_path: pathlib.Path) -> Callable[..., Any]:
    """Run a command in a folder without a Compose file."""
    return lambda *arguments: cli(*arguments, cwd=tmp_path)


def test_down_leaves_volumes_and_what_is_not_ours(there: LiveCluster, run: Callable[..., Any]) -> None:
    """The application and our Secret go."""
    done = run("down", "-p", "demo")
    assert done.returncode == 0, done.stderr
    assert "Application demo deleted\nSecret demo-key deleted\nkept the volumes data" in done.stderr
    assert set(there.objects) == {VOLUME, "/api/v1/namespaces/demo/secrets/their-key"}


def test_down_with_volumes(there: LiveCluster, run: Callable[..., Any]) -> None:
    """``-v`` takes them too, although the runtime has forgotten by then whose they are."""
    done = run("down", "-p", "demo", "-v")
    assert "PersistentVolumeClaim data deleted" in done.stderr
    assert VOLUME not in there.objects


def test_volumes_can_go_later(there: LiveCluster, run: Callable[..., Any]) -> None:
    """``down`` and then ``down -v``."""
    run("down", "-p", "demo")
    done = run("down", "-p", "demo", "-v")
    assert done.returncode == 0
    assert VOLUME not in there.objects


def test_down_twice_is_no_error(there: LiveCluster, run: Callable[..., Any]) -> None:
    """As in Docker Compose."""
    run("down", "-p", "demo")
    done = run("down", "-p", "demo")
    assert done.returncode == 0
    assert "the project demo does not run in the namespace demo" in done.stderr


def test_down_of_an_application_of_somebody_else(there: LiveCluster, run: Callable[..., Any]) -> None:
    """One that was not made from a Compose project is left alone."""
    path = f"{OAM}/namespaces/demo/applications/theirs"
    there.put(path, {"metadata": {"generation": 1}, "spec": {"components": []}})
    done = run("down", "-p", "theirs", "-n", "demo")
    assert done.returncode == 5
    assert "was not made from a Compose project" in done.stderr
    assert path in there.objects


def test_down_that_takes_too_long(there: LiveCluster, run: Callable[..., Any]) -> None:
    """It says what the cluster waits for; nothing else was deleted."""
    path = f"{OAM}/namespaces/demo/applications/demo"
    there.objects[path]["metadata"]["finalizers"] = ["app.oam.dev/resource-tracker-finalizer"]
    there.stays.add(path)
    done = run("down", "-p", "demo", "-v", "--timeout", "50ms")
    assert done.returncode == 6
    assert "is not gone yet: it waits for app.oam.dev/resource-tracker-finalizer" in done.stderr
    assert VOLUME in there.objects


def test_ps_lists_services_by_their_own_names(there: LiveCluster, run: Callable[..., Any]) -> None:
    """With a row for each container that stands for a service."""
    done = run("ps", "-p", "demo")
    assert done.returncode == 0, done.stderr
    rows = [line.split()[:4] for line in done.stdout.splitlines()]
    assert rows == [
        ["NAME", "SERVICE", "STATUS", "READY"],
        ["web-app-0", "web_app", "Running", "yes"],
        ["db-0", "db", "Running", "yes"],
        ["db-0", "sidecar", "Running", "yes"],
    ]


def test_ps_of_one_service(there: LiveCluster, run: Callable[..., Any]) -> None:
    """Named as in Compose; a guest in another's pod too."""
    rows = json.loads(run("ps", "-p", "demo", "--format", "json", "sidecar").stdout)
    assert [(row["name"], row["container"], row["image"]) for row in rows] == [("db-0", "sidecar", "side:1")]
    assert run("ps", "-p", "demo", "-q", "web_app").stdout == "web-app-0\n"
    assert run("ps", "-p", "demo", "--services").stdout == "web_app\ndb\nsidecar\n"


def test_ps_of_a_service_that_is_not_there(there: LiveCluster, run: Callable[..., Any]) -> None:
    """A usage error that names those that are."""
    done = run("ps", "-p", "demo", "nix")
    assert done.returncode == 2
    assert "no such service: nix; demo has db, sidecar, web_app" in done.stderr


def test_ps_of_a_service_without_a_pod(there: LiveCluster, run: Callable[..., Any]) -> None:
    """It has a row that says how it does."""
    there.drop("/api/v1/namespaces/demo/pods/web-app-0")
    there.say("demo", status="runningWorkflow", services=[])
    (row,) = json.loads(run("ps", "-p", "demo", "--format", "json", "web_app").stdout)
    assert (row["name"], row["status"]) == ("", "waiting for db")


def test_ps_of_a_service_that_is_stopped(there: LiveCluster, run: Callable[..., Any]) -> None:
    """As with Docker Compose, only -a shows it; it is well, and nobody waits for it."""
    entries = [
        {"name": name, "healthy": True, "message": f"Ready:{count}/{count}"}
        for name, count in (("demo-volumes", 0), ("db", 1), ("web-app", 0))
    ]
    there.say("demo", status="running", services=entries)
    there.drop("/api/v1/namespaces/demo/pods/web-app-0")
    assert run("ps", "-p", "demo", "--services").stdout.split() == ["db", "sidecar"]
    (row,) = json.loads(run("ps", "-p", "demo", "-a", "--format", "json", "web_app").stdout)
    assert (row["name"], row["status"]) == ("", "stopped")
    shown = run("status", "-p", "demo").stdout
    assert shown.startswith("demo: healthy")
    assert "stopped" in shown


def test_ps_of_a_project_that_does_not_run(live: LiveCluster, run: Callable[..., Any]) -> None:
    """The message says where it was looked for."""
    done = run("ps", "-p", "nope")
    assert done.returncode == 5
    assert "does not run in the namespace nope or default of the context test" in done.stderr


def test_the_project_of_this_folder(there: LiveCluster, cli: CommandLine, project: pathlib.Path) -> None:
    """Without ``-p`` the Compose file says the name."""
    assert "web_app" in cli("ps", cwd=project.parent).stdout


def test_status(there: LiveCluster, run: Callable[..., Any]) -> None:
    """The whole in a line, and a line for each service."""
    lines = run("status", "-p", "demo").stdout.splitlines()
    assert lines[0] == "demo: healthy (application demo in demo, revision demo-v3)"
    assert lines[2].split() == ["web_app", "webservice", "healthy", "1/1"]


def test_status_as_a_tree(there: LiveCluster, run: Callable[..., Any]) -> None:
    """Down to traits, pods and endpoints."""
    assert run("status", "-p", "demo", "--tree").stdout.splitlines()[1:] == [
        "├─ web_app  webservice  healthy  1/1",
        "│  ├─ trait scaler",
        "│  ├─ Deployment web-app",
        "│  │  └─ pod web-app-0  Running",
        "│  └─ service web-app LoadBalancer 80/tcp 192.0.2.7",
        "├─ db  statefulset  healthy  1/1",
        "│  └─ pod db-0  Running",
        "└─ sidecar  in pods of db  healthy  1/1",
    ]


def test_status_as_data(there: LiveCluster, run: Callable[..., Any]) -> None:
    """All of the tree, for a program."""
    data = json.loads(run("status", "-p", "demo", "--format", "json").stdout)
    assert data["healthy"] is True
    assert data["services"][0]["endpoints"] == ["web-app LoadBalancer 80/tcp 192.0.2.7"]


def test_ls(there: LiveCluster, run: Callable[..., Any]) -> None:
    """Projects of all namespaces; applications of others only with -a."""
    path = f"{OAM}/namespaces/other/applications/theirs"
    there.put(path, {"metadata": {"generation": 1}, "spec": {"components": []}})
    lines = run("ls").stdout.splitlines()
    assert [line.split() for line in lines[1:]] == [["demo", "demo", "running", "3/3", "compose.yaml"]]
    assert run("ls", "-a", "-q").stdout == "demo\ntheirs\n"
    assert json.loads(run("ls", "-n", "other", "--format", "json").stdout) == []


def test_logs(there: LiveCluster, run: Callable[..., Any]) -> None:
    """Of all services, each line after the name of its pod."""
    there.logs |= {"web-app-0": "2026-01-31T12:00:00Z hello\n", "db-0": "2026-01-31T12:00:01Z ready \n"}
    done = run("logs", "-p", "demo")
    assert done.stdout.splitlines() == [
        "web_app web-app-0 | hello",
        "db-0              | ready ",
        "sidecar db-0      | ready ",
    ]
    assert run("logs", "-p", "demo", "-t", "--no-log-prefix", "web_app").stdout == "2026-01-31T12:00:00Z hello\n"


def test_logs_ask_for_what_is_wanted(there: LiveCluster, run: Callable[..., Any]) -> None:
    """``--tail`` and ``--since`` are the server's business."""
    there.logs["web-app-0"] = ""
    run("logs", "-p", "demo", "--tail", "5", "--since", "2m", "web_app")
    assert {"tailLines": "5", "sinceSeconds": "120"}.items() <= there.queries[-1].items()
    assert run("logs", "-p", "demo", "--tail", "x").returncode == 2
    assert run("logs", "-p", "demo", "--since", "soon").returncode == 2


def test_logs_of_what_cannot_be_read(there: LiveCluster, run: Callable[..., Any]) -> None:
    """One that cannot be read does not hide the others."""
    there.logs["db-0"] = "2026-01-31T12:00:01Z ready\n"
    done = run("logs", "-p", "demo")
    assert done.returncode == 0
    assert "ready" in done.stdout
    assert "web-app-0: the cluster of the context test refused: the container is waiting to start" in done.stderr
    assert run("logs", "-p", "demo", "web_app").returncode == 5


def test_logs_of_which_none_can_be_read(there: LiveCluster, run: Callable[..., Any]) -> None:
    """Each container is told once, with its pod; two are in that of db."""
    done = run("logs", "-p", "demo")
    assert done.returncode == 5
    pods = [line.removeprefix("error: ").partition(":")[0] for line in done.stderr.splitlines()]
    assert pods == ["web-app-0", "db-0", "db-0"]
    assert done.stderr.splitlines()[-1].startswith("error: db-0: the cluster of the context test refused: ")


def test_logs_that_are_followed(there: LiveCluster) -> None:
    """Lines come from containers that begin later too, and none comes twice."""
    from compose2oam.cluster.applications import find
    from compose2oam.cluster.client import Cluster
    from compose2oam.cluster.logs import Following

    there.logs["web-app-0"] = "2026-01-31T12:00:00Z one\n2026-01-31T12:00:00Z two\n"
    cluster = Cluster()
    lines = iter(Following(cluster, find(cluster, "demo"), ["web_app"], {}))
    assert [next(lines).text, next(lines).text] == ["one", "two"]
    there.logs["web-app-1"] = "2026-01-31T12:00:05Z three\n"
    there.pod("web-app-1", "web-app")
    assert next(lines).text == "three"
