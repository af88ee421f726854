"""The table of keys is complete, and says of each key only what the loader can do."""

from __future__ import annotations

import pathlib
import textwrap
from typing import Any

from compose2oam.loader.defaults import DEFAULTS
from compose2oam.loader.invariants import CHECKS
from compose2oam.loader.keys import ANYTHING, ASPECTS, Aspect, Place, find, patterns, root, walk
from compose2oam.loader.longform import LONG
from compose2oam.loader.merge import STRATEGIES
from compose2oam.loader.paths import RESOLVERS
from compose2oam.loader.types import TYPES
from compose2oam.loader.unique import IDENTITIES
from compose2oam.model.path import Path, render
from compose2oam.source.reader import parse
from compose2oam.source.tree import Map, Seq


def test_every_word_of_the_table_is_known_and_used() -> None:
    """Each column of the table names functions that exist, and no function is there for nothing."""
    known = {
        "merge": STRATEGIES,
        "unique": IDENTITIES,
        "long": LONG,
        "default": DEFAULTS,
        "path": RESOLVERS,
        "type": TYPES,
        "check": CHECKS,
    }
    assert set(known) == set(ASPECTS)
    for aspect, functions in known.items():
        used = {getattr(place, aspect) for _, place in patterns()} - {""}
        assert used == set(functions), aspect


def test_every_kind_is_one_of_yaml() -> None:
    """A place that misspells its kinds would refuse everything."""
    for pattern, place in patterns():
        assert place.kinds, pattern
        assert place.kinds <= ANYTHING, pattern
        assert not place.required or set(place.required) <= set(place.keys), pattern


def test_every_key_of_the_specification_has_a_place(shared: pathlib.Path) -> None:
    """The inventory of the Compose schema and the table agree."""
    lines = (shared / "mapping" / "compose-keys.tsv").read_text(encoding="utf-8").splitlines()[1:]
    wanted = {line.split("\t")[0] for line in lines}
    assert wanted - {pattern for pattern, _ in patterns()} == set()
    assert len(wanted) == 361


def test_places_are_found_by_path() -> None:
    """A path leads through keys, names and items; one that leads nowhere has no place."""
    port = find(("services", "web", "ports", 3, "target"))
    assert port is not None
    assert port.type == "uint"
    assert find(("services", "web", "nothing")) is None
    assert find(()) is root()


def test_walks_know_where_to_go() -> None:
    """What is below a place is summed up, so that a walk can pass over the rest."""
    services = root().keys["services"]
    assert set(ASPECTS) == services.below
    assert "path" not in root().keys["models"].below


def test_no_mapping_has_both_names_of_its_own_and_extensions() -> None:
    """A walk need not tell an ``x-`` key from a name."""
    assert [pattern for pattern, place in patterns() if place.extensible and place.each is not None] == []


def test_a_walk_acts_on_each_value_whose_place_has_its_aspect() -> None:
    """In the order of the text, within lists and named entries, and long forms also within long forms."""
    text = """
        x-own: {build: x}
        services:
          web:
            scale: "2"
            build: {context: ., secrets: [a, {source: b}], labels: [a=1]}
            image: x
            volumes: [{type: bind, bind: {}}]
            nothing: {build: x}
        volumes: {data: {external: {name: a}}}
        """
    wanted: dict[Aspect, list[str]] = {
        "long": [
            "services.web.build",
            "services.web.build.secrets[0]",
            "services.web.build.secrets[1]",
            "services.web.volumes[0]",
            "volumes.data",
        ],
        "default": ["services.web.build", "services.web.volumes[0].bind"],
        "type": ["services.web.scale", "services.web.build.labels", "volumes.data.external"],
    }
    for aspect, places in wanted.items():
        tree = parse(textwrap.dedent(text), "compose.yaml")[0]
        seen: list[str] = []

        def act(_value: Any, step: Any, _known: Place, path: Path, seen: list[str] = seen) -> None:
            seen.append(render((*path, step)))

        walk(tree, aspect, act)
        assert seen == places


def test_a_walk_goes_on_within_what_takes_the_place_of_a_value() -> None:
    """A short form can become one that holds short forms."""
    tree = Map({"services": Map({"web": Map({"build": "."})})})
    seen: list[Path] = []

    def act(value: Any, step: Any, _known: Place, path: Path) -> None:
        seen.append((*path, step))
        if value[step] == ".":
            value[step] = Map({"secrets": Seq(["a"])})

    walk(tree, "long", act)
    build: Path = ("services", "web", "build")
    assert seen == [build, (*build, "secrets", 0)]
