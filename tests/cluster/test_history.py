"""``history`` and ``rollback``: what a project was before, and how it comes back."""

from __future__ import annotations

import base64
import copy
import gzip
import json
import pathlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jsonshapes
import pytest

if TYPE_CHECKING:
    from conftest import CommandLine, LiveCluster

OAM = "/apis/core.oam.dev/v1beta1/namespaces/demo"
APPLICATION = f"{OAM}/applications/demo"
APPS = "/apis/apps/v1/namespaces/demo"
LABELS = {"app.oam.dev/name": "demo", "app.oam.dev/component": "web", "compose2oam.io/project": "demo"}


def keep(live: LiveCluster, number: int, packed: str = "", succeeded: bool = True, **notes: str) -> None:
    """Keep the application as it is as a revision, as KubeVela does."""
    item = copy.deepcopy(live.objects[APPLICATION])
    held = {"application": {"metadata": {**item["metadata"], "managedFields": None}, "spec": item["spec"]}}
    spec: dict[str, Any] = held
    if packed:
        spec = {
            "application": {"spec": {"components": []}},
            "compression": {"type": packed, "data": pack(packed, held)},
        }
    metadata = {"labels": {"app.oam.dev/name": "demo"}, "creationTimestamp": "2026-01-31T12:00:00Z"}
    if notes:
        metadata["annotations"] = {f"app.oam.dev/{key}": text for key, text in notes.items()}  # type: ignore[assignment]
    status = {"succeeded": succeeded, "workflow": {"status": "succeeded" if succeeded else "failed"}}
    live.put(f"{OAM}/applicationrevisions/demo-v{number}", {"metadata": metadata, "spec": spec, "status": status})
    status_of = live.objects[APPLICATION]["status"]
    live.say("demo", **{**status_of, "latestRevision": {"name": f"demo-v{number}"}})


def pack(how: str, held: dict[str, Any]) -> str:
    """Compress as KubeVela does."""
    text = json.dumps(held).encode()
    if how == "zstd":
        zstandard = pytest.importorskip("zstandard", reason="needs zstandard: pip install zstandard")
        return base64.b64encode(zstandard.ZstdCompressor().compress(text)).decode()
    return base64.b64encode(gzip.compress(text)).decode()


@pytest.fixture
def run(cli: CommandLine, project: pathlib.Path, live: LiveCluster) -> Callable[..., Any]:
    """A project that was up as ``web:1``, ``web:2`` (which failed) and ``web:3``; and what runs a command about it."""
    live.collections |= {"applicationrevisions", "replicasets", "controllerrevisions"}
    for number, packed in ((1, "zstd"), (2, "gzip"), (3, "")):
        if number > 1:
            project.write_text(project.read_text().replace(f"web:{number - 1}", f"web:{number}"))
        assert cli("up", "-d", cwd=project.parent).returncode == 0
        keep(live, number, packed, succeeded=number != 2)
    return lambda *arguments: cli(*arguments, "-p", "demo")


def image(live: LiveCluster) -> str:
    """The image of the service web, as the application has it."""
    parts = {part["name"]: part for part in live.objects[APPLICATION]["spec"]["components"]}
    return str(parts["web"]["properties"]["image"])


def test_revisions_and_what_changed_in_each(run: Callable[..., Any]) -> None:
    """The oldest first, however KubeVela packed them; the current one says how it does."""
    lines = [line.split(maxsplit=2) for line in run("history").stdout.splitlines()]
    assert [line[0] for line in lines] == ["REVISION", "demo-v1", "demo-v2", "demo-v3"]
    assert lines[1][2].split() == ["succeeded", "the", "oldest", "that", "is", "kept"]
    assert lines[2][2].split(maxsplit=1) == ["failed", "web: image web:1 → web:2"]
    assert lines[3][2].split(maxsplit=2) == ["current", "healthy", "web: image web:2 → web:3"]


def test_history_as_data(run: Callable[..., Any]) -> None:
    """A program gets all changes of a revision; those of the services that are named, if any are."""
    (found,) = jsonshapes.shapes()["history"].check(run("history", "--format", "json").stdout)
    assert [item["number"] for item in found] == [1, 2, 3]
    assert [item["current"] for item in found] == [False, False, True]
    assert [change["text"] for change in found[2]["changes"]] == ["web: image web:2 → web:3"]
    other = json.loads(run("history", "db", "--format", "json").stdout)
    assert [item["changes"] for item in other] == [[], [], []]


def test_all_changes_a_line_each(run: Callable[..., Any]) -> None:
    """``-a`` leaves out nothing."""
    assert "    web: image web:2 → web:3" in run("history", "-a").stdout.splitlines()


def test_back_to_the_last_that_was_well(run: Callable[..., Any], live: LiveCluster) -> None:
    """A revision that failed is passed over; the user is told that the Compose file says otherwise."""
    done = run("rollback")
    assert done.returncode == 0, done.stderr
    assert image(live) == "web:1"
    assert "web: image web:3 → web:1" in done.stderr
    assert "Application demo changed: as in demo-v1" in done.stderr
    assert "the Compose file still says otherwise, and the next up brings that back" in done.stderr
    assert done.stderr.endswith("demo is well\n")
    assert live.objects[APPLICATION]["metadata"]["managedFields"][0]["manager"] == "compose2oam"


def test_a_rollback_as_data(run: Callable[..., Any]) -> None:
    """What became of the application, by which revision, and how it comes up; nothing else."""
    done = run("rollback", "--format", "json")
    first, *others = jsonshapes.shapes()["rollback"].check(done.stdout)
    assert (first["name"], first["fate"], first["revision"]) == ("demo", "changed", "demo-v1")
    assert others[-1] == {"application": "demo", "ended": "healthy"}


@pytest.mark.parametrize("name", ["2", "v2", "demo-v2"])
def test_a_revision_by_its_name(run: Callable[..., Any], live: LiveCluster, name: str) -> None:
    """By number or name; one that failed too, if that is what is wanted."""
    assert run("rollback", name, "--no-wait").returncode == 0
    assert image(live) == "web:2"


def test_a_dry_run_stores_nothing(run: Callable[..., Any], live: LiveCluster) -> None:
    """It says what would change, and lets the server try it."""
    version = live.version
    done = run("rollback", "1", "--dry-run")
    assert (done.returncode, live.version) == (0, version)
    assert "web: image web:3 → web:1" in done.stderr
    assert "Application demo changed (dry run): as in demo-v1" in done.stderr


def test_what_cannot_be_rolled_back_to(run: Callable[..., Any], live: LiveCluster) -> None:
    """No such revision, the current one, and none before the first."""
    done = run("rollback", "9")
    assert done.returncode == 2
    assert "there is no revision 9; there is demo-v1, demo-v2, demo-v3" in done.stderr
    assert "demo is at demo-v3 already" in run("rollback", "3").stderr
    assert "leave out --service" in run("rollback", "--service", "web").stderr
    live.say("demo", **{**live.objects[APPLICATION]["status"], "latestRevision": {"name": "demo-v1"}})
    done = run("rollback")
    assert done.returncode == 2
    assert "there is no earlier revision that was well" in done.stderr


def test_versions_get_another_name(run: Callable[..., Any], live: LiveCluster) -> None:
    """Where the runtime acts only on a new name of a version, a rollback has one: the user's, else one made up."""
    live.objects[APPLICATION]["metadata"]["annotations"]["app.oam.dev/publishVersion"] = "7.3"
    run("rollback", "1", "--no-wait")
    first = live.objects[APPLICATION]["metadata"]["annotations"]["app.oam.dev/publishVersion"]
    assert first.startswith("demo-v1-again-")
    run("rollback", "2", "--no-wait", "--publish-version", "7.2-again")
    assert live.objects[APPLICATION]["metadata"]["annotations"]["app.oam.dev/publishVersion"] == "7.2-again"


def test_a_rollback_that_does_not_come_up(run: Callable[..., Any], live: LiveCluster) -> None:
    """Exit 6, with the service that does not come up."""
    live.plays = lambda cluster, item: cluster.say("demo", status="running", services=[])
    done = run("rollback", "1", "--timeout", "1s")
    assert done.returncode == 6
    assert "demo is not well in time" in done.stderr


def test_a_rollback_that_never_comes_up(run: Callable[..., Any], live: LiveCluster) -> None:
    """An image that is gone by now ends the wait long before the time is up, as with `up`."""

    def broken(live: LiveCluster, application: dict[str, Any]) -> None:
        waits = {"waiting": {"reason": "ImagePullBackOff", "message": "gone"}}
        live.pod("web-9", "web", conditions=[], containerStatuses=[{"name": "web", "state": waits}])
        live.say("demo", status="runningWorkflow", services=[{"name": "web", "message": "Ready:0/1"}])

    live.plays = broken
    done = run("rollback", "--timeout", "60s")
    assert done.returncode == 6
    assert "demo is not well and will not be: web is failing ImagePullBackOff: gone" in done.stderr


@pytest.mark.parametrize(
    ("kind", "data", "text"),
    [
        ("lz4", "", "compressed in a way that is not known: lz4"),
        ("gzip", "bm8=", "cannot be read"),
        ("gzip", "%%%", "cannot be read"),
        ("zstd", "bm8=", "cannot be read"),
    ],
)
def test_a_revision_that_cannot_be_read(
    run: Callable[..., Any], live: LiveCluster, kind: str, data: str, text: str
) -> None:
    """It is named, and nothing is guessed."""
    if kind == "zstd":
        pytest.importorskip("zstandard", reason="needs zstandard: pip install zstandard")
    path = f"{OAM}/applicationrevisions/demo-v2"
    live.put(path, {**live.objects[path], "spec": {"compression": {"type": kind, "data": data}}})
    done = run("history")
    assert done.returncode == 5
    assert "the revision demo-v2 cannot be read" in done.stderr
    assert text in done.stderr


def template(tag: str) -> dict[str, Any]:
    """The pods of the service web."""
    return {
        "metadata": {"labels": {**LABELS, "pod-template-hash": tag}},
        "spec": {"containers": [{"name": "web", "image": f"web:{tag}"}]},
    }


@pytest.fixture
def plain(cli: CommandLine, live: LiveCluster) -> Callable[..., Any]:
    """A Deployment of a project that was written as plain objects, with what Kubernetes keeps of it."""
    live.collections |= {"deployments", "statefulsets", "daemonsets", "replicasets", "controllerrevisions"}
    live.put("/api/v1/namespaces/demo", {"kind": "Namespace"})
    fields = {
        "f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {'k:{"name":"web"}': {"f:image": {}}}}}}
    }
    entry = {"manager": "compose2oam", "operation": "Apply", "fieldsV1": fields}
    metadata = {"labels": LABELS, "generation": 1, "managedFields": [entry], "uid": "d"}
    spec = {"replicas": 2, "template": template("2")}
    status = {"observedGeneration": 9, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2, "readyReplicas": 2}
    live.put(f"{APPS}/deployments/web", {"metadata": metadata, "spec": spec, "status": status})
    for number in (1, 2):
        notes = {"deployment.kubernetes.io/revision": str(number)}
        owner = {"labels": LABELS, "annotations": notes, "ownerReferences": [{"uid": "d"}]}
        live.put(f"{APPS}/replicasets/web-{number}", {"metadata": owner, "spec": {"template": template(str(number))}})
    return lambda *arguments: cli(*arguments, "-p", "demo")


def test_plain_objects_have_revisions_by_service(plain: Callable[..., Any]) -> None:
    """Those that Kubernetes keeps of each workload."""
    lines = plain("history").stdout.splitlines()
    assert lines[0].split() == ["REVISION", "SERVICE", "AGE", "STATUS", "CHANGES"]
    assert lines[2].split()[:2] == ["web-2", "web"]
    assert lines[2].endswith("web: image web:1 → web:2")


def test_plain_objects_come_back_by_service(plain: Callable[..., Any], live: LiveCluster) -> None:
    """The pod template of the revision, without the marks of its controller, beside what else is ours."""
    assert "name one with --service: web" in plain("rollback").stderr
    done = plain("rollback", "--service", "web", "--no-wait")
    assert done.returncode == 0, done.stderr
    sent = live.sent[-1]
    assert sent["spec"]["replicas"] == 2
    assert sent["spec"]["template"]["spec"]["containers"] == [{"name": "web", "image": "web:1"}]
    assert "pod-template-hash" not in sent["spec"]["template"]["metadata"]["labels"]
    assert "web: image web:2 → web:1" in done.stderr
