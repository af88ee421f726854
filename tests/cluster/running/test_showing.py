"""``port``, ``images``, ``events`` and ``wait``, and a word for the commands that a cluster has another way for."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from fakecluster import Fault, failure
from fakestreams import StreamingCluster

Run = Callable[..., Any]

SERVICES = "/api/v1/namespaces/demo/services"
INGRESSES = "/apis/networking.k8s.io/v1/namespaces/demo/ingresses"
JOB = "/apis/batch/v1/namespaces/demo/jobs/migrate"
WEB = "/apis/apps/v1/namespaces/demo/deployments/web-app"
LABELS = {"app.oam.dev/name": "demo", "app.oam.dev/component": "web-app"}


@pytest.fixture
def reached(there: StreamingCluster) -> StreamingCluster:
    """The web service is reached in all ways that there are."""
    pod = there.objects["/api/v1/namespaces/demo/pods/web-app-0"]
    pod["spec"]["containers"][0]["ports"] = [{"containerPort": 8080, "name": "http"}, {"containerPort": 53}]
    ports = [
        {"name": "http", "port": 80, "targetPort": "http", "nodePort": 30080},
        {"name": "dns", "port": 53, "protocol": "UDP"},
    ]
    there.put(
        f"{SERVICES}/web-app",
        {
            "metadata": {"labels": LABELS},
            "spec": {"type": "LoadBalancer", "ports": ports, "selector": {"app.oam.dev/component": "web-app"}},
            "status": {"loadBalancer": {"ingress": [{"ip": "2001:db8::7"}]}},
        },
    )
    there.put(
        f"{SERVICES}/other",
        {"metadata": {"labels": {"app.oam.dev/name": "demo"}}, "spec": {"selector": {"app.oam.dev/component": "db"}}},
    )
    backend = {"service": {"name": "web-app", "port": {"name": "http"}}}
    rules = [{"host": "shop.example.com", "http": {"paths": [{"path": "/cart", "backend": backend}]}}]
    foreign = {"service": {"name": "elsewhere", "port": {"number": 80}}}
    there.add(
        INGRESSES,
        {"metadata": {"name": "front"}, "spec": {"rules": rules, "tls": [{"hosts": ["shop.example.com"]}]}},
        {"metadata": {"name": "theirs"}, "spec": {"defaultBackend": foreign}},
    )
    return there


def test_port_shows_all_ways_to_a_service(reached: StreamingCluster, run: Run) -> None:
    """Under the port of the container, whatever the Service calls it."""
    done = run("port", "web_app")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].split() == ["8080/tcp", "cluster", "web-app.demo.svc:80", "Service", "web-app"]
    rows = json.loads(run("port", "web_app", "--format", "json").stdout)
    assert [(row["port"], row["protocol"], row["via"], row["address"]) for row in rows] == [
        (8080, "tcp", "cluster", "web-app.demo.svc:80"),
        (8080, "tcp", "load balancer", "[2001:db8::7]:80"),
        (8080, "tcp", "node", "NODE:30080"),
        (53, "udp", "cluster", "web-app.demo.svc:53"),
        (53, "udp", "load balancer", "[2001:db8::7]:53"),
        (8080, "tcp", "ingress", "https://shop.example.com/cart"),
    ]


def test_port_of_one_port_or_protocol(reached: StreamingCluster, run: Run) -> None:
    assert run("port", "web_app", "53", "--protocol", "udp").stdout.count("/udp") == 2
    assert "8080/tcp" not in run("port", "web_app", "--protocol", "udp").stdout
    done = run("port", "web_app", "53", "--protocol", "tcp")
    assert done.returncode == 2
    assert "web_app has no port 53/tcp; it has 8080/tcp, 53/udp" in done.stderr


def test_port_without_the_right_to_see_ingresses(reached: StreamingCluster, run: Run) -> None:
    reached.faults.append(Fault("GET", "ingresses", 403, 1, failure(403, "Forbidden", "no")))
    done = run("port", "web_app")
    assert done.returncode == 0
    assert "NODE:30080" in done.stdout


def test_port_of_a_service_that_others_do_not_reach(reached: StreamingCluster, run: Run) -> None:
    """No error, unless a port was named; one with a name alone is reached at all of its ports."""
    done = run("port", "agent")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no port of agent is reached by others" in done.stderr
    assert run("port", "agent", "80").returncode == 2
    assert "other.demo.svc" in run("port", "db", "5432").stdout


def test_images(there: StreamingCluster, run: Run) -> None:
    """By service, with the digest where the node says it; a guest in the pod of another too."""
    pod = there.objects["/api/v1/namespaces/demo/pods/web-app-0"]
    pod["spec"]["containers"][0]["image"] = "registry.example.com:5000/team/web:1.2"
    pod["status"]["containerStatuses"][0]["imageID"] = "registry.example.com:5000/team/web@sha256:0123456789abcdef0123"
    done = run("images")
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()[1:]]
    assert ["web_app", "web-app-0", "registry.example.com:5000/team/web", "1.2", "0123456789ab"] in rows
    assert ["sidecar", "db-0", "side", "1"] in rows
    (row,) = json.loads(run("images", "--format", "json", "sidecar").stdout)
    assert (row["service"], row["container"], row["image"], row["id"]) == ("sidecar", "sidecar", "side:1", "")
    assert run("images", "-q").stdout == "sha256:0123456789abcdef0123\n"


@pytest.mark.parametrize(
    ("image", "repository", "tag"),
    [
        ("nginx", "nginx", "latest"),
        ("host:5000/nginx", "host:5000/nginx", "latest"),
        ("nginx@sha256:abc", "nginx", "<none>"),
        ("nginx:1@sha256:abc", "nginx", "1"),
    ],
)
def test_the_parts_of_an_image(there: StreamingCluster, run: Run, image: str, repository: str, tag: str) -> None:
    there.objects["/api/v1/namespaces/demo/pods/db-0"]["spec"]["containers"][0]["image"] = image
    (row,) = json.loads(run("images", "--format", "json", "db").stdout)
    assert (row["repository"], row["tag"]) == (repository, tag)


def event(there: StreamingCluster, number: int, kind: str, name: str, message: str = "so it is", **more: Any) -> None:
    """Store an event of a minute of noon."""
    there.put(
        f"/api/v1/namespaces/demo/events/{name}.{number}",
        {
            "involvedObject": {"kind": kind, "name": name},
            "type": "Normal",
            "reason": f"Reason{number}",
            "message": message,
            "lastTimestamp": f"2026-01-31T12:0{number}:00Z",
            **more,
        },
    )


def test_events_are_merged_in_order(there: StreamingCluster, run: Run) -> None:
    """Those of pods that are gone too; what only looks like a name of ours is not."""
    event(there, 3, "Pod", "web-app-5f6d8c7b9-x2x4z")
    event(there, 1, "Application", "demo", count=4)
    event(there, 2, "Deployment", "web-app", type="Warning", message="two\nlines postgres://u:hunter2@db/x")
    event(there, 4, "Pod", "db-0")
    event(there, 5, "Pod", "web-application-1")
    event(there, 6, "Application", "another")
    done = run("events")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:3:2] == [
        "2026-01-31T12:01:00Z Normal  -  Reason1: so it is (4 times)  [Application demo]",
        "2026-01-31T12:03:00Z Normal  web_app  Reason3: so it is  [Pod web-app-5f6d8c7b9-x2x4z]",
    ]
    assert len(done.stdout.splitlines()) == 4
    assert "hunter2" not in done.stdout


def test_events_of_services_and_since(there: StreamingCluster, run: Run) -> None:
    for number, name in enumerate(("web-app-0", "db-0", "migrate-abcde"), 1):
        event(there, number, "Pod", name)
    assert [line.split()[2] for line in run("events", "db", "migrate").stdout.splitlines()] == ["db", "migrate"]
    lines = run("events", "--json", "--since", "2026-01-31T12:02:00Z").stdout.splitlines()
    assert [json.loads(line)["service"] for line in lines] == ["db", "migrate"]
    assert run("events", "--format", "json").stdout.count("\n") == 3
    assert run("events", "--since", "5m").stdout == ""
    assert run("events", "--since", "2026-13-31T12:02:00Z").returncode == 2
    assert run("events", "nix").returncode == 2


def test_events_that_are_followed(there: StreamingCluster) -> None:
    """What is there, then what happens, each once; one that is seen again is told again."""
    from compose2oam.cluster.applications import find
    from compose2oam.cluster.client import Cluster
    from compose2oam.cluster.happenings import following

    event(there, 1, "Pod", "web-app-0")
    cluster = Cluster()
    found = following(cluster, find(cluster, "demo"))
    assert next(found).reason == "Reason1"
    event(there, 2, "Pod", "db-0")
    assert next(found).reason == "Reason2"
    event(there, 1, "Pod", "web-app-0", count=2)
    assert next(found).times == 2
    found.close()


def test_wait_for_a_task(there: StreamingCluster, run: Run) -> None:
    """It ends with the exit code of the task, as in Docker Compose."""
    done = run("wait", "migrate")
    assert (done.returncode, done.stdout) == (0, "migrate ended with the exit code 0\n")
    there.objects[JOB]["status"] = {"conditions": [{"type": "Failed", "status": "True"}]}
    assert run("wait", "migrate").returncode == 1
    ended = {"name": "migrate", "state": {"terminated": {"exitCode": 42}}}
    there.pod("migrate-x", "migrate", phase="Failed", containerStatuses=[ended])
    done = run("wait", "migrate", "web_app", "--format", "json")
    assert done.returncode == 42
    assert json.loads(done.stdout) == [
        {"service": "web_app", "ended": False, "exitCode": None},
        {"service": "migrate", "ended": True, "exitCode": 42},
    ]


def test_wait_until_something_changes(there: StreamingCluster, run: Run) -> None:
    there.objects[WEB]["status"]["readyReplicas"] = there.objects[WEB]["status"]["availableReplicas"] = 1
    done = run("wait", "web_app", "--timeout", "50ms")
    assert done.returncode == 6
    assert "web_app: Ready:1/2" in done.stderr

    def heal() -> None:
        there.objects[WEB]["status"] |= {"readyReplicas": 2, "availableReplicas": 2}

    threading.Timer(0.2, heal).start()
    done = run("wait", "web_app", "--for", "healthy", "--timeout", "10s")
    assert (done.returncode, done.stdout) == (0, "web_app is well\n")


@pytest.mark.parametrize(
    ("service", "said"), [("web_app", "web_app runs without an end"), ("nightly", "nightly begins again at its times")]
)
def test_wait_for_an_end_that_never_comes(there: StreamingCluster, run: Run, service: str, said: str) -> None:
    done = run("wait", service, "--for", "done")
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["run", "--rm", "web", "sh"], "compose2oam exec SERVICE COMMAND"),
        (["cp", "web:/etc/hosts", "."], "kubectl cp"),
        (["top"], "kubectl top pods"),
        (["kill", "-s", "HUP", "web"], "compose2oam restart SERVICE"),
        (["pause", "--help"], "compose2oam stop SERVICE"),
        (["volumes", "-q"], "kubectl get persistentvolumeclaims"),
    ],
)
def test_a_command_of_docker_compose_that_a_cluster_has_another_way_for(
    cli: Callable[..., Any], command: list[str], said: str
) -> None:
    """It says which, whatever options it was given, and does not stand in the help."""
    done = cli(*command)
    assert done.returncode == 2
    assert f"there is no {command[0]} on a cluster: " in done.stderr
    assert said in done.stderr
    assert f"\n  {command[0]} " not in cli("--help").stdout


def test_every_command_that_is_named_is_there(cli: Callable[..., Any]) -> None:
    """A way that does not exist would be no help."""
    import re

    from compose2oam.cli.absent import INSTEAD

    commands = cli("--help").stdout
    for text in INSTEAD.values():
        for name in re.findall(r"`compose2oam (\w+)", text):
            assert f"\n  {name} " in commands, name
