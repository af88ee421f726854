"""What commands about a running project print as JSON is what docs/json.md promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonshapes
import pytest
from fakestreams import StreamingCluster

Run = Callable[..., Any]


@pytest.mark.parametrize(
    "call",
    [
        "ps",
        "ps -q",
        "ps --services -a",
        "status",
        "images",
        "images -q",
        "port db",
        "events",
        "history",
        "wait migrate",
        "scale --no-wait web_app=3",
        "scale --no-wait web_app=2",
        "stop --no-wait",
        "start --no-wait",
        "restart --no-wait web_app",
        "down --no-wait",
    ],
)
def test_a_command_prints_what_the_page_says(call: str, there: StreamingCluster, run: Run) -> None:
    """All of standard output is JSON of the shape; what is said to a person is elsewhere."""
    name, *words = call.split()
    done = run(name, *words, "--format", "json")
    assert done.returncode == 0, done.stderr
    found = jsonshapes.shapes()[name].check(done.stdout)
    assert found or name in {"history", "events", "port"}


@pytest.mark.parametrize("words", [["-q"], ["-a"], []])
def test_the_projects_of_a_cluster(words: list[str], there: StreamingCluster, cli: Run) -> None:
    """As rows, or by name alone."""
    done = cli("ls", *words, "--format", "json")
    assert done.returncode == 0, done.stderr
    (rows,) = jsonshapes.shapes()["ls"].check(done.stdout)
    assert [row if words == ["-q"] else row["project"] for row in rows] == ["demo"]


def test_a_line_of_a_log(there: StreamingCluster, run: Run) -> None:
    """Who wrote it, when, and the text as it is."""
    there.logs["web-app-0"] = "2026-01-31T12:00:00Z hello  \n"
    (line,) = jsonshapes.shapes()["logs"].check(run("logs", "web_app", "--format", "json").stdout)
    pod = {"service": "web_app", "pod": "web-app-0", "container": "web-app"}
    assert line == {"time": "2026-01-31T12:00:00Z", "text": "hello  ", **pod}


def test_what_is_done_with_a_workload(there: StreamingCluster, run: Run) -> None:
    """Changed or not, and why something is left alone."""
    rows = jsonshapes.shapes()["stop"].check(run("stop", "--no-wait", "--format", "json").stdout)
    by_service = {row["service"]: row for row in rows}
    assert (by_service["web_app"]["changed"], by_service["web_app"]["leftAlone"]) == (True, False)
    assert (by_service["agent"]["changed"], by_service["agent"]["leftAlone"]) == (False, True)
    assert "every node" in by_service["agent"]["message"]


def test_ports_of_this_machine(there: StreamingCluster, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program learns which free port it was given."""

    def end(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("compose2oam.cluster.forwarding.Forwarding.serve", end)
    done = run("port-forward", "web_app", ":80", "--format", "json")
    assert done.returncode == 0, done.stderr
    (row,) = jsonshapes.shapes()["port-forward"].check(done.stdout)
    assert (row["service"], row["address"], row["remotePort"]) == ("web_app", "127.0.0.1", 80)
    assert row["port"] > 0
