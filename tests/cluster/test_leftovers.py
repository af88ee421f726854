"""What `down` takes away of a project that is not there any more, and volumes of which only the cluster knows."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine, LiveCluster
    from fakecluster import Fault

# What only plain objects have beside their workloads.
SERVICE = "/api/v1/namespaces/default/services/web"
SECRET = "/api/v1/namespaces/default/secrets/demo-key"
DISKS = "/api/v1/persistentvolumes"


@pytest.fixture
def left(live: LiveCluster) -> LiveCluster:
    """A cluster in which an earlier `down` of the project demo was interrupted."""
    ours = {"compose2oam.io/project": "demo", "app.kubernetes.io/managed-by": "compose2oam"}
    live.put(SERVICE, {"metadata": {"labels": ours}})
    live.put(SECRET, {"metadata": {"labels": ours}})
    live.put(f"{SECRET}-of-theirs", {"metadata": {"labels": {"compose2oam.io/project": "demo"}}})
    return live


def down(cli: CommandLine, folder: pathlib.Path, *more: str) -> Any:
    """Take the project down."""
    return cli("down", "-p", "demo", "-n", "default", *more, cwd=folder)


def test_a_down_that_was_interrupted_is_brought_to_its_end(
    left: LiveCluster, cli: CommandLine, tmp_path: pathlib.Path
) -> None:
    """For whatever target the project was: objects that `up` put there go, and others stay."""
    done = down(cli, tmp_path)
    assert done.returncode == 0, done.stderr
    assert {"Service web deleted", "Secret demo-key deleted"} <= set(done.stderr.splitlines())
    assert set(left.objects) == {f"{SECRET}-of-theirs"}


def test_whoever_may_not_see_the_objects_of_other_targets_takes_away_the_rest(
    left: LiveCluster, cli: CommandLine, tmp_path: pathlib.Path, faults: type[Fault]
) -> None:
    """A user of KubeVela alone needs no right to see Services, and has put none there."""
    left.faults.append(faults("GET", "/namespaces/default/services$", 403, 9))
    done = down(cli, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Secret demo-key deleted" in done.stderr
    assert SERVICE in left.objects
    assert SECRET not in left.objects


@pytest.mark.parametrize(
    ("kind", "status", "word"), [("secrets", 403, "secrets"), ("services", 400, "400 Bad Request")]
)
def test_what_cannot_be_looked_for_otherwise_is_told(
    left: LiveCluster, cli: CommandLine, tmp_path: pathlib.Path, faults: type[Fault], kind: str, status: int, word: str
) -> None:
    """Secrets might stay behind, so it must not look as if all were gone."""
    left.faults.append(faults("GET", f"/namespaces/default/{kind}$", status, 9))
    done = down(cli, tmp_path)
    assert done.returncode == 5, done.stderr
    assert word in done.stderr


@pytest.fixture
def disks(live: LiveCluster) -> LiveCluster:
    """A cluster with volumes that were made by hand for claims of the project, here and in another namespace."""
    live.collections.add("persistentvolumes")
    labels = {"app.oam.dev/name": "demo", "compose2oam.io/project": "demo"}
    for name, namespace in (("here", "default"), ("elsewhere", "other")):
        spec = {"claimRef": {"name": "data", "namespace": namespace}}
        live.put(f"{DISKS}/{name}", {"metadata": {"labels": labels}, "spec": spec})
    live.put(f"{DISKS}/free", {"metadata": {"labels": labels}, "spec": {}})
    claim = {"app.oam.dev/component": "demo-volumes"}
    live.put("/api/v1/namespaces/default/persistentvolumeclaims/data", {"metadata": {"labels": claim}})
    return live


def test_the_volume_behind_a_claim_goes_with_it(disks: LiveCluster, cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """One that was made for it would stay for ever; that of another namespace is of another application."""
    done = down(cli, tmp_path, "-v")
    assert done.returncode == 0, done.stderr
    assert "PersistentVolumeClaim data deleted\nPersistentVolume here deleted" in done.stderr
    assert set(disks.objects) == {f"{DISKS}/elsewhere", f"{DISKS}/free"}


def test_whoever_may_not_see_volumes_of_the_cluster_deletes_the_claims(
    disks: LiveCluster, cli: CommandLine, tmp_path: pathlib.Path, faults: type[Fault]
) -> None:
    """Few may; the claim is what the project has."""
    disks.faults.append(faults("GET", f"{DISKS}$", 403, 9))
    done = down(cli, tmp_path, "-v")
    assert done.returncode == 0, done.stderr
    assert "PersistentVolumeClaim data deleted" in done.stderr
    assert f"{DISKS}/here" in disks.objects


def test_nothing_goes_where_the_volumes_cannot_be_listed(
    disks: LiveCluster, cli: CommandLine, tmp_path: pathlib.Path, faults: type[Fault]
) -> None:
    """A claim that is gone no longer tells whose volume it was."""
    disks.faults.append(faults("GET", f"{DISKS}$", 400, 9))
    done = down(cli, tmp_path, "-v")
    assert done.returncode == 5
    assert len(disks.objects) == 4
