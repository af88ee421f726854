"""What is watched of a project while it comes up, put together to one picture, for each target from other objects."""

from __future__ import annotations

import queue
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from compose2oam.cluster.applications import KUBERNETES, KUBEVELA, OLD_OAM, V1ALPHA2, Running, collection, pods_path
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.rollout import KINDS, progress_of
from compose2oam.cluster.standins import of_configuration, of_objects
from compose2oam.cluster.watch import Watch, stop
from compose2oam.model.notes import APPLICATION, COMPONENT

Manifest = Mapping[str, Any]
Wake = queue.SimpleQueue[Exception | None]

# Seconds that an event may be older than we are, as clocks differ.
_OLD_NEWS = 60


class View:
    """A project in a cluster as it is at each moment.

    Args:
        cluster: where.
        target: what the project was written for.
        namespace: of the project.
        name: of the application.
        kinds: the kinds of its workloads; for KubeVela, which tells of them itself, only jobs matter.
        wake: gets ``None`` put whenever something changed, or an exception that ended a watch.
    """

    def __init__(
        self, cluster: Cluster, target: str, namespace: str, name: str, kinds: frozenset[str], wake: Wake
    ) -> None:
        self._target, self._name = target, name
        by_label = {"labelSelector": f"{APPLICATION}={name}"}
        by_name = {"fieldSelector": f"metadata.name={name}"}
        old = f"{OLD_OAM}/namespaces/{namespace}"
        self._heads: dict[str, Watch] = {}
        if target == KUBEVELA:
            self._heads["it"] = Watch(cluster, collection(namespace), by_name, wake)
        elif target == V1ALPHA2:
            self._heads["it"] = Watch(cluster, f"{old}/applicationconfigurations", by_name, wake)
            self._heads["components"] = Watch(cluster, f"{old}/components", by_label, wake)
        looked = kinds if target != KUBEVELA else kinds & {"Job"}
        self._workloads = {
            (version, kind): Watch(
                cluster,
                f"/apis/{version}/namespaces/{namespace}/{plural}",
                by_label,
                wake,
                needed=target == KUBERNETES,
            )
            for version, kind, plural in KINDS
            if kind in looked
        }
        # Who may not see these is still told what the runtime says.
        self._pods = Watch(cluster, pods_path(namespace), by_label, wake, needed=False)
        refused = {"fieldSelector": "type=Warning,reason=FailedCreate"}
        self._events = Watch(cluster, f"/api/v1/namespaces/{namespace}/events", refused, wake, needed=False)
        begun = datetime.now(timezone.utc) - timedelta(seconds=_OLD_NEWS)
        self._begun = begun.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def _watches(self) -> list[Watch]:
        return [*self._heads.values(), *self._workloads.values(), self._pods, self._events]

    def start(self) -> None:
        """Begin to watch."""
        for watch in self._watches:
            watch.start()

    def stop(self) -> None:
        """Watch no more."""
        stop(self._watches)

    def pods(self) -> list[dict[str, Any]]:
        """Return its pods."""
        return self._pods.objects()

    def running(self) -> Running | None:
        """Return the project, ``None`` as long as it was not seen."""
        if not all(watch.has_looked for watch in (*self._heads.values(), *self._workloads.values())):
            return None
        found = self._manifest()
        return None if found is None else Running(self._with_refusals(found), self._target)

    def _manifest(self) -> Manifest | None:
        workloads = [
            {"apiVersion": version, "kind": kind, **item}
            for (version, kind), watch in self._workloads.items()
            for item in watch.objects()
            if not item["metadata"].get("deletionTimestamp")
        ]
        if self._target == KUBERNETES:
            return next(of_objects(workloads), None)
        heads = self._heads["it"].objects()
        if not heads:
            return None
        if self._target == V1ALPHA2:
            return of_configuration(heads[0], self._heads["components"].objects(), workloads)
        return _with_reasons(heads[0], dict(_failed(workloads)))

    def _with_refusals(self, manifest: Manifest) -> Manifest:
        """Say of the components whose pods the cluster does not make why it does not: a quota, a policy."""
        names = {str(one["name"]) for one in (manifest.get("spec") or {}).get("components") or ()}
        why: dict[str, tuple[str, str]] = {}
        for event in self._events.objects():
            about = event.get("involvedObject") or {}
            owner = str(about.get("name"))
            if about.get("kind") == "ReplicaSet":
                owner = owner.rpartition("-")[0]
            name = owner.removeprefix(f"{self._name}-") if owner not in names else owner
            if name in names and _time(event) >= self._begun:
                why[name] = (str(event.get("reason")), str(event.get("message") or ""))
        return _with_reasons(manifest, why)


def _failed(workloads: list[dict[str, Any]]) -> Iterator[tuple[str, tuple[str, str]]]:
    for item in workloads:
        progress = progress_of(item)
        if progress.reason:
            yield str((item["metadata"].get("labels") or {}).get(COMPONENT)), (progress.reason, progress.why)


def _with_reasons(manifest: Manifest, why: Mapping[str, tuple[str, str]]) -> Manifest:
    """Return the manifest of an application whose status says of components what keeps them from being well."""
    if not why:
        return manifest
    status = manifest.get("status") or {}
    entries = {str(entry.get("name")): entry for entry in status.get("services") or ()}
    for name, (reason, message) in why.items():
        entry = entries.get(name) or {"name": name}
        entries[name] = {"reason": reason, "why": message, **entry}
    return {**manifest, "status": {**status, "services": list(entries.values())}}


def _time(event: Manifest) -> str:
    series = event.get("series") or {}
    return str(series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime") or "")
