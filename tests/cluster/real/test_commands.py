"""What a person can ask of a project that runs, and do to it, on a real API server with KubeVela or what plays it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from demo import PASSWORD
from place import APPS, eventually

if TYPE_CHECKING:
    from place import Place

OAM = "/apis/core.oam.dev/v1beta1"


@pytest.mark.parametrize("command", ["ps", "status", "status --tree", "ls", "images", "events", "port web", "history"])
def test_what_looks_changes_nothing_and_tells_no_secret(demo: Place, command: str) -> None:
    """Each command finds the project by its name, says something, and leaves all as it is."""
    before = demo.versions(("applications", OAM), ("secrets", "/api/v1"), ("deployments", APPS))
    name, *more = command.split()
    done = demo.run(name, *(() if name == "ls" else ("-p", "demo")), *more)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert PASSWORD not in done.stdout + done.stderr
    assert demo.versions(("applications", OAM), ("secrets", "/api/v1"), ("deployments", APPS)) == before


def test_ps_tells_of_pods(demo: Place) -> None:
    """Name, readiness, image and node of each, as the server has them."""
    rows = {row["service"]: row for row in demo.data("ps", "-p", "demo")}
    assert set(rows) == {"web", "db"}
    for service, row in rows.items():
        (pod,) = demo.pods(service)
        assert row["name"] == pod["metadata"]["name"]
        assert (row["ready"], row["image"], row["node"]) == (True, f"{service}:1", pod["spec"]["nodeName"])


def test_the_file_names_the_project(demo: Place) -> None:
    """Without -p the Compose file of this folder does."""
    assert demo.run("ps", "-q").stdout == demo.run("ps", "-p", "demo", "-q").stdout


def test_status_as_a_tree(demo: Place) -> None:
    """Services, their workloads, pods and addresses."""
    tree = demo.run("status", "-p", "demo", "--tree").stdout
    (pod,) = demo.pods("web")
    for part in ("demo: healthy", "Deployment web", f"pod {pod['metadata']['name']}  Running", "StatefulSet db"):
        assert part in tree


def test_images_have_the_digest_of_the_node(demo: Place) -> None:
    """Not only what was asked for, but what runs."""
    for row in demo.data("images", "-p", "demo"):
        (pod,) = demo.pods(row["service"])
        (container,) = pod["status"]["containerStatuses"]
        assert row["repository"] == row["service"]
        assert row["id"] in container["imageID"]


def test_events_of_one_service(demo: Place) -> None:
    """Those of its workload and its pods, and no others."""
    done = demo.run("events", "-p", "demo", "--json", "web")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert {event["service"] for event in events} == {"web"}
    assert any("Scheduled" in json.dumps(event) for event in events)


def test_where_a_service_is_reached(demo: Place) -> None:
    """Its name in the cluster, and its port."""
    (row,) = demo.data("port", "-p", "demo", "web")
    assert row["address"].startswith(f"web.{demo.name}.svc")


def test_a_project_that_is_not_there(demo: Place) -> None:
    """The error says where it was looked for."""
    done = demo.run("ps", "-p", "nobody")
    assert done.returncode == 5
    assert "the project nobody does not run in the namespace" in done.stderr


def test_a_service_that_is_not_there(demo: Place) -> None:
    """The error names those that are."""
    done = demo.run("ps", "-p", "demo", "wep")
    assert done.returncode == 2
    assert "no such service: wep; demo has db, web" in done.stderr


def test_no_difference(demo: Place) -> None:
    """`diff` ends with 0 where the cluster has what the project says."""
    done = demo.run("diff")
    assert done.returncode == 0, done.stderr + done.stdout
    assert "no difference" in done.stdout + done.stderr


def test_a_difference_in_the_words_of_compose(demo: Place) -> None:
    """`diff` ends with 1, names key and line, and changes nothing."""
    before = demo.version()
    text = (demo.folder / "compose.yaml").read_text()
    try:
        demo.edit("web:1", "web:2")
        done = demo.run("diff")
    finally:
        demo.write(text)
    assert done.returncode == 1
    assert "web: image web:1 → web:2 (compose.yaml:4)" in done.stdout
    assert demo.version() == before


def test_a_changed_secret_is_a_difference_that_is_not_shown(place: Place) -> None:
    """That it changed, not what it is."""
    place.up()
    (place.folder / "password.txt").write_text("another-very-secret")
    done = place.run("diff")
    assert done.returncode == 1
    assert "password" in done.stdout
    for secret in (PASSWORD, "another-very-secret"):
        assert secret not in done.stdout + done.stderr


def test_scale_and_back(place: Place) -> None:
    """As many pods as asked for, until the next up."""
    place.up()
    assert place.run("scale", "-p", "demo", "web=3", "--timeout", "60s").returncode == 0
    eventually(lambda: len(place.pods("web")) == 3)
    place.up()
    eventually(lambda: len(place.pods("web")) == 1)


def test_stop_and_start(place: Place) -> None:
    """A stopped service has no pods; its volume stays; start brings as many as before."""
    place.up("--scale", "web=2")
    assert place.run("stop", "-p", "demo", "--timeout", "60s").returncode == 0
    eventually(lambda: not place.pods("web") and not place.pods("db"))
    assert place.names("persistentvolumeclaims") == {"data"}
    done = place.run("start", "-p", "demo", "--timeout", "60s")
    assert done.returncode == 0, done.stderr
    eventually(lambda: len(place.pods("web")) == 2 and len(place.pods("db")) == 1)


def test_restart(place: Place) -> None:
    """New pods take the place of the old ones, and only of that service."""
    place.up()
    before = {service: place.pods(service)[0]["metadata"]["uid"] for service in ("web", "db")}
    done = place.run("restart", "-p", "demo", "web", "--timeout", "60s")
    assert done.returncode == 0, done.stderr
    (web,), (db,) = place.pods("web"), place.pods("db")
    assert web["metadata"]["uid"] != before["web"]
    assert db["metadata"]["uid"] == before["db"]
    assert "nothing to change" in place.up().stderr


JOB = """\
name: demo
services:
  good: {image: "tool:1", command: [work], restart: "no"}
  bad:
    image: crash:1
    command: [work]
    deploy: {mode: replicated-job, restart_policy: {condition: none, max_attempts: 0}}
"""


def test_wait_for_tasks(place: Place, simulated: None) -> None:
    """The exit code is that of the task that failed, also when the runtime has not begun with it yet."""
    place.write(JOB)
    place.run("up", "-d")
    done = place.run("wait", "-p", "demo", "good", "--timeout", "60s")
    assert (done.returncode, done.stdout) == (0, "good ended with the exit code 0\n"), done.stderr
    done = place.run("wait", "-p", "demo", "bad", "--timeout", "60s")
    assert done.returncode == 1
    assert "bad" in done.stdout + done.stderr


def test_a_task_runs_once(place: Place, simulated: None) -> None:
    """The same up again does not run it again; a change of it does."""
    place.write('name: demo\nservices:\n  setup: {image: "tool:1", command: [work], restart: "no"}\n')
    place.up()
    batch = "/apis/batch/v1"
    (first,) = place.items("jobs", batch)
    place.up()
    (same,) = place.items("jobs", batch)
    assert same["metadata"]["uid"] == first["metadata"]["uid"]
    place.edit("[work]", "[work, harder]")
    place.up()
    (second,) = place.items("jobs", batch)
    assert second["metadata"]["uid"] != first["metadata"]["uid"]


def test_history_and_rollback(place: Place) -> None:
    """Each change is a revision, and an earlier one can be brought back."""
    place.up()
    place.edit("web:1", "web:2")
    place.up()
    told = place.run("history", "-p", "demo")
    assert "web: image web:1 → web:2" in told.stdout, told.stderr
    done = place.run("rollback", "-p", "demo", "--timeout", "60s")
    assert done.returncode == 0, done.stderr
    images = lambda: {pod["spec"]["containers"][0]["image"] for pod in place.pods("web")}  # noqa: E731
    eventually(lambda: images() == {"web:1"})
    assert place.run("diff").returncode == 1


def test_images_that_cannot_be_pulled(place: Place, simulated: None) -> None:
    """`up` ends at once, with the reason and the line."""
    place.edit("image: web:1", "image: missing:1")
    done = place.run("up", "--timeout", "120s")
    assert done.returncode == 6
    assert "error: web: ImagePullBackOff" in done.stderr
    assert "compose.yaml:4" in done.stderr
    assert "at services.web.image" in done.stderr


def test_a_container_that_crashes(place: Place, simulated: None) -> None:
    """The last lines of its log are shown."""
    place.edit("image: web:1", "image: crash:1")
    done = place.run("up", "--timeout", "15s")
    assert done.returncode == 6
    assert "error: web: CrashLoopBackOff" in done.stderr
    assert "web | " in done.stderr
    assert "exit code 1" in done.stderr


def test_a_service_that_is_never_ready(place: Place, simulated: None) -> None:
    """The time is up, and the service is named with its count."""
    place.edit("image: web:1", "image: unready:1")
    done = place.run("up", "--timeout", "8s")
    assert done.returncode == 6
    assert "web is still starting (0 of 1 ready)" in done.stderr


def test_a_service_that_takes_its_time(place: Place, simulated: None) -> None:
    """Who waits for it begins when it is ready, not before."""
    place.edit("image: db:1", "image: slow:1")
    done = place.up()
    lines = done.stderr.splitlines()
    assert lines.index("db: healthy 1/1") < lines.index("web: healthy 1/1")
    assert "web: waiting for db" in lines


def moments(lines: list[str]) -> list[dict[str, Any]]:
    """The objects of a JSON progress."""
    return [json.loads(line) for line in lines]


def test_json_progress(place: Place) -> None:
    """A program can follow what happens."""
    done = place.up("--progress", "json")
    seen = moments(done.stdout.splitlines())
    assert any(item.get("kind") == "Application" and item.get("fate") == "created" for item in seen)
    assert PASSWORD not in done.stdout
