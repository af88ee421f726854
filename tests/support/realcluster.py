"""A real Kubernetes API server for tests: started from our own program or named by the tester, with KubeVela or not."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.parse
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml
from oamruntime import apply

from compose2oam.cluster.client import Cluster

PROGRAM = "COMPOSE2OAM_TEST_CONTROL_PLANE"
NAMED = "COMPOSE2OAM_TEST_KUBECONFIG"
BUILD = "go build -C tests/cluster/controlplane -o ../../../build/controlplane ."
#: What a tester is told who has neither.
NEITHER = (
    f"needs a Kubernetes API server: build ours with `{BUILD}` (Go 1.26; the first time takes minutes) and set "
    f"{PROGRAM} to it, or set {NAMED} to the kubeconfig of a cluster for tests; see CONTRIBUTING.md"
)
_OAM = "/apis/core.oam.dev/v1beta1"
_CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
# Label of nodes on which no container really runs: see tests/cluster/controlplane.
_SIMULATED = "compose2oam.io/simulated"
_SYSTEM = "vela-system"


class ControlPlane(NamedTuple):
    """A running API server.

    Attributes:
        kubeconfig: of an administrator.
        simulated: whether our own program plays its nodes, so that images say how a container behaves.
        process: the program, where this run started it.
    """

    kubeconfig: str
    simulated: bool
    process: subprocess.Popen[str] | None = None

    @property
    def cluster(self) -> Cluster:
        """A connection as the administrator."""
        return Cluster("", self.kubeconfig)

    @property
    def folder(self) -> pathlib.Path:
        """Where its program writes."""
        return pathlib.Path(self.kubeconfig).parent

    def restart(self) -> None:
        """Kill the API server, which the program starts again; it is away when this returns."""
        assert self.process is not None
        address = urllib.parse.urlsplit(self.cluster.server)
        self.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                socket.create_connection((address.hostname or "", address.port or 443)).close()
            except OSError:
                return
            time.sleep(0.005)
        raise TimeoutError("the API server did not go")

    def asked(self, user: str) -> list[dict[str, Any]]:
        """The requests of a user, as the API server noted them: each an event of its audit log."""
        found = []
        for line in (self.folder / "audit.log").read_text().splitlines():
            event = json.loads(line)
            # Who is not known has no name.
            if event["user"].get("username") == user and event["stage"] != "ResponseStarted":
                found.append(event)
        return found


@contextlib.contextmanager
def control_plane(program: str, folder: pathlib.Path) -> Iterator[ControlPlane]:
    """Run our own program, which needs some seconds to be ready, and stop it at the end."""
    call = [str(pathlib.Path(program).resolve()), str(folder)]
    environment = {key: text for key, text in os.environ.items() if key != "KUBECONFIG"}
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            told = process.stdout.readline().split()
            if told[:1] != ["ready"]:
                raise RuntimeError(f"{program} did not start: {process.stderr.read()}")
            yield ControlPlane(told[1], True, process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


def named(kubeconfig: str) -> ControlPlane:
    """The cluster that a tester names."""
    cluster = Cluster("", kubeconfig)
    nodes = list(cluster.items("/api/v1/nodes", {"labelSelector": f"{_SIMULATED}=true"}) or ())
    return ControlPlane(kubeconfig, bool(nodes))


def has_kubevela(cluster: Cluster) -> bool:
    """Whether somebody reads the applications of a cluster."""
    deployed = cluster.items("/apis/apps/v1/deployments", {"labelSelector": "controller.oam.dev/name=vela-core"})
    if deployed is not None and list(deployed):
        return True
    # Who runs the controller outside of the cluster has its webhooks inside.
    path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/kubevela-vela-core-admission"
    return cluster.get(path) is not None


def install_definitions(cluster: Cluster, folder: pathlib.Path) -> None:
    """Put the resources and the definitions of KubeVela into a cluster, as one that runs would have them.

    Args:
        cluster: where to.
        folder: with ``crds/``, ``definitions.json`` and ``schemas/``.
    """
    install_resources(cluster, folder / "crds")
    apply(cluster, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": _SYSTEM}})
    for item in json.loads((folder / "definitions.json").read_text()):
        kind, name = item["kind"], item["name"]
        words = kind.removesuffix("Definition").lower()
        schema = folder / "schemas" / words / f"{name}.json"
        metadata = {"name": name, "namespace": _SYSTEM, "labels": item["labels"], "annotations": item["annotations"]}
        apply(
            cluster,
            {"apiVersion": "core.oam.dev/v1beta1", "kind": kind, "metadata": metadata, "spec": item["spec"]},
        )
        if schema.is_file():
            apply(
                cluster,
                {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": {
                        "name": f"{words}-schema-{name}",
                        "namespace": _SYSTEM,
                        "labels": {"definition.oam.dev": "schema", "definition.oam.dev/name": name},
                    },
                    "data": {"openapi-v3-json-schema": schema.read_text()},
                },
            )


def install_resources(cluster: Cluster, folder: pathlib.Path) -> None:
    """Put custom resource definitions into a cluster, and wait until it serves them."""
    names = []
    for file in sorted(folder.glob("*.yaml")):
        for crd in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            if crd:
                crd.pop("status", None)
                apply(cluster, crd)
                names.append(crd["metadata"]["name"])
    until = time.monotonic() + 30
    while names:
        conditions = (cluster.get(f"{_CRDS}/{names[0]}") or {}).get("status", {}).get("conditions") or ()
        if any(one["type"] == "Established" and one["status"] == "True" for one in conditions):
            names.pop(0)
        elif time.monotonic() > until:
            raise TimeoutError(f"{names[0]} is not served")
        else:
            time.sleep(0.1)
