"""A project that runs, in a cluster whose containers can be spoken with."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fakecluster import LiveCluster, served
from fakestreams import StreamingCluster, streaming

OAM = "/apis/core.oam.dev/v1beta1/namespaces/demo/applications/demo"
OURS = [{"manager": "compose2oam", "operation": "Apply"}]
KINDS = {
    "Deployment": "/apis/apps/v1/namespaces/demo/deployments",
    "StatefulSet": "/apis/apps/v1/namespaces/demo/statefulsets",
    "DaemonSet": "/apis/apps/v1/namespaces/demo/daemonsets",
    "Job": "/apis/batch/v1/namespaces/demo/jobs",
    "CronJob": "/apis/batch/v1/namespaces/demo/cronjobs",
}
PARTS = {
    "web-app": ("webservice", "Deployment"),
    "db": ("statefulset", "StatefulSet"),
    "agent": ("daemon", "DaemonSet"),
    "migrate": ("task", "Job"),
    "nightly": ("cron-task", "CronJob"),
}


def workload(live: LiveCluster, kind: str, name: str, *, plain: bool = False, **status: Any) -> str:
    """Store a workload of a component, well by default, and return where."""
    labels = {"app.oam.dev/name": "demo", "app.oam.dev/component": name}
    notes = {}
    if plain:
        labels["compose2oam.io/project"] = "demo"
        notes["compose2oam.io/services"] = '{"web-app": "web_app"}'
    template = {"metadata": {"labels": dict(labels)}, "spec": {"containers": [{"name": name, "image": f"{name}:1"}]}}
    spec: dict[str, Any] = {"template": template}
    usual: dict[str, Any] = {"observedGeneration": 1}
    if kind in {"Deployment", "StatefulSet"}:
        spec["replicas"] = 2
        usual |= dict.fromkeys(("replicas", "readyReplicas", "updatedReplicas", "availableReplicas"), 2)
    if kind == "Job":
        usual |= {"startTime": "2026-01-31T12:00:00Z", "conditions": [{"type": "Complete", "status": "True"}]}
    metadata = {"labels": labels, "annotations": notes, "generation": 1}
    if plain:
        metadata["managedFields"] = OURS
    path = f"{KINDS[kind]}/{name}"
    version = "batch/v1" if kind in {"Job", "CronJob"} else "apps/v1"
    live.put(path, {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec, "status": usual | status})
    return path


@pytest.fixture
def there(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StreamingCluster]:
    """A cluster with KubeVela in which the project demo runs: a service of each kind, and a guest in the pod of db."""
    fake = StreamingCluster()
    fake.plays = None
    monkeypatch.setattr("compose2oam.cluster.client.DELAYS", (0.0, 0.0, 0.0))
    monkeypatch.setattr("compose2oam.cluster.watch.PAUSE", 0.01)
    monkeypatch.setattr("compose2oam.cluster.settling.FIRST", 0.01)
    monkeypatch.setattr("compose2oam.cluster.reruns._PAUSE", 0.01)
    with served(fake, streaming(fake), tmp_path / "kubeconfig"):
        monkeypatch.setenv("KUBECONFIG", fake.kubeconfig)
        notes = {
            "compose2oam.io/project": "demo",
            "compose2oam.io/services": '{"web-app": "web_app"}',
            "compose2oam.io/pods": '{"sidecar": "db"}',
        }
        components = [{"name": name, "type": kind, "properties": {}} for name, (kind, _) in PARTS.items()]
        fake.put("/api/v1/namespaces/demo", {"metadata": {}})
        fake.put(
            OAM,
            {
                "apiVersion": "core.oam.dev/v1beta1",
                "kind": "Application",
                "metadata": {"annotations": notes, "generation": 1, "managedFields": OURS},
                "spec": {"components": components},
            },
        )
        for name, (_, kind) in PARTS.items():
            workload(fake, kind, name)
        fake.pod("web-app-1", "web-app")
        fake.pod("web-app-0", "web-app")
        fake.pod("db-0", "db")
        pod = fake.objects["/api/v1/namespaces/demo/pods/db-0"]
        pod["spec"]["containers"].append({"name": "sidecar", "image": "side:1"})
        pod["status"]["containerStatuses"].append({"name": "sidecar", "ready": True, "state": {"running": {}}})
        yield fake


@pytest.fixture
def plain(there: StreamingCluster) -> StreamingCluster:
    """The same project of plain objects, in a cluster without a runtime."""
    there.drop(OAM)
    for name, (_, kind) in PARTS.items():
        workload(there, kind, name, plain=True)
    return there


@pytest.fixture
def run(cli: Callable[..., Any], tmp_path: pathlib.Path) -> Callable[..., Any]:
    """Run a command for the project demo in a folder without a Compose file."""

    def call(command: str, *arguments: str, **more: Any) -> Any:
        return cli(command, "-p", "demo", *arguments, cwd=tmp_path, **more)

    return call
