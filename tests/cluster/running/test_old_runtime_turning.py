"""``scale``, ``stop`` and ``start`` with the older runtime: the ApplicationConfiguration holds the numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fakestreams import StreamingCluster

Run = Callable[..., Any]

OLD = "/apis/core.oam.dev/v1alpha2/namespaces/demo"
CONFIGURATION = f"{OLD}/applicationconfigurations/demo"
WEB = "/apis/apps/v1/namespaces/demo/deployments/web"
OURS = [{"manager": "compose2oam", "operation": "Apply"}]


@pytest.fixture
def old(there: StreamingCluster) -> StreamingCluster:
    """A cluster with the older runtime, in which web runs twice and db once; numbers are passed on at once."""
    for path in [path for path in there.objects if "/namespaces/demo/" in path]:
        there.drop(path)
    there.has = {"/version": {"gitVersion": "v1.31.0"}, "/apis/core.oam.dev/v1alpha2": {"kind": "APIResourceList"}}
    there.collections |= {"applicationconfigurations", "components"}
    labels = {"app.oam.dev/name": "demo"}
    scaler = {"apiVersion": "core.oam.dev/v1alpha2", "kind": "ManualScalerTrait", "spec": {"replicaCount": 2}}
    entries: list[dict[str, Any]] = [
        {"componentName": "web", "traits": [{"trait": scaler}]},
        {"componentName": "db"},
        {"revisionName": "nightly-v3"},
    ]
    notes = {"compose2oam.io/project": "demo"}
    there.put(
        CONFIGURATION,
        {
            "apiVersion": "core.oam.dev/v1alpha2",
            "kind": "ApplicationConfiguration",
            "metadata": {"annotations": notes, "labels": labels, "generation": 1, "managedFields": OURS},
            "spec": {"components": entries},
            "status": {"observedGeneration": 1},
        },
    )
    for name, kind, plural in (("web", "Deployment", "deployments"), ("db", "StatefulSet", "statefulsets")):
        there.put(f"{OLD}/components/{name}", {"metadata": {"labels": labels}, "spec": {"workload": {"kind": kind}}})
        count = 2 if name == "web" else 1
        own = labels | {"app.oam.dev/component": name}
        path = f"/apis/apps/v1/namespaces/demo/{plural}/{name}"
        there.put(path, {"metadata": {"labels": own, "generation": 1}, "spec": {"replicas": count}, "status": {}})
        settle(there, path, count)
    there.requests.clear()

    def moves(path: str) -> None:
        if path == CONFIGURATION:
            there.objects[path]["status"]["observedGeneration"] = there.objects[path]["metadata"]["generation"]
            settle(there, WEB, replicas(there, "web"))

    there.moves = moves
    return there


def settle(there: StreamingCluster, path: str, count: int) -> None:
    """Play the controllers: all pods are there."""
    item = there.objects[path]
    item["spec"]["replicas"] = count
    item["status"] = dict.fromkeys(("replicas", "readyReplicas", "updatedReplicas", "availableReplicas"), count)
    item["status"]["observedGeneration"] = item["metadata"]["generation"]


def replicas(there: StreamingCluster, name: str) -> Any:
    """The number that the configuration says of a component, ``None`` if it says none."""
    for entry in there.objects[CONFIGURATION]["spec"]["components"]:
        if entry.get("componentName") == name:
            for one in entry.get("traits") or ():
                return one["trait"]["spec"]["replicaCount"]
    return None


def patched(there: StreamingCluster) -> set[str]:
    return {path for method, path in there.requests if method == "PATCH"}


def test_scale_sets_the_trait(old: StreamingCluster, run: Run) -> None:
    """The one that is there, or a new one; the workload is left to the runtime."""
    done = run("scale", "web=3", "db=2", "--no-wait")
    assert done.returncode == 0, done.stderr
    assert (replicas(old, "web"), replicas(old, "db")) == (3, 2)
    assert patched(old) == {CONFIGURATION}
    assert run("scale", "web=3").returncode == 0


def test_stop_and_start(old: StreamingCluster, run: Run) -> None:
    """What was there before is remembered in the configuration, and brought back."""
    done = run("stop", "web")
    assert done.returncode == 0, done.stderr
    assert replicas(old, "web") == 0
    notes = old.objects[CONFIGURATION]["metadata"]["annotations"]
    assert json.loads(notes["compose2oam.io/stopped"]) == {"web": 2}
    assert "has no replicas already" in run("stop", "web").stderr
    assert "web" not in run("ps", "--services").stdout.split()
    assert "stopped" in run("ps", "-a", "web").stdout
    done = run("start", "web")
    assert done.returncode == 0, done.stderr
    assert replicas(old, "web") == 2
    assert "compose2oam.io/stopped" not in old.objects[CONFIGURATION]["metadata"]["annotations"]
    assert "runs already" in run("start", "web").stderr


def test_what_never_had_a_trait_starts_once(old: StreamingCluster, run: Run) -> None:
    """Without the trait its runtime would leave the number at none."""
    assert run("stop", "db", "--no-wait").returncode == 0
    assert replicas(old, "db") == 0
    settle(old, "/apis/apps/v1/namespaces/demo/statefulsets/db", 0)
    assert run("start", "db", "--no-wait").returncode == 0
    assert replicas(old, "db") == 1


def test_who_starts_right_after_a_stop(old: StreamingCluster, run: Run) -> None:
    """The runtime may not have passed on the stop by then, and would do so after the start."""
    old.moves = lambda path: None
    assert run("stop", "web", "--no-wait").returncode == 0
    done = run("start", "web", "--no-wait")
    assert "started" in done.stderr
    assert replicas(old, "web") == 2
