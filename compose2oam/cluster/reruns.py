"""Running a task again: a Job cannot be changed once it is there, so another one takes its place."""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping
from typing import Any

from compose2oam.cluster import objects
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.objects import MANAGER
from compose2oam.cluster.ownership import owned
from compose2oam.cluster.workloads import Workload
from compose2oam.errors import Unhealthy

# Seconds to wait until the old one is gone, and between looks.
_PATIENCE, _PAUSE = 60.0, 0.2
# What the cluster itself wrote into it (Kubernetes, Job, ``metadata`` and ``spec.template.metadata.labels``).
_NOTED = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "deletionTimestamp")
_LABELS = ("controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name")


def rerun(cluster: Cluster, job: Workload) -> None:
    """Delete a Job with its pods, and make it anew.

    Raises:
        Unhealthy: the old one does not go.
        ClusterError: the cluster refused.
    """
    fresh = _fresh(job.manifest)
    objects.delete(cluster, job.manifest)
    until = time.monotonic() + _PATIENCE
    while (there := cluster.get(job.path)) is not None:
        if there["metadata"].get("uid") != job.manifest["metadata"].get("uid"):
            # Its runtime was faster.
            return
        if time.monotonic() > until:
            waits = ", ".join(there["metadata"].get("finalizers") or ()) or "the cluster"
            raise Unhealthy(f"Job {job.name} is not gone yet, and waits for {waits}; run restart again then")
        time.sleep(_PAUSE)
    query = {"fieldManager": MANAGER, "force": "true"}
    cluster.request("PATCH", job.path, query, fresh, content_type="application/apply-patch+yaml")


def _fresh(there: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Job as somebody wrote it: our part where we applied it, else all but what the cluster added."""
    made = copy.deepcopy(owned(there) or {key: value for key, value in there.items() if key != "status"})
    metadata = {key: value for key, value in made.get("metadata", {}).items() if key not in _NOTED}
    spec = made["spec"]
    if not spec.get("manualSelector"):
        spec.pop("selector", None)
    template = spec["template"].setdefault("metadata", {})
    for holder in (metadata, template):
        if holder.get("labels"):
            holder["labels"] = {key: value for key, value in holder["labels"].items() if key not in _LABELS}
    template.pop("creationTimestamp", None)
    return {
        **made,
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {**metadata, "name": there["metadata"]["name"]},
    }
