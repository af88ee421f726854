"""Projects that no Application stands for, put into the words of one, so that everything else need not tell them apart.

For plain objects there is none at all: their labels and annotations say what belongs together. The older runtime has an
ApplicationConfiguration, which names the components, and says nothing of how they do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compose2oam.cluster.rollout import progress_of
from compose2oam.model.notes import APPLICATION, COMPONENT, FILES, PODS, PROFILES, PROJECT, SERVICES

Manifest = Mapping[str, Any]

#: What the status of an application says when all of it is well, and when not; KubeVela's words.
WELL, NOT_YET = "running", "unhealthy"


def of_objects(workloads: Iterable[Manifest]) -> Iterator[dict[str, Any]]:
    """Yield what would be the Application of each project among some workloads.

    Args:
        workloads: objects of the kinds of :data:`compose2oam.cluster.rollout.KINDS` with our labels, in any order.
    """
    groups: dict[tuple[str, str], list[Manifest]] = {}
    for item in workloads:
        labels = item["metadata"].get("labels") or {}
        if labels.get(PROJECT) and labels.get(APPLICATION):
            groups.setdefault((str(item["metadata"].get("namespace")), str(labels[APPLICATION])), []).append(item)
    for (namespace, name), members in sorted(groups.items()):
        members.sort(key=_component)
        yield {
            "metadata": {"name": name, "namespace": namespace, "annotations": _notes(members)},
            "spec": {"components": [{"name": _component(item), "type": item.get("kind")} for item in members]},
            "status": _status([_entry(item) for item in members]),
        }


def _component(workload: Manifest) -> str:
    metadata = workload["metadata"]
    return str((metadata.get("labels") or {}).get(COMPONENT) or metadata["name"])


def _notes(members: Iterable[Manifest]) -> dict[str, str]:
    """Put together what the workloads of a project say of where it comes from."""
    made: dict[str, str] = {}
    tables: dict[str, dict[str, Any]] = {SERVICES: {}, PODS: {}}
    for item in members:
        metadata = item["metadata"]
        annotations = metadata.get("annotations") or {}
        made[PROJECT] = str(metadata["labels"][PROJECT])
        made |= {key: str(annotations[key]) for key in (FILES, PROFILES) if key in annotations}
        for key, table in tables.items():
            table |= mapping(annotations.get(key))
    return made | {key: json.dumps(table) for key, table in tables.items() if table}


def of_configuration(
    configuration: Manifest, components: Iterable[Manifest], workloads: Iterable[Manifest]
) -> Manifest:
    """Return what would be the Application of an ApplicationConfiguration (``core.oam.dev/v1alpha2``).

    Args:
        configuration: it.
        components: Components of its namespace.
        workloads: objects of the kinds of :data:`compose2oam.cluster.rollout.KINDS` with its labels.
    """
    spec, status = configuration.get("spec") or {}, configuration.get("status") or {}
    kinds = {str(item["metadata"]["name"]): _held(item) for item in components}
    applied = {str(item.get("componentName")): item for item in status.get("workloads") or ()}
    running = {_component(item): item for item in workloads}
    sources = {
        str(output.get("name")): _named(entry) for entry in spec.get("components") or () for output in _outputs(entry)
    }
    listed, entries = [], []
    for entry in spec.get("components") or ():
        name = _named(entry)
        kind = kinds.get(name) or str((applied.get(name, {}).get("workloadRef") or {}).get("kind") or "")
        waits = [sources[key] for key in map(_awaited, entry.get("dataInputs") or ()) if key in sources]
        listed.append({"name": name, "type": kind, **({"dependsOn": waits} if waits else {})})
        if name in running:
            entries.append(_in_number(entry, running[name]))
        elif name in applied and kind not in RUNS:
            entries.append(_well(name, kind))
    synced = [{**one, "message": _why(one)} for one in status.get("conditions") or () if one.get("status") == "False"]
    return {
        "metadata": configuration["metadata"],
        "spec": {"components": listed},
        "status": {
            **_status(entries, complete=len(entries) == len(listed) and not synced),
            "observedGeneration": status.get("observedGeneration") or 0,
            "conditions": synced,
        },
    }


#: The kinds that a component of the older runtime runs pods with; in the others are the objects beside them.
RUNS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ContainerizedWorkload"})


def _held(component: Manifest) -> str:
    return str(((component.get("spec") or {}).get("workload") or {}).get("kind") or "")


def _named(entry: Manifest) -> str:
    return str(entry.get("componentName") or str(entry.get("revisionName", "")).rpartition("-v")[0])


def _outputs(entry: Manifest) -> Iterable[Manifest]:
    found: Iterable[Manifest] = entry.get("dataOutputs") or ()
    return found


def _awaited(data_input: Manifest) -> str:
    return str((data_input.get("valueFrom") or {}).get("dataOutputName"))


def _why(condition: Manifest) -> str:
    return str(condition.get("message") or condition.get("reason") or "")


def _in_number(entry: Manifest, workload: Manifest) -> dict[str, Any]:
    """Return what there is to say of a workload, which is not well before the runtime has passed on its number."""
    made = _entry(workload)
    has = (workload.get("spec") or {}).get("replicas")
    counts = (
        (trait.get("trait") or {}).get("spec") or {}
        for trait in entry.get("traits") or ()
        if (trait.get("trait") or {}).get("kind") == "ManualScalerTrait"
    )
    wanted = next((spec.get("replicaCount") for spec in counts), has)
    return made if wanted == has else {**made, "healthy": False, "workloadHealthy": False}


def _well(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "healthy": True, "workloadHealthy": True, "workloadDefinition": {"kind": kind}}


def _entry(workload: Manifest) -> dict[str, Any]:
    """Return what KubeVela would say of a component (Application, ``status.services[]``), and what stops it."""
    progress = progress_of(workload)
    entry = {
        **_well(_component(workload), str(workload.get("kind"))),
        "healthy": progress.healthy,
        "workloadHealthy": progress.healthy,
        "message": progress.message,
    }
    return {**entry, "reason": progress.reason, "why": progress.why} if progress.reason else entry


def _status(entries: list[dict[str, Any]], *, complete: bool = True) -> dict[str, Any]:
    well = complete and all(entry["healthy"] for entry in entries)
    return {"status": WELL if well else NOT_YET, "services": entries}


def mapping(text: Any) -> dict[str, Any]:
    """Read an annotation that holds JSON; a person may have changed it, and then it says nothing."""
    try:
        found = json.loads(text or "{}")
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
