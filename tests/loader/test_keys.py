"""The table of keys is complete, and says of each key only what the loader can do."""

from __future__ import annotations

import pathlib

from compose2oam.loader.defaults import DEFAULTS
from compose2oam.loader.invariants import CHECKS
from compose2oam.loader.keys import ANYTHING, ASPECTS, find, patterns, root
from compose2oam.loader.longform import LONG
from compose2oam.loader.merge import STRATEGIES
from compose2oam.loader.paths import RESOLVERS
from compose2oam.loader.types import TYPES
from compose2oam.loader.unique import IDENTITIES


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


def test_a_walk_goes_to_each_entry_that_has_its_aspect() -> None:
    """The known keys, the named entries and the extensions, and no others, in the order of the file."""
    for pattern, place in patterns(root()):
        value = dict.fromkeys(["x-own", *reversed(place.keys), "of-a-user"])
        for aspect in ASPECTS:
            known = [(key, place.entry(key)) for key in value]
            wanted = [(key, None, found) for key, found in known if found is not None and aspect in found.below]
            assert place.entries(value, aspect) == wanted, pattern
