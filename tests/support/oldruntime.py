"""A small oam-kubernetes-runtime for tests: what v1alpha2 needs a controller for, as version 0.3 of it does."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from oamruntime import apply, patch

from compose2oam.cluster.client import Cluster
from compose2oam.errors import ClusterError

_API = "core.oam.dev/v1alpha2"
_PAUSE = 0.1
_OWN = "containerizedworkload.oam.crossplane.io"


class OldRuntime:
    """Plays the runtime in one namespace, in a thread of its own, from entering until leaving.

    Args:
        kubeconfig: of an administrator.
        namespace: the only one that it looks at.
    """

    def __init__(self, kubeconfig: str, namespace: str) -> None:
        self._cluster = Cluster("", kubeconfig)
        self._namespace = namespace
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"old runtime {namespace}")

    def __enter__(self) -> OldRuntime:
        self._thread.start()
        return self

    def __exit__(self, *arguments: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(_PAUSE):
            try:
                for item in self._items("applicationconfigurations"):
                    if not item["metadata"].get("deletionTimestamp"):
                        configuration = {**item, "apiVersion": _API, "kind": "ApplicationConfiguration"}
                        self._write_back(configuration)
                        self._reconcile(configuration)
                for item in self._items("containerizedworkloads"):
                    self._run_containers({**item, "apiVersion": _API, "kind": "ContainerizedWorkload"})
            except ClusterError:
                # The namespace or an object went in between, or the server is away.
                continue

    def _items(self, plural: str) -> Iterator[dict[str, Any]]:
        yield from self._cluster.items(f"/apis/{_API}/namespaces/{self._namespace}/{plural}") or ()

    def _write_back(self, configuration: dict[str, Any]) -> None:
        """Write all of it as Go has it in memory, as for the finalizer of scopes; and which workloads a scope is of."""
        spec = copy.deepcopy(configuration["spec"])
        scopes: dict[str, list[dict[str, str]]] = {}
        for entry in spec["components"]:
            for plural, store in (("dataInputs", "inputStore"), ("dataOutputs", "outputStore")):
                for item in entry.get(plural) or ():
                    item.setdefault(store, {"apiVersion": "", "kind": "", "name": ""})
                    if not item.get("toFieldPaths"):
                        item.pop("toFieldPaths", None)
            for scope in entry.get("scopes") or ():
                reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": entry["componentName"]}
                scopes.setdefault(scope["scopeRef"]["name"], []).append(reference)
        if not scopes:
            return
        patch(self._cluster, configuration, {"spec": spec})
        for name, references in scopes.items():
            metadata = {"name": name, "namespace": self._namespace}
            scope = {"apiVersion": _API, "kind": "HealthScope", "metadata": metadata}
            patch(self._cluster, scope, {"spec": {"workloadRefs": references}})

    def _reconcile(self, configuration: dict[str, Any]) -> None:
        parts = {item["metadata"]["name"]: item for item in self._items("components")}
        outputs: dict[str, Any] = {}
        applied: list[dict[str, Any]] = []
        waiting: list[tuple[Mapping[str, Any], dict[str, Any]]] = []
        for entry in configuration["spec"]["components"]:
            component = parts.get(entry["componentName"])
            if component is None:
                return
            waiting.append((entry, component))
        # What gives a value goes before what waits for it.
        for entry, component in sorted(waiting, key=lambda one: bool(one[0].get("dataInputs"))):
            needed = [one["valueFrom"]["dataOutputName"] for one in entry.get("dataInputs") or ()]
            if any(not outputs.get(name) for name in needed):
                continue
            made = self._workload(configuration, entry, component)
            for output in entry.get("dataOutputs") or ():
                value: Any = made
                for step in output["fieldPath"].split("."):
                    value = (value or {}).get(step)
                outputs[output["name"]] = value
            reference = {key: made[key] for key in ("apiVersion", "kind")} | {"name": made["metadata"]["name"]}
            name = entry["componentName"]
            applied.append({"componentName": name, "componentRevisionName": f"{name}-v1", "workloadRef": reference})
        condition = {
            "type": "Synced", "status": "True", "reason": "ReconcileSuccess",
            "lastTransitionTime": configuration["metadata"]["creationTimestamp"],
        }  # fmt: skip
        status = {
            "conditions": [condition], "dependency": {}, "workloads": applied,
            "observedGeneration": configuration["metadata"]["generation"],
        }  # fmt: skip
        if status != configuration.get("status"):
            patch(self._cluster, configuration, {"status": status}, "/status")

    def _workload(
        self, configuration: Mapping[str, Any], entry: Mapping[str, Any], component: Mapping[str, Any]
    ) -> dict[str, Any]:
        workload = copy.deepcopy(component["spec"]["workload"])
        metadata = workload.setdefault("metadata", {})
        metadata.setdefault("name", entry["componentName"])
        metadata["namespace"] = self._namespace
        metadata["labels"] = {
            **metadata.get("labels", {}), "app.oam.dev/component": entry["componentName"],
            "app.oam.dev/name": configuration["metadata"]["name"], "app.oam.dev/resourceType": "WORKLOAD",
        }  # fmt: skip
        metadata["ownerReferences"] = [owner(configuration)]
        if workload["kind"] == "Job":
            # A Job stays as it was made.
            path = f"/apis/batch/v1/namespaces/{self._namespace}/jobs/{metadata['name']}"
            there = self._cluster.get(path)
            if there is not None:
                return {**there, "apiVersion": workload["apiVersion"], "kind": "Job"}
        return apply(self._cluster, workload)

    def _run_containers(self, workload: dict[str, Any]) -> None:
        """Make the Deployment and the Service of a ContainerizedWorkload."""
        name, labels = workload["metadata"]["name"], workload["metadata"].get("labels") or {}
        own = {_OWN: workload["metadata"]["uid"]}
        metadata = {"name": name, "namespace": self._namespace, "ownerReferences": [owner(workload)]}
        containers = [{**one, "resources": one.get("resources") or {}} for one in workload["spec"]["containers"]]
        template = {"metadata": {"labels": {**labels, **own}}, "spec": {"containers": containers}}
        spec = {"selector": {"matchLabels": own}, "template": template}
        apply(
            self._cluster,
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {**metadata, "labels": labels}, "spec": spec},
        )
        ports = [
            {"name": port["name"], "port": port["containerPort"], "protocol": port.get("protocol", "TCP")}
            for one in containers
            for port in one.get("ports") or ()
        ]
        if ports:
            service = {"apiVersion": "v1", "kind": "Service", "metadata": {**metadata, "labels": own}}
            apply(self._cluster, {**service, "spec": {"selector": own, "ports": ports}})


def owner(item: Mapping[str, Any]) -> dict[str, Any]:
    """A reference to what made something, with which it goes."""
    kept = {key: item[key] for key in ("apiVersion", "kind")}
    return {**kept, "name": item["metadata"]["name"], "uid": item["metadata"]["uid"], "controller": True}
