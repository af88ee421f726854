"""What ``config`` lists a line each."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable
from typing import NamedTuple

from compose2oam.emitter import listings
from compose2oam.model.compose import Project
from compose2oam.source.tree import Map


class Named(NamedTuple):
    """A variable as the loader hands it over."""

    name: str
    default: str = ""
    alternative: str = ""
    required: bool = False


def project(**services: Iterable[str]) -> Project:
    """Return a project of services with what each depends on."""
    tree = {name: Map({"depends_on": dict.fromkeys(others)}) for name, others in services.items()}
    return Project("demo", pathlib.Path("/p"), (), Map({"services": Map(tree)}))


def test_services_stand_after_what_they_depend_on() -> None:
    assert listings.services(project(a=["c"], b=["a"], c=["d"], d=[], e=[])) == ["d", "c", "a", "b", "e"]


def test_a_circle_and_a_service_that_is_not_there_do_no_harm() -> None:
    assert sorted(listings.services(project(a=["b"], b=["a"], c=["gone"], d=["d"]))) == ["a", "b", "c", "d"]


def test_a_long_chain_is_no_recursion() -> None:
    chain = project(**{f"s{number}": [f"s{number + 1}"] for number in range(5000)}, s5000=[])
    assert listings.services(chain)[0] == "s5000"


def test_images_have_a_name_where_they_are_built_and_hooks_have_their_own() -> None:
    tree = {
        "web": Map({"image": "a", "pre_start": [{"image": "hook"}, {"image": "a"}, {"command": ["x"]}]}),
        "db": Map({"build": {}}),
    }
    made = Project("demo", pathlib.Path("/p"), (), Map({"services": Map(tree)}))
    assert listings.images(made) == ["demo-db", "a", "hook"]


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    lines = listings.variable_table([Named("B", default="x" * 30), Named("A", required=True)])
    assert lines[0] == "NAME                REQUIRED            DEFAULT VALUE" + " " * 20 + "ALTERNATE VALUE"
    assert lines[1:] == ["A                   true", "B                   false               " + "x" * 30]
