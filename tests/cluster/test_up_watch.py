"""``up --watch``: what is applied again, what is told, and how it ends, in a process of its own."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine, LiveCluster

APPLICATION = "/apis/core.oam.dev/v1beta1/namespaces/demo/applications/demo"


class Watching:
    """A running ``up --watch``, and what it has printed."""

    def __init__(self, folder: pathlib.Path, *arguments: str) -> None:
        call = [sys.executable, "-m", "compose2oam", "up", "--watch", *arguments]
        self.process = subprocess.Popen(
            call, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        self.text = ""
        self._mark = 0
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        for line in self.process.stderr or ():
            self.text += line

    def until(self, text: str, seconds: float = 30) -> str:
        """Wait until it has printed something since the last time; return what came up to there."""
        until = time.monotonic() + seconds
        while text not in self.text[self._mark :]:
            assert time.monotonic() < until, f"no {text!r} in:\n{self.text[self._mark :]}"
            assert self.process.poll() is None, f"ended with {self.process.returncode}:\n{self.text}"
            time.sleep(0.02)
        end = self.text.index(text, self._mark) + len(text)
        found, self._mark = self.text[self._mark : end], end
        return found

    def interrupt(self) -> int:
        """Press Ctrl-C; return the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(20)
        self._thread.join(5)
        return code

    def close(self) -> None:
        """Leave nothing behind."""
        self.process.kill()
        self.process.wait()
        self._thread.join(5)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def watch(live: LiveCluster, project: pathlib.Path) -> Iterator[Callable[..., Watching]]:
    """Run ``up --watch`` in the project's folder, until it watches."""
    if os.name == "nt":
        pytest.skip("needs a signal for Ctrl-C")
    begun: list[Watching] = []

    def start(*arguments: str) -> Watching:
        begun.append(Watching(project.parent, *arguments))
        begun[0].until("Ctrl-C ends it, and leaves all as it runs\n")
        return begun[0]

    yield start
    for one in begun:
        one.close()


def image(live: LiveCluster) -> Any:
    """The image of web as the cluster has it."""
    (found,) = [
        part["properties"]["image"] for part in live.objects[APPLICATION]["spec"]["components"] if part["name"] == "web"
    ]
    return found


def test_an_edit_is_applied(watch: Callable[..., Watching], live: LiveCluster, project: pathlib.Path) -> None:
    """The project comes up, and what changes is applied again; the next edit too."""
    watching = watch()
    assert "demo is well" in watching.text
    for number in (2, 3):
        project.write_text(project.read_text().replace(f"web:{number - 1}", f"web:{number}"))
        watching.until("compose.yaml changed\n")
        assert "Application demo changed" in watching.until("watching ")
        assert image(live) == f"web:{number}"


def test_a_secret_in_a_file_is_applied(
    watch: Callable[..., Watching], live: LiveCluster, project: pathlib.Path
) -> None:
    """What is mounted counts as the Compose file does, and its content is not shown."""
    watching = watch()
    (project.parent / "password.txt").write_text("hunter3-very-secret")
    assert "Secret demo-password changed" in watching.until("watching ")
    assert "hunter" not in watching.text


def test_a_burst_of_edits_is_one_apply(
    watch: Callable[..., Watching], live: LiveCluster, project: pathlib.Path
) -> None:
    """Ten saves in a row send the application once."""
    watching = watch()
    before = len([item for item in live.sent if item["kind"] == "Application"])
    text = project.read_text()
    for number in range(10):
        project.write_text(text.replace("web:1", f"web:1.{number}"))
        time.sleep(0.05)
    watching.until("watching ")
    time.sleep(1)
    assert len([item for item in live.sent if item["kind"] == "Application"]) == before + 1
    assert image(live) == "web:1.9"


@pytest.mark.parametrize(
    ("wrong", "say"),
    [
        ("services: [", "compose.yaml:"),
        ("name: demo\nservices:\n  web: {imag: a}\n", "compose.yaml:3:9: error:"),
        ("name: demo\nx-oam: {nothing: 1}\nservices:\n  web: {image: a}\n", "compose.yaml:2:9: error:"),
    ],
)
def test_an_invalid_edit_is_told(
    watch: Callable[..., Watching], live: LiveCluster, project: pathlib.Path, wrong: str, say: str
) -> None:
    """With its line; the cluster is left as it is, and a later good edit goes on."""
    watching = watch()
    version, text = live.version, project.read_text()
    project.write_text(wrong)
    told = watching.until("nothing was sent; the cluster is left as it is\n")
    assert say in told
    assert live.version == version
    watching.until("watching ")
    project.write_text(text.replace("web:1", "web:2"))
    watching.until("Application demo changed")
    watching.until("watching ")
    assert image(live) == "web:2"


def test_new_files_of_the_set_are_watched(
    watch: Callable[..., Watching], live: LiveCluster, project: pathlib.Path
) -> None:
    """An override that comes, and a file that it names; what goes away is a change too."""
    watching = watch()
    override = project.with_name("compose.override.yaml")
    (project.parent / "web.env").write_text("A=1\n")
    override.write_text("services: {web: {image: 'web:7', env_file: web.env}}\n")
    watching.until("watching ")
    assert image(live) == "web:7"
    (project.parent / "web.env").write_text("A=2\n")
    watching.until("web.env changed")
    watching.until("watching ")
    override.unlink()
    watching.until("compose.override.yaml changed")
    watching.until("watching ")
    assert image(live) == "web:1"


def test_rules_of_ones_own_are_watched(
    watch: Callable[..., Watching], live: LiveCluster, project: pathlib.Path
) -> None:
    """A rule in a folder of --mappings is a part of what the result depends on."""
    rules = project.parent / "rules"
    (rules / "meanings" / "own").mkdir(parents=True)
    watching = watch("--mappings", "rules")
    (rules / "meanings" / "own" / "wrong.yaml").write_text("code: [\n")
    told = watching.until("nothing was sent; the cluster is left as it is\n")
    assert "wrong.yaml:" in told


def test_states_go_on_being_told(watch: Callable[..., Watching], live: LiveCluster) -> None:
    """A service that fails later has its line, and is not told again while it stays so."""
    watching = watch()
    entries = [
        {"name": "web", "healthy": False, "message": "Ready:0/1"},
        {"name": "db", "healthy": True, "message": "Ready:1/1"},
    ]
    live.pod("web-0", "web", phase="Pending", conditions=[], containerStatuses=[])
    live.say("demo", status="unhealthy", services=entries)
    watching.until("web: ")
    time.sleep(1.5)
    assert watching.text.count("db: healthy") == 1


def test_what_does_not_come_up_is_told_and_watched(
    watch: Callable[..., Watching], live: LiveCluster, project: pathlib.Path
) -> None:
    """A failure ends no watch: the edit that mends it is to come."""

    def fails(cluster: LiveCluster, application: dict[str, Any]) -> None:
        waiting = {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}
        container = {"name": "web", "ready": False, "restartCount": 0, "state": waiting}
        cluster.pod("web-0", "web", phase="Pending", conditions=[], containerStatuses=[container])
        cluster.say("demo", status="unhealthy", services=[{"name": "web", "healthy": False, "message": "Ready:0/1"}])

    well, live.plays = live.plays, fails
    watching = watch()
    assert "compose.yaml:4:5: error: web: ImagePullBackOff" in watching.text
    live.plays = well
    project.write_text(project.read_text().replace("web:1", "web:2"))
    watching.until("demo is well")


def test_an_edit_before_it_is_well(live: LiveCluster, project: pathlib.Path) -> None:
    """Nobody waits for what is out of date by now."""
    well, live.plays = live.plays, None
    watching = Watching(project.parent)
    try:
        watching.until("Application demo created")
        live.plays = well
        project.write_text(project.read_text().replace("web:1", "web:2"))
        watching.until("compose.yaml changed")
        watching.until("demo is well")
        assert image(live) == "web:2"
    finally:
        watching.close()


def test_a_cluster_that_is_away_for_a_while(
    watch: Callable[..., Watching], live: LiveCluster, project: pathlib.Path, faults: Any
) -> None:
    """A refusal is told, and the next edit tries again."""
    watching = watch()
    live.faults.append(faults("PATCH", "/applications/demo", 403, times=1))
    project.write_text(project.read_text().replace("web:1", "web:2"))
    watching.until("error: ")
    watching.until("watching ")
    project.write_text(project.read_text().replace("web:2", "web:3"))
    watching.until("Application demo changed")
    watching.until("watching ")
    assert image(live) == "web:3"


def test_ctrl_c(watch: Callable[..., Watching], live: LiveCluster) -> None:
    """It ends the watch and nothing else, and says how to end the rest."""
    watching = watch()
    version = live.version
    assert watching.interrupt() == 130
    end = "\nno longer watching: all goes on as it runs; compose2oam down -p demo ends it\n"
    assert watching.text.endswith(end)
    assert live.version == version


@pytest.mark.parametrize(
    ("arguments", "say"),
    [
        (["-d"], "--watch stays, and -d (--no-wait) goes"),
        (["--no-wait"], "--watch stays, and -d (--no-wait) goes"),
        (["--dry-run", "client"], "--watch and --dry-run do not go together"),
    ],
)
def test_what_makes_no_sense(
    live: LiveCluster, cli: CommandLine, project: pathlib.Path, arguments: list[str], say: str
) -> None:
    """It is refused before anything is sent."""
    done = cli("up", "-w", *arguments, cwd=project.parent)
    assert done.returncode == 2
    assert say in done.stderr
    assert not live.sent


@pytest.mark.parametrize(
    ("arguments", "named"), [(["-f", "-"], None), ([], "-"), ([], "compose.yaml:-")], ids=["-f", "named", "one of two"]
)
def test_standard_input_cannot_be_read_again(
    live: LiveCluster, cli: CommandLine, project: pathlib.Path, arguments: list[str], named: str | None
) -> None:
    """Wherever it is named: with -f, or by COMPOSE_FILE."""
    more = {"COMPOSE_FILE": named, "COMPOSE_PATH_SEPARATOR": ":"} if named else {}
    done = cli("up", "-w", *arguments, cwd=project.parent, stdin=project.read_text(), environment=more)
    assert done.returncode == 2
    assert "standard input does not allow" in done.stderr
    assert not live.sent


def test_a_project_that_is_wrong_from_the_beginning(live: LiveCluster, cli: CommandLine, project: pathlib.Path) -> None:
    """There is nothing to watch yet: the command ends as it does without --watch."""
    project.write_text("services: [")
    assert cli("up", "-w", cwd=project.parent).returncode == 3
