"""What breaks off in between: the line, the API server, the user's patience."""

from __future__ import annotations

import pathlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from oamruntime import Runtime
from place import Place, eventually
from proxy import line_to
from realcluster import ControlPlane, install_definitions, install_resources

if TYPE_CHECKING:
    from conftest import CommandLine

OAM = "/apis/core.oam.dev/v1beta1"


def seen(process: subprocess.Popen[str], text: str) -> list[str]:
    """Read what a command says until a line has a text."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError(f"{text!r} is not in {lines}")


def test_ctrl_c_while_waiting(place: Place, simulated: None) -> None:
    """The cluster stays as it is, and a person is told how to go on."""
    place.edit("image: web:1", "image: unready:1")
    process = place.start("up")
    seen(process, "web: starting")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert f"demo goes on coming up; look with compose2oam ps -p demo -n {place.name}" in said
    assert "Traceback" not in said
    assert place.version()
    place.edit("image: unready:1", "image: web:1")
    place.up()


def test_ctrl_c_while_following_logs(place: Place, simulated: None) -> None:
    """It ends without a word of complaint."""
    place.up()
    process = place.start("logs", "-p", "demo", "-f")
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode in {0, 130}
    assert "Traceback" not in said


def test_ctrl_c_while_taking_down(place: Place, runtime: Runtime | None) -> None:
    """The same command goes on."""
    if runtime is None:
        pytest.skip("a real runtime is not stopped for this")
    place.up()
    runtime.asleep.set()
    process = place.start("down")
    eventually(lambda: (place.cluster.get(place.application) or {"metadata": {}})["metadata"].get("deletionTimestamp"))
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "the same command goes on" in said
    runtime.asleep.clear()
    assert place.run("down", "--timeout", "60s").returncode == 0
    assert not place.names("secrets")


def test_a_line_that_is_cut_while_waiting(place: Place, simulated: None, tmp_path: pathlib.Path) -> None:
    """The watches are taken up again, and the end is seen."""
    place.edit("image: web:1", "image: unready:1")
    with line_to(place.kubeconfig, tmp_path) as (line, kubeconfig):
        process = place.start("up", "--timeout", "90s", environment={"KUBECONFIG": kubeconfig})
        seen(process, "web: starting")
        for _ in range(3):
            line.cut()
            time.sleep(0.3)
        # Somebody else repairs it in the meantime.
        place.edit("image: unready:1", "image: web:1")
        place.up("-d")
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
        assert line.connections > 3


def test_a_line_that_is_dead_for_a_while(place: Place, simulated: None, tmp_path: pathlib.Path) -> None:
    """A server that is away for some seconds is waited for."""
    place.edit("image: web:1", "image: unready:1")
    with line_to(place.kubeconfig, tmp_path) as (line, kubeconfig):
        process = place.start("up", "--timeout", "90s", environment={"KUBECONFIG": kubeconfig})
        seen(process, "web: starting")
        line.cut(dead=True)
        place.edit("image: unready:1", "image: web:1")
        place.up("-d")
        time.sleep(4)
        line.mend()
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said


def test_logs_over_a_line_that_is_cut(place: Place, simulated: None, tmp_path: pathlib.Path) -> None:
    """They go on, and no line comes twice or is lost."""
    place.up()
    with line_to(place.kubeconfig, tmp_path) as (line, kubeconfig):
        process = place.start("logs", "-p", "demo", "-f", "web", environment={"KUBECONFIG": kubeconfig})
        assert process.stdout is not None
        numbers: list[int] = []
        while len(numbers) < 6:
            text = process.stdout.readline()
            if " line " in text:
                numbers.append(int(text.rpartition(" line ")[2]))
                if len(numbers) == 3:
                    line.cut()
        process.terminate()
        process.communicate()
    assert numbers == list(range(numbers[0], numbers[0] + 6))


def test_a_server_that_cannot_be_reached(place: Place, tmp_path: pathlib.Path) -> None:
    """The error names the address and ends soon."""
    with line_to(place.kubeconfig, tmp_path) as (line, kubeconfig):
        line.close()
        place.kubeconfig = kubeconfig
        begun = time.monotonic()
        done = place.run("up")
    assert done.returncode == 5
    assert f"https://127.0.0.1:{line.port}" in done.stderr
    assert time.monotonic() - begun < 20


def test_a_certificate_of_another(place: Place, tmp_path: pathlib.Path) -> None:
    """Who answers with a certificate that the kubeconfig does not trust is told nothing."""
    import yaml

    config = yaml.safe_load(pathlib.Path(place.kubeconfig).read_text())
    for one in config["clusters"]:
        one["cluster"].pop("certificate-authority-data", None)
    file = tmp_path / "kubeconfig-of-nobody"
    file.write_text(yaml.safe_dump(config))
    place.kubeconfig = str(file)
    done = place.run("up", "-d")
    assert done.returncode == 5
    assert "its certificate is not trusted" in done.stderr


@pytest.fixture
def own(own_plane: ControlPlane, cli: CommandLine, tmp_path: pathlib.Path) -> Iterator[Place]:
    """The project demo for a cluster that the test has for itself."""
    from demo import write_demo

    folder = tmp_path / "project"
    folder.mkdir()
    write_demo(folder)
    found = Place(own_plane, cli, folder)
    yield found
    found.end()


def test_the_api_server_restarts_while_waiting(own: Place, root: pathlib.Path) -> None:
    """`up` bears it, and sees the end; so does a `logs -f` beside it."""
    folder = root.parent / "shared" / "kubevela"
    if not folder.is_dir():
        pytest.skip("needs KubeVela's resources: those of ../shared/kubevela")
    install_definitions(own.cluster, folder)
    own.edit("image: web:1", "image: unready:1")
    with Runtime(own.plane.kubeconfig, own.name):
        process = own.start("up", "--timeout", "120s")
        seen(process, "web: starting")
        logs = own.start("logs", "-p", "demo", "-f", "--no-log-prefix", "db")
        assert logs.stdout is not None
        logs.stdout.readline()
        own.plane.restart()
        eventually(lambda: answers(lambda: own.cluster.get("/readyz")), 60)
        own.edit("image: unready:1", "image: web:1")
        own.up("-d")
        _, said = process.communicate(timeout=100)
        assert process.returncode == 0, said
        last = max(
            int(line.rpartition(" line ")[2]) for line in own.run("logs", "-p", "demo", "db").stdout.splitlines()[-1:]
        )
        while f"line {last + 1}" not in logs.stdout.readline():
            assert logs.poll() is None
        logs.terminate()
        logs.communicate()


def answers(ask: Callable[[], Any]) -> bool:
    """Whether a server answers at all; what it answers need be no object."""
    from compose2oam.errors import ClusterError

    try:
        ask()
    except ClusterError as error:
        return "is no Kubernetes API" in error.message
    return True


def test_a_cluster_without_a_runtime(own: Place, root: pathlib.Path) -> None:
    """How to install one is told; the older runtime is seen too; plain objects go without any."""
    done = own.run("up", "-d")
    assert done.returncode == 5
    assert "install KubeVela" in done.stderr
    assert "--target kubernetes" in done.stderr
    assert own.cluster.get(f"/api/v1/namespaces/{own.name}") is None
    done = own.run("up", "--target", "kubernetes", "--timeout", "60s")
    assert done.returncode == 0, done.stderr
    assert own.names("deployments", "/apis/apps/v1")
    done = own.run("down", "-p", "demo", "-v", "--timeout", "60s")
    assert done.returncode == 0, done.stderr
    old = root.parent / "shared" / "oam-v1alpha2" / "crds"
    if old.is_dir():
        install_resources(own.cluster, old)
        done = own.run("up", "-d")
        assert "v1alpha2" in done.stderr or own.names("applicationconfigurations", "/apis/core.oam.dev/v1alpha2")
