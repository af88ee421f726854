"""A real API server, which the whole run shares, and a namespace of it for each test."""

from __future__ import annotations

import contextlib
import os
import pathlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from demo import write_demo
from oamruntime import Runtime
from place import Place
from realcluster import (
    NAMED,
    NEITHER,
    PROGRAM,
    ControlPlane,
    control_plane,
    has_kubevela,
    install_definitions,
    named,
)

if TYPE_CHECKING:
    from conftest import CommandLine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip all of this folder where there is no API server, with one reason a file."""
    if not (os.environ.get(NAMED) or os.environ.get(PROGRAM)):
        for item in items:
            if pathlib.Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=NEITHER))


@pytest.fixture(scope="session")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """The API server: the one that is named, else one of our own."""
    if os.environ.get(NAMED):
        yield named(os.environ[NAMED])
    else:
        with control_plane(os.environ[PROGRAM], tmp_path_factory.mktemp("controlplane")) as found:
            yield found


@pytest.fixture
def own_plane(tmp_path: pathlib.Path) -> Iterator[ControlPlane]:
    """An API server for one test alone, with nothing in it."""
    if not os.environ.get(PROGRAM):
        pytest.skip(NEITHER)
    with control_plane(os.environ[PROGRAM], tmp_path / "controlplane") as found:
        yield found


@pytest.fixture(scope="session")
def kubevela(plane: ControlPlane, root: pathlib.Path) -> bool:
    """Have KubeVela's resources and definitions in the cluster; whether a real one runs there."""
    if has_kubevela(plane.cluster):
        return True
    folder = root.parent / "shared" / "kubevela"
    if not folder.is_dir():
        pytest.skip(f"needs KubeVela's resources: those of ../shared/kubevela, or a cluster that has it, see {NAMED}")
    install_definitions(plane.cluster, folder)
    return False


@contextlib.contextmanager
def a_place(plane: ControlPlane, cli: CommandLine, folder: pathlib.Path) -> Iterator[Place]:
    """A namespace that is not there yet, and goes at the end."""
    write_demo(folder)
    found = Place(plane, cli, folder)
    yield found
    found.end()
    path = f"/api/v1/namespaces/{found.name}"
    if found.cluster.get(path) is not None:
        found.cluster.request("DELETE", path)


@contextlib.contextmanager
def a_runtime(place: Place, kubevela: bool) -> Iterator[Runtime | None]:
    """The runtime that looks after a namespace, ``None`` where it is a real one; no application is left behind."""
    with (None if kubevela else Runtime(place.plane.kubeconfig, place.name)) or contextlib.nullcontext() as played:
        yield played
        # Who leaves an application behind would keep the namespace from going.
        place.kubeconfig = place.plane.kubeconfig
        if played:
            played.asleep.clear()
        place.run("down", "-p", "demo", "-v", "--timeout", "60s")


@pytest.fixture
def bare(plane: ControlPlane, cli: CommandLine, tmp_path: pathlib.Path) -> Iterator[Place]:
    """A namespace that is not there yet, and the project demo; nobody plays a runtime in it."""
    with a_place(plane, cli, tmp_path) as found:
        yield found


@pytest.fixture
def runtime(bare: Place, kubevela: bool) -> Iterator[Runtime | None]:
    """The runtime that looks after the namespace of the test, ``None`` where it is a real one."""
    with a_runtime(bare, kubevela) as found:
        yield found


@pytest.fixture
def place(bare: Place, runtime: Runtime | None) -> Place:
    """A namespace that is not there yet in a cluster with KubeVela, and the project demo."""
    return bare


@pytest.fixture(scope="module")
def demo(
    plane: ControlPlane, kubevela: bool, cli: CommandLine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """The project demo, which runs; the tests of a module share it, so they only look."""
    with a_place(plane, cli, tmp_path_factory.mktemp("demo")) as found, a_runtime(found, kubevela):
        found.up()
        yield found


@pytest.fixture(scope="session")
def simulated(plane: ControlPlane) -> None:
    """Skip a test where images do not say how a container behaves."""
    if not plane.simulated:
        pytest.skip(f"needs the simulated nodes of our own control plane: see {PROGRAM}")
