"""What a cluster's volumes cannot do as Docker's can, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Convert

ONE = "services: {{web: {{image: a, volumes: ['data:/d'], deploy: {deploy}}}}}\nvolumes: {{data: {volume}}}\n"
SHARED = {
    "one copy": ("{}", "{}", "translated"),
    "several replicas": ("{replicas: 2}", "{}", "approximated"),
    "one on each node": ("{mode: global}", "{}", "approximated"),
    "several, of a volume for many": ("{replicas: 2}", "{x-oam: {accessModes: [ReadWriteMany]}}", "translated"),
    "several, of a file server": (
        "{replicas: 2}",
        "{driver_opts: {type: nfs, o: addr=10.0.0.1, device: ':/x'}}",
        "translated",
    ),
    "several, of one that is there already": ("{replicas: 2}", "{external: true}", "translated"),
}


@pytest.mark.parametrize("title", SHARED)
def test_several_pods_of_a_volume_for_one_node(title: str, convert: Convert) -> None:
    """They all run, or only those on one node do; the user is told before it happens."""
    deploy, volume, outcome = SHARED[title]
    made = convert(ONE.format(deploy=deploy, volume=volume))
    (entry,) = (entry for entry in made.entries if entry.path[:3] == ("services", "web", "volumes"))
    assert entry.outcome.value == outcome
    assert ("one node can mount" in entry.say) is (outcome == "approximated")


def test_a_driver_that_binds_a_folder_is_a_path_of_the_node(convert: Convert) -> None:
    """With the same warning as the short form."""
    volume = "{driver_opts: {type: none, o: bind, device: /srv/data}}"
    made = convert(ONE.format(deploy="{}", volume=volume))
    (found,) = (item for item in made.diagnostics if item.code == "C2O-410")
    assert "/srv/data is a path of the machine" in found.message


def test_the_size_of_memory_is_kept(convert: Convert, trait: Callable[..., Any]) -> None:
    """A volume of tmpfs says its size among its options."""
    volume = "{driver_opts: {type: tmpfs, device: tmpfs, o: 'size=10m,uid=5'}}"
    made = convert(ONE.format(deploy="{}", volume=volume))
    (operation,) = trait(made, "web", "json-patch")["operations"]
    assert operation["path"].endswith("/emptyDir/sizeLimit")
    assert operation["value"] == "10Mi"
