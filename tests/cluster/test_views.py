"""What is seen of a KubeVela application while it comes up, of what the runtime does not say itself."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.cluster.applications import KUBEVELA, Running
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.views import View

if TYPE_CHECKING:
    from conftest import LiveCluster

HOME = "/apis/core.oam.dev/v1beta1/namespaces/demo/applications/demo"
EVENTS = "/api/v1/namespaces/demo/events"
# The application, its jobs, its pods, and events.
WATCHED = 4
QUOTA = "exceeded quota: pods=0"


@pytest.fixture
def view(live: LiveCluster) -> Iterator[View]:
    """A look at the application demo, which has two services and a job."""
    components = [{"name": name, "type": "webservice"} for name in ("web", "db", "migrate")]
    live.put(HOME, {"metadata": {"generation": 1}, "spec": {"components": components}})
    entries = [{"name": name, "healthy": False, "message": "Ready:0/1"} for name in ("web", "db")]
    live.say("demo", status="runningWorkflow", services=entries)
    view = View(Cluster(), KUBEVELA, "demo", "demo", frozenset({"Deployment", "Job"}), queue.SimpleQueue())
    yield view
    view.stop()


def seen(live: LiveCluster, view: View) -> Running | None:
    """The application once all that is watched of it was read."""
    view.start()
    end = time.monotonic() + 10
    while len({path for method, path in live.requests if method == "WATCH"}) < WATCHED:
        assert time.monotonic() < end
        time.sleep(0.01)
    return view.running()


def reasons(live: LiveCluster, view: View) -> dict[str, tuple[str, str]]:
    """Why services are not well, by their names."""
    running = seen(live, view)
    assert running is not None
    return {item["name"]: (item["reason"], item["why"]) for item in running.status["services"] if "reason" in item}


def event(live: LiveCluster, kind: str, name: str, ago: float = 0.0, *, time_of: str = "lastTimestamp") -> None:
    """Let the cluster refuse the pods of an object, so many seconds ago."""
    when = (datetime.now(timezone.utc) - timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
    times: dict[str, Any] = {time_of: when} if time_of != "series" else {"series": {"lastObservedTime": when}}
    about = {"kind": kind, "name": name}
    said = {"type": "Warning", "reason": "FailedCreate", "message": QUOTA}
    live.put(f"{EVENTS}/{kind}.{name}".lower(), {"involvedObject": about, **said, **times})


@pytest.mark.parametrize(
    ("kind", "name", "service"),
    [
        ("ReplicaSet", "web-6f5b9c", "web"),
        ("ReplicaSet", "demo-web-6f5b9c", "web"),
        ("StatefulSet", "db", "db"),
        ("Job", "migrate", "migrate"),
        ("ReplicaSet", "stranger-6f5b9c", None),
    ],
)
def test_a_service_whose_pods_are_refused_says_why(
    live: LiveCluster, view: View, kind: str, name: str, service: str | None
) -> None:
    """The runtime only says that none is ready; the cluster knows of the quota. Strangers say nothing of us."""
    event(live, kind, name)
    assert reasons(live, view) == ({service: ("FailedCreate", QUOTA)} if service else {})


@pytest.mark.parametrize(
    ("ago", "time_of", "told"),
    [
        (0, "lastTimestamp", True),
        (0, "eventTime", True),
        (0, "series", True),
        (3600, "lastTimestamp", False),
        (3600, "series", False),
        (0, "none", False),
    ],
)
def test_what_was_refused_long_ago_is_no_reason(
    live: LiveCluster, view: View, ago: float, time_of: str, told: bool
) -> None:
    """Events stay for an hour, and the quota may be another one by now."""
    event(live, "StatefulSet", "db", ago, time_of=time_of)
    assert ("db" in reasons(live, view)) is told


def test_what_the_runtime_says_itself_goes_before_the_cluster(live: LiveCluster, view: View) -> None:
    """Its own reason is nearer to what the service needs; what else it says of the service stays."""
    entry = {"name": "db", "healthy": False, "message": "Ready:0/1", "reason": "Own", "why": "its own"}
    live.say("demo", status="unhealthy", services=[entry])
    event(live, "StatefulSet", "db")
    assert reasons(live, view) == {"db": ("Own", "its own")}


def _job(live: LiveCluster, name: str, component: str, **metadata: Any) -> None:
    labels = {"app.oam.dev/name": "demo", "app.oam.dev/component": component}
    failed = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "it failed too often"}
    live.put(
        f"/apis/batch/v1/namespaces/demo/jobs/{name}",
        {"metadata": {"labels": labels, **metadata}, "spec": {}, "status": {"failed": 1, "conditions": [failed]}},
    )


def test_a_job_that_failed_for_good_says_why(live: LiveCluster, view: View) -> None:
    """KubeVela would wait for it for ever."""
    _job(live, "migrate", "migrate")
    assert reasons(live, view) == {"migrate": ("BackoffLimitExceeded", "it failed too often")}


def test_a_job_that_is_being_deleted_is_no_reason(live: LiveCluster, view: View) -> None:
    """A new one stands in its place soon."""
    _job(live, "migrate", "migrate", deletionTimestamp="2026-01-31T12:00:00Z")
    assert reasons(live, view) == {}


def test_an_application_that_is_not_there_is_not_seen(live: LiveCluster, view: View) -> None:
    """As right after it was sent; it is looked for as long as it takes."""
    live.drop(HOME)
    assert seen(live, view) is None
