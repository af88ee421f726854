"""``scale``, ``stop``, ``start`` and ``restart``: what holds the number is changed, and nobody else is in the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fakecluster import Fault, failure
from fakestreams import StreamingCluster

Run = Callable[..., Any]

APPS, BATCH = "/apis/apps/v1/namespaces/demo", "/apis/batch/v1/namespaces/demo"
APPLICATION = "/apis/core.oam.dev/v1beta1/namespaces/demo/applications/demo"
WEB, DB, AGENT = f"{APPS}/deployments/web-app", f"{APPS}/statefulsets/db", f"{APPS}/daemonsets/agent"
MIGRATE, NIGHTLY = f"{BATCH}/jobs/migrate", f"{BATCH}/cronjobs/nightly"
# A workload that a component holds as it is.
HELD = {"kind": "Deployment", "metadata": {"name": "web-app"}}
STOPPED, RESTARTED = "compose2oam.io/stopped", "kubectl.kubernetes.io/restartedAt"


def component(there: StreamingCluster, name: str) -> dict[str, Any]:
    components = there.objects[APPLICATION]["spec"]["components"]
    return next(one for one in components if one["name"] == name)


def remembered(there: StreamingCluster, path: str) -> Any:
    return json.loads((there.objects[path]["metadata"].get("annotations") or {}).get(STOPPED, "null"))


def notes(there: StreamingCluster, path: str) -> dict[str, str]:
    """The annotations of the pods of a workload."""
    found: dict[str, str] = there.objects[path]["spec"]["template"]["metadata"].get("annotations", {})
    return found


def patched(there: StreamingCluster) -> list[str]:
    return [path for method, path in there.requests if method == "PATCH"]


def obey(there: StreamingCluster) -> None:
    """Play KubeVela, and the controllers of Kubernetes: numbers are passed on, and all pods are there at once."""

    def moves(path: str) -> None:
        for name, place in (("web-app", WEB), ("db", DB)):
            traits = component(there, name).get("traits") or ()
            counts = [trait["properties"]["replicas"] for trait in traits if trait["type"] == "scaler"]
            item = there.objects[place]
            item["spec"]["replicas"] = count = counts[0] if counts else 1
            item["status"] |= dict.fromkeys(
                ("replicas", "readyReplicas", "updatedReplicas", "availableReplicas"), count
            ) | {"observedGeneration": item["metadata"]["generation"]}
        there.objects[NIGHTLY]["spec"]["suspend"] = component(there, "nightly")["properties"].get("suspend", False)
        there.objects[AGENT]["status"]["observedGeneration"] = there.objects[AGENT]["metadata"]["generation"]

    there.moves = moves


def test_scale_sets_the_trait_of_the_application(there: StreamingCluster, run: Run) -> None:
    """So the runtime does not undo it; and as we own the field, the next `up` finds no conflict."""
    done = run("scale", "web_app=3", "db=1", "--no-wait")
    assert done.returncode == 0, done.stderr
    assert component(there, "web-app")["traits"] == [{"type": "scaler", "properties": {"replicas": 3}}]
    assert component(there, "db")["traits"] == [{"type": "scaler", "properties": {"replicas": 1}}]
    assert patched(there) == [APPLICATION]
    assert there.queries[[method for method, _ in there.requests].index("PATCH")]["fieldManager"] == "compose2oam"
    assert done.stderr.splitlines() == [
        "web_app (Deployment web-app): 2 -> 3",
        "db (StatefulSet db): 2 -> 1",
        "the next up sets what the Compose file says (deploy.replicas)",
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            {"traits": [{"type": "scaler", "properties": {"replicas": 2}}]},
            {"traits": [{"type": "scaler", "properties": {"replicas": 5}}]},
        ),
        ({"properties": {"replicas": 2}}, {"properties": {"replicas": 5}}),
        (
            {"traits": [{"type": "gateway"}]},
            {"traits": [{"type": "gateway"}, {"type": "scaler", "properties": {"replicas": 5}}]},
        ),
        (
            {"properties": {"objects": [{"kind": "Deployment", "metadata": {"name": "web-app"}, "spec": {}}]}},
            {
                "properties": {
                    "objects": [{"kind": "Deployment", "metadata": {"name": "web-app"}, "spec": {"replicas": 5}}]
                }
            },
        ),
    ],
    ids=["a trait", "a property", "another trait", "an object"],
)
def test_wherever_a_component_has_its_number(
    there: StreamingCluster, run: Run, before: dict[str, Any], after: dict[str, Any]
) -> None:
    component(there, "web-app").update(before)
    assert run("scale", "web_app=5", "--no-wait").returncode == 0
    assert after.items() <= component(there, "web-app").items()


def test_an_application_of_somebody_else_is_patched(there: StreamingCluster, run: Run) -> None:
    """All that is not the number stays as it is, and stays theirs."""
    there.objects[APPLICATION]["metadata"]["managedFields"] = [{"manager": "kubectl", "operation": "Update"}]
    assert run("scale", "web_app=3", "--no-wait").returncode == 0
    assert component(there, "web-app")["traits"][0]["properties"] == {"replicas": 3}
    assert not there.sent
    assert there.objects[APPLICATION]["metadata"]["managedFields"] == [{"manager": "kubectl", "operation": "Update"}]


def test_somebody_else_was_faster(there: StreamingCluster, run: Run) -> None:
    """The change is worked out anew, so that neither is lost."""
    busy = failure(409, "Conflict", "the object has been modified")
    there.faults.append(Fault("PATCH", "applications", 409, 2, busy))
    assert run("scale", "web_app=3", "--no-wait").returncode == 0
    assert component(there, "web-app")["traits"][0]["properties"] == {"replicas": 3}
    there.faults.append(Fault("PATCH", "applications", 409, 9, busy))
    done = run("scale", "web_app=4", "--no-wait")
    assert done.returncode == 5
    assert "demo is changed by somebody else all the time" in done.stderr


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("agent=2", "agent cannot be scaled: it runs once on each node by its kind"),
        ("migrate=2", "migrate cannot be scaled: it is a task, and runs to its end"),
        ("nightly=2", "nightly cannot be scaled: it is a task that begins at its times"),
        ("sidecar=2", "sidecar runs in the pods of db: scale db"),
        ("nix=2", "no such service: nix"),
        ("web_app=x", "web_app=x: write SERVICE=NUM, such as web=3"),
        ("web_app", "web_app: write SERVICE=NUM, such as web=3"),
    ],
)
def test_what_cannot_be_scaled(there: StreamingCluster, run: Run, wanted: str, said: str) -> None:
    """Nothing is changed, of the others neither."""
    done = run("scale", "db=5", wanted, "--no-wait")
    assert done.returncode == 2
    assert said in done.stderr
    assert not patched(there)


def test_an_autoscaler_decides(there: StreamingCluster, run: Run) -> None:
    """To scale would last until its next look; to stop it lasts, but not with KEDA."""
    path = "/apis/autoscaling/v2/namespaces/demo/horizontalpodautoscalers"
    target = {"spec": {"scaleTargetRef": {"kind": "Deployment", "name": "web-app"}}}
    there.add(path, {"metadata": {"name": "web-app"}, **target})
    done = run("scale", "web_app=3")
    assert done.returncode == 2
    assert "the HorizontalPodAutoscaler web-app decides how many there are" in done.stderr
    assert run("stop", "web_app", "--no-wait").returncode == 0
    there.has[path]["items"][0]["metadata"]["ownerReferences"] = [{"kind": "ScaledObject", "name": "mine"}]
    done = run("stop", "web_app")
    assert done.returncode == 2
    assert "web_app cannot be stopped: the ScaledObject mine would bring it back" in done.stderr


def test_an_environment_decides(there: StreamingCluster, run: Run) -> None:
    part = {"name": "web-app", "traits": [{"type": "scaler", "properties": {"replicas": 9}}]}
    there.objects[APPLICATION]["spec"]["policies"] = [
        {"name": "prod", "type": "override", "properties": {"components": [part]}}
    ]
    done = run("scale", "web_app=3")
    assert done.returncode == 2
    assert "the policy prod says how many of web_app there are" in done.stderr


def test_stop_and_start_give_back_what_was_there(there: StreamingCluster, run: Run) -> None:
    """The numbers, and where nobody said one, nothing is said again; daemons are left alone."""
    obey(there)
    component(there, "web-app")["traits"] = [{"type": "scaler", "properties": {"replicas": 2}}]
    before = json.dumps(there.objects[APPLICATION]["spec"], sort_keys=True)
    done = run("stop")
    assert done.returncode == 0, done.stderr
    assert component(there, "web-app")["traits"][0]["properties"] == {"replicas": 0}
    assert component(there, "nightly")["properties"] == {"suspend": True}
    assert remembered(there, APPLICATION) == {"web-app": 2, "db": None, "nightly": None}
    assert done.stderr.splitlines() == [
        "web_app (Deployment web-app): stopped",
        "db (StatefulSet db): stopped",
        "agent (DaemonSet agent): left alone: it runs on every node by its kind, and has no number to set to 0",
        "migrate (Job migrate): ran to its end already",
        "nightly (CronJob nightly): suspended",
    ]
    assert "has no replicas already" in run("stop", "web_app").stderr
    done = run("start")
    assert done.returncode == 0, done.stderr
    after = json.loads(json.dumps(there.objects[APPLICATION]["spec"]))
    assert after["components"][-1]["properties"].pop("suspend") is False
    assert json.dumps(after, sort_keys=True) == before
    assert remembered(there, APPLICATION) is None
    assert "web_app (Deployment web-app): started" in done.stderr


def test_stop_one_after_the_other(there: StreamingCluster, run: Run) -> None:
    """What is remembered of the first is not lost with the second."""
    obey(there)
    run("stop", "web_app")
    run("stop", "db")
    assert remembered(there, APPLICATION) == {"web-app": None, "db": None}
    run("start", "db")
    assert remembered(there, APPLICATION) == {"web-app": None}
    assert there.objects[WEB]["spec"]["replicas"] == 0


def test_start_of_what_nobody_stopped(there: StreamingCluster, run: Run) -> None:
    there.objects[WEB]["spec"]["replicas"] = 0
    done = run("start", "web_app", "db", "migrate")
    assert done.returncode == 0
    assert (
        "web_app (Deployment web-app): has no replicas, and nobody stopped it: compose2oam scale web_app=1"
        in done.stderr
    )
    assert "db (StatefulSet db): runs already" in done.stderr
    assert "migrate (Job migrate): ran to its end; restart runs it again" in done.stderr
    assert not patched(there)


def test_a_task_that_runs_is_suspended(there: StreamingCluster, run: Run) -> None:
    """KubeVela says nothing of it, so the job itself is changed."""
    there.objects[MIGRATE]["status"] = {"active": 1}
    there.moves = lambda path: there.objects[MIGRATE]["status"].update(active=0, startTime="2026-01-31T12:00:00Z")
    assert run("stop", "migrate").returncode == 0
    assert there.objects[MIGRATE]["spec"]["suspend"] is True
    assert remembered(there, MIGRATE) == {"migrate": None}
    assert run("start", "migrate").returncode == 0
    assert there.objects[MIGRATE]["spec"]["suspend"] is False
    assert remembered(there, MIGRATE) is None


@pytest.mark.parametrize(
    ("service", "said"),
    [
        ("agent", "agent cannot be stopped: it runs on every node by its kind"),
        ("sidecar", "sidecar runs in the pods of db: stop db"),
    ],
)
def test_what_cannot_be_stopped(there: StreamingCluster, run: Run, service: str, said: str) -> None:
    """Where it was asked for by name, that is an error, and nothing else is stopped."""
    done = run("stop", "web_app", service)
    assert done.returncode == 2
    assert said in done.stderr
    assert not patched(there)


def test_a_stop_that_takes_too_long(there: StreamingCluster, run: Run) -> None:
    """It says what is still there."""
    done = run("stop", "web_app", "--timeout", "100ms")
    assert done.returncode == 6
    assert "the time is up, and not all is as it is to be: web_app: Ready:2/2" in done.stderr


def test_a_service_that_does_not_come_up_again(there: StreamingCluster, run: Run) -> None:
    """It ends at once where its controller has given up."""
    late = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "no progress"}
    there.moves = lambda path: there.objects[WEB]["status"].update(conditions=[late])
    done = run("restart", "web_app")
    assert done.returncode == 6
    assert "web_app: ProgressDeadlineExceeded: no progress" in done.stderr


def test_restart_changes_the_template_alone(there: StreamingCluster, run: Run) -> None:
    """By the annotation that kubectl uses; the application is not touched, and its runtime does not mind."""
    obey(there)
    done = run("restart", "web_app", "db", "agent", "--no-wait")
    assert done.returncode == 0, done.stderr
    assert patched(there) == [WEB, DB, AGENT]
    assert all(RESTARTED in notes(there, path) for path in (WEB, DB, AGENT))
    assert there.objects[WEB]["spec"]["template"]["spec"]["containers"][0]["image"] == "web-app:1"


def test_restart_runs_a_task_again(there: StreamingCluster, run: Run) -> None:
    """Its job cannot be changed, so a new one like it takes its place."""
    there.objects[MIGRATE]["metadata"]["uid"] = "old"
    template = there.objects[MIGRATE]["spec"]["template"]["metadata"]
    template["labels"] |= {"batch.kubernetes.io/controller-uid": "old", "controller-uid": "old", "job-name": "migrate"}
    there.objects[MIGRATE]["spec"]["selector"] = {"matchLabels": {"controller-uid": "old"}}
    done = run("restart", "migrate", "--no-wait")
    assert done.returncode == 0, done.stderr
    made = there.objects[MIGRATE]
    assert made["metadata"]["uid"] != "old"
    assert made["metadata"]["labels"]["app.oam.dev/component"] == "migrate"
    assert "selector" not in made["spec"]
    assert set(made["spec"]["template"]["metadata"]["labels"]) == {"app.oam.dev/name", "app.oam.dev/component"}
    assert "status" not in made


def test_restart_of_what_has_no_pods(there: StreamingCluster, run: Run) -> None:
    """Of all services some are left alone; asked for by name that is an error."""
    there.objects[WEB]["spec"]["replicas"] = 0
    done = run("restart", "--no-wait")
    assert done.returncode == 0
    assert "web_app (Deployment web-app): has no replicas; start brings it back" in done.stderr
    assert "nightly (CronJob nightly): left alone: it runs at its times" in done.stderr
    done = run("restart", "nightly")
    assert done.returncode == 2
    assert "kubectl create job --from=cronjob/nightly nightly-now -n demo" in done.stderr


def test_plain_objects_hold_their_numbers_themselves(plain: StreamingCluster, run: Run) -> None:
    """Each remembers its own."""
    assert run("scale", "web_app=3", "--no-wait").returncode == 0
    assert plain.objects[WEB]["spec"]["replicas"] == 3
    assert run("stop", "--no-wait").returncode == 0
    assert plain.objects[WEB]["spec"]["replicas"] == 0
    assert (remembered(plain, WEB), remembered(plain, DB)) == ({"web-app": 3}, {"db": 2})
    assert plain.objects[NIGHTLY]["spec"]["suspend"] is True
    assert run("start", "--no-wait").returncode == 0
    assert (plain.objects[WEB]["spec"]["replicas"], plain.objects[DB]["spec"]["replicas"]) == (3, 2)


def test_few_rights_are_enough_for_what_is_asked(there: StreamingCluster, run: Run) -> None:
    """Kinds that may not be listed are passed over; if none may be, the refusal is told."""
    forbidden = failure(403, "Forbidden", "you may not list it")
    there.faults += [Fault("GET", f"/{kind}$", 403, 9, forbidden) for kind in ("daemonsets", "jobs", "cronjobs")]
    assert run("scale", "web_app=3", "--no-wait").returncode == 0
    there.faults.append(Fault("GET", "/apis/(apps|batch)", 403, 99, forbidden))
    done = run("scale", "web_app=4", "--no-wait")
    assert done.returncode == 5
    assert "you may not list it" in done.stderr


def test_quiet_says_nothing(there: StreamingCluster, run: Run) -> None:
    done = run("scale", "web_app=3", "--no-wait", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
