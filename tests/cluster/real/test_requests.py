"""How often the API server is asked, by its own audit log: by a user whom nobody else is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from oamruntime import Runtime
    from place import Place

SERVICES = 200
ALL = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
# What belongs to no namespace, or to that of the runtime, and is asked for once each: versions, definitions, classes.
CONSTANT = 40
# What only the cluster as a whole has.
WHOLE = {"customresourcedefinitions", "ingressclasses", "namespaces", "nodes", "storageclasses"}

pytestmark = pytest.mark.usefixtures("simulated")


def project(count: int) -> str:
    """A project of many services, half of them with a port."""
    lines = ["name: demo", "services:"]
    for number in range(count):
        lines += [f"  s{number}:", f"    image: app:{number}"]
        if number % 2:
            lines.append("    ports: ['80']")
        if number % 10 == 3:
            lines.append(f"    depends_on: [s{number - 1}]")
    return "\n".join(lines)


def told(events: list[dict[str, Any]]) -> Counter[str]:
    """Requests by verb and resource."""
    return Counter(f"{event['verb']} {event.get('objectRef', {}).get('resource', '')}" for event in events)


def wide(events: list[dict[str, Any]]) -> list[str]:
    """The lists and watches over all namespaces."""
    return [
        event["requestURI"]
        for event in events
        if event["verb"] in {"list", "watch"}
        and "namespace" not in event["objectRef"]
        and event["objectRef"]["resource"] not in WHOLE
    ]


def may_do_all(place: Place) -> str:
    """Somebody who may do anything."""
    place.make_namespace()
    return place.user("counted", [], ALL)


def test_an_application_of_many_services(place: Place, runtime: Runtime | None, counts: Callable[[str], None]) -> None:
    """It is one object, so the number of requests does not grow with the services."""
    if runtime is not None:
        # Nobody looks at what it would make.
        runtime.asleep.set()
    place.write(project(SERVICES))
    user = may_do_all(place)
    done = place.run("up", "-d", "--target", "kubevela")
    assert done.returncode == 0, done.stderr
    events = place.plane.asked(user)
    counts(f"200 services as an application: {len(events)} requests")
    assert 2 < len(events) <= 2 + CONSTANT, told(events)
    assert not wide(events)


def test_plain_objects_of_many_services(bare: Place, counts: Callable[[str], None]) -> None:
    """At most two requests an object and some more, and none over all namespaces."""
    bare.write(project(SERVICES))
    user = may_do_all(bare)
    done = bare.run("up", "--target", "kubernetes", "--timeout", "240s")
    assert done.returncode == 0, done.stderr
    made = len(bare.names("deployments", "/apis/apps/v1")) + len(bare.names("services"))
    assert made >= SERVICES * 1.5
    events = bare.plane.asked(user)
    counts(f"200 services as {made} plain objects: {len(events)} requests")
    assert made < len(events) <= 2 * made + CONSTANT, told(events)
    assert not wide(events)
    before = len(events)
    done = bare.run("up", "-d", "--target", "kubernetes")
    assert "nothing to change" in done.stderr
    again = bare.plane.asked(user)[before:]
    assert len(again) <= 2 * made + CONSTANT, told(again)
    assert not any(event["verb"] in {"create", "update", "delete"} for event in again), told(again)
    before += len(again)
    for command in ("ps", "status", "images"):
        assert bare.run(command, "-p", "demo").returncode == 0
    looks = bare.plane.asked(user)[before:]
    assert len(looks) <= 3 * CONSTANT, told(looks)
    assert not wide(looks)
    before += len(looks)
    assert bare.run("down", "-p", "demo", "--timeout", "120s").returncode == 0
    gone = bare.plane.asked(user)[before:]
    assert len(gone) <= 2 * made + 2 * CONSTANT, told(gone)
    assert not bare.names("deployments", "/apis/apps/v1")
