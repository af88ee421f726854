"""Clusters that are played, and the project that goes there."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from demo import write_demo
from fakecluster import FakeCluster, Fault, LiveCluster, conflict, failure, served, telling, write_kubeconfig
from fakestreams import StreamingCluster, streaming

from compose2oam.deploy.following import PATIENCE


@pytest.fixture
def cluster(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCluster]:
    """A cluster with KubeVela and nothing in it, which the current context of the kubeconfig names."""
    fake = FakeCluster()
    monkeypatch.setattr("compose2oam.cluster.client.DELAYS", (0.0, 0.0))
    with served(fake, telling(fake), tmp_path / "kubeconfig"):
        monkeypatch.setenv("KUBECONFIG", fake.kubeconfig)
        yield fake


@pytest.fixture
def kubeconfig() -> Callable[[pathlib.Path, str], None]:
    """Write a kubeconfig for an address."""
    return write_kubeconfig


@pytest.fixture
def live(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveCluster]:
    """A cluster with KubeVela that stores what it is given, which the current context names."""
    fake = StreamingCluster()
    for name in ("webservice", "worker", "statefulset", "task", "cron-task", "daemon", "k8s-objects"):
        fake.define("ComponentDefinition", name, workload={"type": "autodetects.core.oam.dev"})
    for name in ("json-patch", "json-merge-patch", "command", "securitycontext", "scaler", "expose"):
        fake.define("TraitDefinition", name)
    for name in ("garbage-collect", "take-over", "topology", "override"):
        fake.define("PolicyDefinition", name)
    monkeypatch.setattr("compose2oam.cluster.client.DELAYS", (0.0, 0.0, 0.0))
    monkeypatch.setattr("compose2oam.cluster.watch.PAUSE", 0.01)
    monkeypatch.setitem(PATIENCE, "ImagePullBackOff", 0.0)
    monkeypatch.setattr("compose2oam.cluster.removal._FIRST", 0.01)
    with served(fake, streaming(fake), tmp_path / "kubeconfig"):
        monkeypatch.setenv("KUBECONFIG", fake.kubeconfig)
        yield fake


@pytest.fixture
def project(tmp_path: pathlib.Path) -> pathlib.Path:
    """A project named demo: a web service, a database with a volume and a secret."""
    return write_demo(tmp_path)


@pytest.fixture
def up(cli: Callable[..., Any], project: pathlib.Path) -> Callable[..., Any]:
    """Run ``up`` in the project's folder."""
    return lambda *arguments: cli("up", *arguments, cwd=project.parent)


@pytest.fixture
def faults() -> type[Fault]:
    """What can go wrong."""
    return Fault


@pytest.fixture
def refusals() -> dict[str, Callable[..., dict[str, Any]]]:
    """The answers of a server that refuses."""
    return {"failure": failure, "conflict": conflict}
