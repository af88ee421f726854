"""The life of a project on a real API server with KubeVela, or with what plays it."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

from compose2oam.cluster.objects import own_objects

if TYPE_CHECKING:
    from conftest import CommandLine
    from place import Place


def test_up_and_again_and_down(place: Place) -> None:
    """A project comes up; the same again stores nothing; down leaves the volume, and up finds it again."""
    done = place.run("up", "--timeout", "120s")
    assert done.returncode == 0, done.stderr
    assert place.names("secrets") == {"demo-password"}
    before = place.version()
    again = place.run("up", "--timeout", "60s")
    assert "nothing to change" in again.stderr
    assert place.version() == before
    done = place.run("down", "-p", "demo", "--timeout", "60s")
    assert done.returncode == 0, done.stderr
    assert "kept the volumes data" in done.stderr
    assert not place.names("secrets")
    assert place.names("persistentvolumeclaims") == {"data"}
    assert place.run("up", "--timeout", "120s").returncode == 0


def test_down_with_volumes_leaves_nothing(place: Place) -> None:
    """Neither objects nor volumes."""
    assert place.run("up", "--timeout", "120s").returncode == 0
    done = place.run("down", "-p", "demo", "-v", "--timeout", "60s")
    assert "PersistentVolumeClaim data deleted" in done.stderr
    assert not place.names("deployments", "/apis/apps/v1") | place.names("statefulsets", "/apis/apps/v1")
    assert not place.names("services")
    assert not place.names("applications", "/apis/core.oam.dev/v1beta1")


def test_a_change_is_followed(place: Place) -> None:
    """``up`` waits for the change, not for what was well before."""
    assert place.run("up", "--timeout", "120s").returncode == 0
    place.edit("web:1", "web:2")
    done = place.run("up", "--timeout", "120s")
    assert done.returncode == 0, done.stderr
    assert "Secret demo-password unchanged\nApplication demo changed" in done.stderr
    rows = json.loads(place.run("ps", "-p", "demo", "--format", "json", "web").stdout)
    assert {row["image"] for row in rows if row["status"] == "Running"} == {"web:2"}


def test_a_service_that_left_goes(place: Place) -> None:
    """The runtime removes what the project has no more; its Secret goes with --prune."""
    assert place.run("up", "--timeout", "120s").returncode == 0
    place.edit("    depends_on: [db]\n", "")
    text = (place.folder / "compose.yaml").read_text()
    (place.folder / "compose.yaml").write_text(text[: text.index("  db:")])
    done = place.run("up", "--timeout", "120s", "--prune")
    assert done.returncode == 0, done.stderr
    assert "Secret demo-password deleted" in done.stderr
    assert place.run("ps", "-p", "demo", "--services").stdout == "web\n"


def test_scale(place: Place) -> None:
    """As many pods as were asked for."""
    done = place.run("up", "--scale", "web=3", "--timeout", "120s")
    assert done.returncode == 0, done.stderr
    assert len(place.run("ps", "-p", "demo", "-q", "web").stdout.split()) == 3


def test_one_service(place: Place) -> None:
    """``up db`` brings db alone."""
    assert place.run("up", "db", "--timeout", "120s").returncode == 0
    assert place.run("ps", "-p", "demo", "--services").stdout == "db\n"


def test_dry_run_of_the_server(place: Place) -> None:
    """Webhooks and schemas are asked, and nothing is stored."""
    assert place.run("up", "-d", "db").returncode == 0
    before = place.version()
    done = place.run("up", "--dry-run", "server")
    assert done.returncode == 0, done.stderr
    assert "Application demo changed (dry run)" in done.stderr
    assert place.version() == before


def test_an_application_of_somebody_else(place: Place) -> None:
    """It stays, and --adopt takes it over."""
    cluster = place.cluster
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": place.name}}
    cluster.request("POST", "/api/v1/namespaces", body=space)
    theirs = {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": "Application",
        "metadata": {"name": "demo", "namespace": place.name},
        "spec": {"components": [{"name": "old", "type": "worker", "properties": {"image": "old:1"}}]},
    }
    cluster.request("POST", place.application.rpartition("/")[0], {"fieldManager": "helm"}, theirs)
    before = place.version()
    done = place.run("up")
    assert done.returncode == 5
    assert "Application demo is there already, and was made by helm" in done.stderr
    assert place.version() == before
    assert not place.names("secrets")
    done = place.run("up", "--adopt", "--timeout", "120s")
    assert done.returncode == 0, done.stderr


def test_a_conflict_over_a_field(place: Place) -> None:
    """What somebody else changed since is not changed back unasked."""
    assert place.run("up", "-d").returncode == 0
    manifest = place.cluster.get(place.application)
    assert manifest is not None
    fewer = {"spec": {"components": manifest["spec"]["components"][:-1]}}
    how = {"fieldManager": "platform-team"}
    place.cluster.request("PATCH", place.application, how, fewer, content_type="application/merge-patch+json")
    done = place.run("up", "-d")
    assert done.returncode == 5
    assert "platform-team owns .spec.components" in done.stderr
    assert place.run("up", "-d", "--force-conflicts").returncode == 0


def test_what_no_node_can_hold(place: Place) -> None:
    """The reason is the scheduler's, and the line the project's."""
    place.edit("    image: web:1\n", '    image: web:1\n    deploy: {resources: {reservations: {cpus: "900"}}}\n')
    done = place.run("up", "--timeout", "10s")
    assert done.returncode == 6
    assert "error: web: Unschedulable" in done.stderr
    assert "at services.web.deploy" in done.stderr


def test_status_and_ls(place: Place) -> None:
    """What runs is told as a tree and as data."""
    assert place.run("up", "--timeout", "120s").returncode == 0
    tree = place.run("status", "-p", "demo", "--tree").stdout
    assert "pod " in tree
    assert json.loads(place.run("status", "-p", "demo", "--format", "json").stdout)["healthy"] is True
    (row,) = json.loads(place.run("ls", "--format", "json").stdout)
    assert (row["project"], row["healthy"], row["services"]) == ("demo", 2, 2)


def test_two_at_once(place: Place, process: CommandLine) -> None:
    """Both end well, and the application is as the project says."""
    environment = {"KUBECONFIG": place.kubeconfig}
    results: list[Any] = []

    def run() -> None:
        call = ("up", "-n", place.name, "--timeout", "120s")
        results.append(process(*call, cwd=place.folder, environment=environment))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [done.returncode for done in results] == [0, 0], [done.stderr for done in results]
    assert place.names("secrets") == {"demo-password"}


def test_an_application_of_kubectl(place: Place) -> None:
    """What `convert` wrote and another tool applied is found and taken down like any other."""
    cluster = place.cluster
    written = json.loads(place.run("convert", "compose.yaml", "--format", "json", "-q").stdout)
    for document in written["items"] if written.get("kind") == "List" else [written]:
        if document["kind"] == "Application":
            cluster.request(
                "POST",
                "/api/v1/namespaces",
                body={"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": place.name}},
            )
            cluster.request("POST", place.application.rpartition("/")[0], {"fieldManager": "argocd"}, document)
    assert place.run("ps", "-p", "demo").returncode == 0
    assert place.run("down", "-p", "demo", "-v", "--timeout", "60s").returncode == 0
    assert place.version() == ""
    assert not list(own_objects(cluster, place.name, "demo"))
