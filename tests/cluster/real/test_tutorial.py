"""docs/tutorial.md on a real API server: what its blocks say of a cluster is what comes."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from oamruntime import Runtime
from pages import ROOT, blocks, is_like, sessions

if TYPE_CHECKING:
    from realcluster import ControlPlane

NAMESPACE = "shop"
# Ends only when somebody ends it.
ENDLESS = "port-forward"


@pytest.fixture
def shop(
    plane: ControlPlane, kubevela: bool, simulated: None, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[pathlib.Path]:
    """A copy of the sample, in a cluster with KubeVela that has no namespace of its name yet."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    monkeypatch.setenv("KUBECONFIG", plane.kubeconfig)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with Runtime(plane.kubeconfig, NAMESPACE):
        yield tmp_path
        run("compose2oam down -p shop -v", tmp_path)
    if plane.cluster.get(f"/api/v1/namespaces/{NAMESPACE}") is not None:
        plane.cluster.request("DELETE", f"/api/v1/namespaces/{NAMESPACE}")


def run(script: str, folder: pathlib.Path) -> Any:
    """Run lines of a shell in a folder."""
    ours = f'compose2oam() {{ "{sys.executable}" -m compose2oam "$@"; }}'
    shell = ["/bin/sh", "-c", f"{ours}\n{script}"]
    return subprocess.run(
        shell, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False
    )


def test_the_tutorial_is_true(shop: pathlib.Path) -> None:
    """From the first command to the last, in the order of the page."""
    folder = shop
    for block in blocks("docs/tutorial.md"):
        if block.language == "sh" and not block.words:
            done = run(block.text, folder)
            assert done.returncode == 0, f"{block}\n{done.stderr}"
            folder = shop / "my-shop"
        elif "cluster" in block.words:
            for command, shown in sessions(block.text if block.language == "console" else f"$ {block.text}"):
                if ENDLESS in command:
                    continue
                command, _, status = command.partition(" # exit ")
                done = run(command, folder)
                said = f"{block}: {command}\n{done.stdout}{done.stderr}"
                assert done.returncode == int(status or 0), said
                if block.language == "console":
                    assert is_like(shown, done.stdout + done.stderr), said
