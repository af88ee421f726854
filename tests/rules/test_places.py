"""From what the ledger calls a place of the output to that place, and from there back to a line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.rules.places import Places

if TYPE_CHECKING:
    from conftest import Convert


class Counted(list[Any]):
    """A list that knows how often it was gone through."""

    times = 0

    def __iter__(self) -> Iterator[Any]:
        self.times += 1
        return super().__iter__()


def application(*components: Any) -> dict[str, Any]:
    policies = [{"name": "spread", "type": "topology"}]
    return {
        "kind": "Application",
        "metadata": {"name": "demo"},
        "spec": {"components": Counted(components), "policies": policies},
    }


WEB = {"name": "web", "type": "webservice", "properties": {}, "traits": [{"type": "scaler"}, {"type": "gateway"}]}
KEPT = {"kind": "ConfigMap", "metadata": {"name": "site"}}
OBJECTS = {"name": "kept", "type": "k8s-objects", "properties": {"objects": [{"kind": "Secret"}, KEPT]}}

FOUND = {
    ("metadata", "labels"): (0, "metadata", "labels"),
    ("workflow", "steps"): (0, "spec", "workflow", "steps"),
    ("policies", "spread"): (0, "spec", "policies", 0),
    ("policies", "none"): None,
    ("components", "web"): (0, "spec", "components", 1),
    ("components", "web", "properties", "image"): (0, "spec", "components", 1, "properties", "image"),
    ("components", "web", "traits", "gateway", "http"): (
        *(0, "spec", "components", 1, "traits", 1),
        *("properties", "http"),
    ),
    ("components", "web", "traits", "none"): None,
    ("components", "none", "properties"): None,
    ("objects", "ConfigMap", "site"): (0, "spec", "components", 0, "properties", "objects", 1),
    ("objects", "ConfigMap", "none"): None,
    ("objects", "Application", "demo", "spec"): (0, "spec"),
}


@pytest.mark.parametrize("target", FOUND, ids=".".join)
def test_a_target_is_found_by_its_names(target: tuple[str, ...]) -> None:
    """Components, traits, policies and objects have names in a target where the manifest has indexes."""
    assert Places([application(OBJECTS, WEB)]).find(target) == FOUND[target]


def test_of_two_with_one_name_the_first_is_meant() -> None:
    """What carries a name twice is a fault that the check tells; until then the first stands for it."""
    assert Places([application(WEB, WEB)]).find(("components", "web")) == (0, "spec", "components", 0)


@pytest.mark.parametrize("properties", [None, "text", {"objects": 5}, {"objects": ["text", {"metadata": []}]}], ids=str)
def test_what_a_user_adds_may_be_anything(properties: Any) -> None:
    """A component of ``x-oam`` is looked through before anybody checked it."""
    added = {"name": "added", "type": "mine", "properties": properties}
    assert Places([application(added, WEB)]).find(("components", "web")) == (0, "spec", "components", 1)


def test_components_are_gone_through_once_for_all_targets() -> None:
    """A page asks for the place of each line: to look for each anew took most of the time of a large one."""
    made = application(*({"name": f"c{number}", "type": "worker"} for number in range(50)))
    places = Places([made])
    for number in range(50):
        assert places.find(("components", f"c{number}")) == (0, "spec", "components", number)
    assert made["spec"]["components"].times == 1


def test_a_line_is_found_as_fast_in_a_large_project(convert: Convert) -> None:
    """A finding asks where its place comes from, and a large project can have thousands of findings."""

    def steps(count: int) -> int:
        services = "\n".join(f"  s{number}: {{image: a, environment: {{A: b}}}}" for number in range(count))
        origins = convert(f"services:\n{services}\n").origins
        assert origins is not None
        path = ("spec", "components", 1, "properties", "env", 0, "value")
        assert origins(path) == origins(path[:6])
        made = 0

        def counted(*_: Any) -> None:
            nonlocal made
            made += 1

        before = sys.getprofile()
        sys.setprofile(counted)
        try:
            origins(path)
        finally:
            sys.setprofile(before)
        return made

    assert steps(40) == steps(4)
