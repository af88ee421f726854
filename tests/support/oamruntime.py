"""A small OAM runtime for tests: it makes the workloads of simple components and writes what KubeVela 1.11 writes.

It stands in where only a controller can act: the parts of an Application that a test needs become Deployments,
StatefulSets, Jobs and Services; ``status``, revisions and the finalizer are kept as KubeVela keeps them. What it
does not know is an error in the status, so that a test cannot pass by its ignorance.
"""

from __future__ import annotations

import copy
import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from oamrendering import COMPONENT, NAME, WORKLOADS, Unknown, render

from compose2oam.cluster.client import Cluster, Refused
from compose2oam.cluster.objects import path_of
from compose2oam.errors import ClusterError

_OAM = "core.oam.dev/v1beta1"
_FINALIZER = "app.oam.dev/resource-tracker-finalizer"
_PAUSE = 0.1
# Where the things are that it makes, for finding those that an application has no more.
_COLLECTIONS = (
    "/apis/apps/v1/{}/deployments", "/apis/apps/v1/{}/statefulsets", "/apis/apps/v1/{}/daemonsets",
    "/apis/batch/v1/{}/jobs", "/apis/batch/v1/{}/cronjobs", "/api/v1/{}/services", "/api/v1/{}/configmaps",
    "/api/v1/{}/persistentvolumeclaims", "/apis/networking.k8s.io/v1/{}/ingresses",
)  # fmt: skip
_KINDS = {
    "deployments": "Deployment", "statefulsets": "StatefulSet", "daemonsets": "DaemonSet", "jobs": "Job",
    "cronjobs": "CronJob", "services": "Service", "configmaps": "ConfigMap",
    "persistentvolumeclaims": "PersistentVolumeClaim", "ingresses": "Ingress",
}  # fmt: skip


class Runtime:
    """Plays the runtime in one namespace, in a thread of its own, from entering until leaving.

    Args:
        kubeconfig: of an administrator.
        namespace: the only one that it looks at.

    Attributes:
        asleep: while it is set, the runtime does nothing.
    """

    def __init__(self, kubeconfig: str, namespace: str) -> None:
        self._cluster = Cluster("", kubeconfig)
        self._namespace = namespace
        self._stopped = threading.Event()
        self.asleep = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"runtime {namespace}")

    def __enter__(self) -> Runtime:
        self._thread.start()
        return self

    def __exit__(self, *arguments: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        place = f"/apis/{_OAM}/namespaces/{self._namespace}/applications"
        while not self._stopped.wait(_PAUSE):
            if self.asleep.is_set():
                continue
            try:
                for item in self._cluster.items(place) or ():
                    self._reconcile({**item, "apiVersion": _OAM, "kind": "Application"})
            except ClusterError:
                # The namespace or the application went in between, somebody was faster, or the server is away.
                continue

    def _reconcile(self, application: dict[str, Any]) -> None:
        metadata = application["metadata"]
        if metadata.get("deletionTimestamp"):
            if _FINALIZER in metadata.get("finalizers", ()):
                self._take_down(application)
                self._patch(application, {"metadata": {"finalizers": None}})
            return
        if _FINALIZER not in metadata.get("finalizers", ()):
            self._patch(application, {"metadata": {"finalizers": [_FINALIZER]}})
        Pass(self._cluster, application).run()

    def _take_down(self, application: dict[str, Any]) -> None:
        for item in made_for(self._cluster, application):
            if _outlives(application, item["kind"]):
                labels = {NAME: None, "app.oam.dev/namespace": None}
                self._patch(item, {"metadata": {"labels": labels}})
            else:
                _delete(self._cluster, item)

    def _patch(self, item: Mapping[str, Any], change: Mapping[str, Any]) -> None:
        patch(self._cluster, item, change)


class Pass:
    """One look at an application: what is missing is made, and the status is written if it is another one."""

    def __init__(self, cluster: Cluster, application: dict[str, Any]) -> None:
        self._cluster = cluster
        self._application = application
        self._before: dict[str, Any] = application.get("status") or {}
        self._name = application["metadata"]["name"]
        self._namespace = application["metadata"]["namespace"]
        self._components = application["spec"]["components"]

    def run(self) -> None:
        revision = self._revision()
        started = self._before if (self._before.get("latestRevision") or {}).get("name") == revision["name"] else {}
        workflow = started.get("workflow") or {}
        if workflow.get("suspend") or workflow.get("terminated"):
            return
        try:
            rendered = {one["name"]: list(render(one, self._application)) for one in self._components}
        except Unknown as error:
            self._write(revision, "rendering", [], [], {}, {"Render": str(error)})
            return
        kept = {(item["kind"], item["metadata"]["name"]) for items in rendered.values() for item in items}
        entries: list[dict[str, Any]] = []
        steps: list[dict[str, Any]] = []
        done = {str(step["name"]) for step in workflow.get("steps") or () if step.get("phase") == "succeeded"}
        well: set[str] = set()
        failed = ""
        # As the workflow of KubeVela: what depends on nothing first, and the others when those are well.
        for component in sorted(self._components, key=lambda one: len(one.get("dependsOn") or ())):
            name = component["name"]
            missing = [other for other in component.get("dependsOn") or () if other not in well | done]
            if missing:
                steps.append(self._step(name, "pending", "", f"Depends on {', '.join(missing)}"))
                continue
            try:
                states = [self._apply(item, name) for item in rendered[name]]
            except Refused as error:
                failed = name
                steps.append(self._step(name, "failed", "Execute", f"Dispatch: {error.said or error.message}"))
                continue
            entry = self._entry(component, states)
            entries.append(entry)
            if entry["healthy"]:
                well.add(name)
            steps.append(self._step(name, "succeeded" if entry["healthy"] or name in done else "running"))
        if all(step["phase"] == "succeeded" for step in steps):
            self._collect(kept)
        phase = "runningWorkflow"
        if failed:
            phase = "workflowFailed"
        elif all(step["phase"] == "succeeded" for step in steps):
            phase = "running" if len(well) == len(self._components) else "unhealthy"
        self._write(revision, phase, entries, steps, workflow, {})

    def _revision(self) -> dict[str, Any]:
        """Count the states of the spec, and keep each as an ApplicationRevision."""
        known = self._before.get("latestRevision") or {}
        notes = self._application["metadata"].get("annotations") or {}
        told = notes.get("app.oam.dev/publishVersion")
        text = told or json.dumps(self._application["spec"], sort_keys=True)
        content = hashlib.sha256(text.encode()).hexdigest()[:16]
        if known.get("revisionHash") == content:
            return dict(known)
        number = int(known.get("revision") or 0) + 1
        made = {"name": f"{self._name}-v{number}", "revision": number, "revisionHash": content}
        labels = {NAME: self._name, "app.oam.dev/app-revision-hash": content}
        owner = {
            "apiVersion": _OAM, "kind": "Application", "name": self._name, "controller": True,
            "uid": self._application["metadata"]["uid"],
        }  # fmt: skip
        kept = {key: copy.deepcopy(self._application[key]) for key in ("apiVersion", "kind", "spec")}
        kept["metadata"] = {key: self._application["metadata"].get(key) for key in ("name", "namespace", "annotations")}
        apply(
            self._cluster,
            {
                "apiVersion": _OAM,
                "kind": "ApplicationRevision",
                "metadata": {
                    "name": made["name"], "namespace": self._namespace, "labels": labels, "ownerReferences": [owner],
                    "annotations": dict(notes),
                },
                "spec": {"application": kept},
            },
        )  # fmt: skip
        return made

    def _apply(self, item: dict[str, Any], component: str) -> dict[str, Any]:
        metadata = {**item["metadata"], "namespace": self._namespace}
        labels = {NAME: self._name, COMPONENT: component, "app.oam.dev/namespace": self._namespace}
        wanted = {**item, "metadata": {**metadata, "labels": {**metadata.get("labels", {}), **labels}}}
        if item["kind"] == "Job" and (there := self._cluster.get(path_of(self._cluster, wanted))):
            # A Job cannot be changed: it stays, or is made again where the policy says so.
            if _hash(there) == _hash(wanted):
                return there
            _delete(self._cluster, {**wanted, "metadata": {**wanted["metadata"], "uid": there["metadata"]["uid"]}})
            raise ClusterError("made again by the next pass")
        return apply(self._cluster, wanted)

    def _entry(self, component: Mapping[str, Any], states: list[dict[str, Any]]) -> dict[str, Any]:
        kind = WORKLOADS.get(component["type"], ("", ""))
        message, healthy = "", True
        if kind[1]:
            message, healthy = health(next(item for item in states if item["kind"] == kind[1]))
        entry: dict[str, Any] = {
            "name": component["name"], "namespace": self._namespace, "healthy": healthy, "workloadHealthy": healthy,
            "workloadDefinition": {"apiVersion": kind[0], "kind": kind[1]},
        }  # fmt: skip
        if message:
            entry["message"] = message
        if component.get("traits"):
            entry["traits"] = [{"type": one["type"], "healthy": True} for one in component["traits"]]
        return entry

    def _step(self, name: str, phase: str, reason: str = "", message: str = "") -> dict[str, Any]:
        number = hashlib.sha256(f"{self._name} {name}".encode()).hexdigest()[:8]
        step = {"id": f"vl{number}", "name": name, "type": "apply-component", "phase": phase}
        return {**step, **{key: text for key, text in (("reason", reason), ("message", message)) if text}}

    def _collect(self, kept: set[tuple[str, str]]) -> None:
        """Remove what the application had before and has no more."""
        for item in made_for(self._cluster, self._application):
            if (item["kind"], item["metadata"]["name"]) not in kept and not _outlives(self._application, item["kind"]):
                _delete(self._cluster, item)

    def _write(
        self,
        revision: dict[str, Any],
        phase: str,
        entries: list[dict[str, Any]],
        steps: list[dict[str, Any]],
        workflow: Mapping[str, Any],
        false: Mapping[str, str],
    ) -> None:
        moments = {one["type"]: one["lastTransitionTime"] for one in self._before.get("conditions") or ()}
        conditions = []
        for kind in ("Parsed", "Revision", "Policy", "Render", "Workflow", "Ready"):
            one = {"type": kind, "status": "True", "reason": "Available"}
            if kind in false:
                one |= {"status": "False", "reason": "ReconcileError", "message": false[kind]}
            conditions.append({**one, "lastTransitionTime": moments.get(kind, now())})
            if kind in false:
                break
        ended = phase in {"running", "unhealthy", "workflowFailed"}
        status: dict[str, Any] = {
            "observedGeneration": self._application["metadata"]["generation"],
            "status": phase,
            "latestRevision": revision,
            "services": entries,
            "conditions": conditions,
            "workflow": {
                "appRevision": revision["name"], "mode": "DAG-DAG", "suspend": False, "steps": steps,
                "terminated": phase == "workflowFailed", "finished": ended,
                "startTime": workflow.get("startTime") or now(),
                "status": {"workflowFailed": "failed"}.get(phase, "succeeded" if ended else "executing"),
            },
        }  # fmt: skip
        if status != self._before:
            # Not over what somebody else wrote since, such as that the workflow is to be held.
            seen = {"metadata": {"resourceVersion": self._application["metadata"]["resourceVersion"]}}
            patch(self._cluster, self._application, {**seen, "status": status}, "/status")


def made_for(cluster: Cluster, application: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Go through what was made for an application."""
    name, namespace = application["metadata"]["name"], application["metadata"]["namespace"]
    for pattern in _COLLECTIONS:
        path = pattern.format(f"namespaces/{namespace}")
        kind = _KINDS[path.rpartition("/")[2]]
        version = path.split("/namespaces/")[0].removeprefix("/apis/").removeprefix("/api/")
        for item in list(cluster.items(path, {"labelSelector": f"{NAME}={name}"}, only_metadata=True) or ()):
            if not any(owner.get("controller") for owner in item["metadata"].get("ownerReferences") or ()):
                yield {**item, "apiVersion": version, "kind": kind}


def _outlives(application: Mapping[str, Any], kind: str) -> bool:
    """Whether a policy says that a kind of objects is never removed."""
    for policy in application["spec"].get("policies") or ():
        for rule in (policy.get("properties") or {}).get("rules") or () if policy["type"] == "garbage-collect" else ():
            if rule.get("strategy") == "never" and kind in rule["selector"].get("resourceTypes", ()):
                return True
    return False


def _delete(cluster: Cluster, item: Mapping[str, Any]) -> None:
    try:
        cluster.request("DELETE", path_of(cluster, item), body={"propagationPolicy": "Background"})
    except Refused as error:
        if error.status != 404:
            raise


def apply(cluster: Cluster, item: Mapping[str, Any]) -> dict[str, Any]:
    """Put an object into the cluster by server-side apply."""
    how = {"fieldManager": "kubevela", "force": "true"}
    return cluster.request("PATCH", path_of(cluster, item), how, item, content_type="application/apply-patch+yaml")


def patch(cluster: Cluster, item: Mapping[str, Any], change: Mapping[str, Any], where: str = "") -> None:
    """Change parts of an object."""
    how = {"fieldManager": "kubevela"}
    cluster.request("PATCH", path_of(cluster, item) + where, how, change, content_type="application/merge-patch+json")


def now() -> str:
    """This moment, as Kubernetes writes it."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _hash(job: Mapping[str, Any]) -> Any:
    annotations = (job["spec"]["template"].get("metadata") or {}).get("annotations") or {}
    return annotations.get("compose2oam.io/hash")


def health(item: Mapping[str, Any]) -> tuple[str, bool]:
    """What KubeVela's definitions say of a workload, and whether that is well."""
    status, spec = item.get("status") or {}, item["spec"]
    current = status.get("observedGeneration", 0) >= item["metadata"].get("generation", 0)
    if item["kind"] == "Job":
        counts = [status.get(key, 0) for key in ("active", "failed", "succeeded")]
        return "Active/Failed/Succeeded:{}/{}/{}".format(*counts), counts[2] == spec.get("parallelism", 1)
    if item["kind"] == "CronJob":
        return "", True
    if item["kind"] == "DaemonSet":
        wanted, ready = status.get("desiredNumberScheduled", 0), status.get("numberReady", 0)
        return f"Ready:{ready}/{wanted}", current and ready == wanted == status.get("updatedNumberScheduled", 0)
    wanted, ready = spec.get("replicas", 1), status.get("readyReplicas", 0)
    updated = status.get("updatedReplicas", 0)
    return f"Ready:{ready}/{wanted}", current and wanted == ready == updated == status.get("replicas", 0)


def wait_until_gone(cluster: Cluster, path: str, seconds: float = 60.0) -> None:
    """Wait until there is nothing at a path."""
    until = time.monotonic() + seconds
    while cluster.get(path) is not None:
        if time.monotonic() > until:
            raise TimeoutError(f"{path} is still there after {seconds:g} s")
        time.sleep(_PAUSE)
