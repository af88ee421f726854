"""Plain objects and an ApplicationConfiguration in the words of an Application."""

from __future__ import annotations

import json
from typing import Any

from compose2oam.cluster import state
from compose2oam.cluster.applications import KUBERNETES, V1ALPHA2, Running
from compose2oam.cluster.standins import of_configuration, of_objects

DONE = {"conditions": [{"type": "Complete", "status": "True"}], "succeeded": 1}
UP = {"replicas": 1, "updatedReplicas": 1, "readyReplicas": 1, "availableReplicas": 1, "observedGeneration": 1}


def workload(name: str, kind: str = "Deployment", project: str = "demo", **more: Any) -> dict[str, Any]:
    """A workload with the labels that a conversion writes, well unless told otherwise."""
    labels = {"app.oam.dev/name": project, "app.oam.dev/component": name, "compose2oam.io/project": project}
    metadata = {"name": name, "namespace": "here", "labels": labels, "annotations": more.pop("annotations", {})}
    return {"kind": kind, "metadata": {**metadata, "generation": 1}, "spec": {}, "status": UP, **more}


def plain(*workloads: dict[str, Any]) -> Running:
    """The one project of some workloads."""
    (found,) = of_objects(workloads)
    return Running(found, KUBERNETES)


def test_a_project_of_plain_objects() -> None:
    """Its names, and how its services do."""
    notes = {"compose2oam.io/files": "a.yaml", "compose2oam.io/services": json.dumps({"db": "DB"})}
    running = plain(
        workload("web"), workload("db", "StatefulSet", annotations=notes), workload("job", "Job", status=DONE)
    )
    assert (running.name, running.project, running.namespace, running.files) == ("demo", "demo", "here", "a.yaml")
    assert running.is_compose
    assert running.selector == "app.oam.dev/name=demo"
    found = {item.service: (item.type, item.phase) for item in state.services(running, ())}
    assert found == {"DB": ("StatefulSet", "healthy"), "job": ("Job", "done"), "web": ("Deployment", "healthy")}
    assert state.is_healthy(running)


def test_guests_of_a_pod() -> None:
    """A service in the pod of another is known by the annotation of that one."""
    running = plain(workload("web", annotations={"compose2oam.io/pods": '{"side":"web"}'}))
    assert running.guests == {"web": ["side"]}
    assert running.of_services(["side"]) == [("web", "side")]


def test_a_guest_is_as_well_as_its_pod() -> None:
    """Where the pod is well, so is what runs in it, also before its containers are seen."""
    running = plain(workload("web", annotations={"compose2oam.io/pods": '{"side":"web"}'}))
    web, side = state.services(running, ())
    assert (side.service, side.home, side.phase) == ("side", "web", "healthy")
    assert (side.ready, side.wanted) == (web.ready, web.wanted) == (1, 1)


def test_one_that_is_not_ready() -> None:
    """Nothing is well before all are."""
    running = plain(workload("web"), workload("db", status={"observedGeneration": 1}))
    assert not state.is_healthy(running)
    assert running.status["status"] == "unhealthy"
    assert [item.phase for item in state.services(running, ())] == ["starting", "healthy"]


def test_projects_are_kept_apart() -> None:
    """By application and namespace; what has no label of ours belongs to none."""
    stranger = workload("x")
    del stranger["metadata"]["labels"]["compose2oam.io/project"]
    found = [Running(item).name for item in of_objects([workload("a", project="two"), workload("a"), stranger])]
    assert found == ["demo", "two"]


def test_an_annotation_that_somebody_broke() -> None:
    """It says nothing, and stops nothing."""
    running = plain(workload("web", annotations={"compose2oam.io/pods": "{", "compose2oam.io/services": "[]"}))
    assert running.guests == {}


def configuration(**status: Any) -> dict[str, Any]:
    """A configuration of a service, its database that it waits for, and a Service."""
    entries = [
        {"componentName": "service-db"},
        {"componentName": "web", "dataInputs": [{"valueFrom": {"dataOutputName": "db-ready"}}]},
        {"componentName": "db", "dataOutputs": [{"name": "db-ready", "fieldPath": "status.readyReplicas"}]},
    ]
    metadata = {"name": "demo", "namespace": "here", "annotations": {"compose2oam.io/project": "demo"}}
    return {"metadata": metadata, "spec": {"components": entries}, "status": status}


COMPONENTS = [
    {"metadata": {"name": name}, "spec": {"workload": {"kind": kind}}}
    for name, kind in [("service-db", "Service"), ("web", "Deployment"), ("db", "StatefulSet")]
]
APPLIED = [{"componentName": name} for name in ("service-db", "web", "db")]


def old(*workloads: dict[str, Any], **status: Any) -> Running:
    """The same as a project in a cluster."""
    return Running(of_configuration(configuration(**status), COMPONENTS, workloads), V1ALPHA2)


def test_an_application_of_the_older_runtime() -> None:
    """Only what runs pods is a service."""
    running = old(workload("web"), workload("db", "StatefulSet"), workloads=APPLIED)
    assert running.runs == ["web", "db"]
    assert [item.phase for item in state.services(running, ())] == ["healthy", "healthy"]
    assert state.is_healthy(running)


def test_what_waits_in_the_older_runtime() -> None:
    """It says for whom."""
    running = old(workload("db", "StatefulSet", status={}), workloads=APPLIED[:1])
    web, db = state.services(running, ())
    assert (web.phase, web.message) == ("waiting", "for db")
    assert db.phase == "starting"
    assert not state.is_healthy(running)


def test_a_number_that_is_not_passed_on_yet() -> None:
    """Until the older runtime has given it to the workload, the change is not out, however well the old pods are."""
    made = configuration(workloads=APPLIED)
    scaler = {"trait": {"kind": "ManualScalerTrait", "spec": {"replicaCount": 3}}}
    next(one for one in made["spec"]["components"] if one["componentName"] == "web")["traits"] = [scaler]
    db = workload("db", "StatefulSet")

    def look(count: int) -> Running:
        ready = dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), count)
        web = workload("web", spec={"replicas": count}, status={**UP, **ready})
        return Running(of_configuration(made, COMPONENTS, [web, db]), V1ALPHA2)

    assert not state.is_healthy(look(1))
    assert [item.phase for item in state.services(look(1), ())] == ["starting", "healthy"]
    assert state.is_healthy(look(3))


def test_what_the_older_runtime_cannot_do() -> None:
    """Its condition is the trouble of the whole."""
    condition = {"type": "Synced", "status": "False", "reason": "ReconcileError", "message": "cannot apply components"}
    running = old(conditions=[condition])
    assert str(state.verdict(running)) == "Synced: cannot apply components"
    assert not state.is_healthy(running)


def test_a_component_of_which_nothing_is_known() -> None:
    """It may turn out to be a service."""
    running = Running(of_configuration(configuration(), [], []), V1ALPHA2)
    assert running.runs == ["service-db", "web", "db"]


def test_what_stops_a_workload_is_told() -> None:
    """A quota is no reason to wait."""
    condition = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota: q"}
    (found,) = state.services(plain(workload("web", status={"conditions": [condition]})), ())
    assert (found.phase, str(found.trouble)) == ("failing", "FailedCreate: exceeded quota: q")
