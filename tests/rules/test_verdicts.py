"""The short way to what became of a leaf gives what the long way gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compose2oam.rules.leaves import Leaf
from compose2oam.rules.patterns import Patterns
from compose2oam.rules.verdicts import Part
from compose2oam.source.position import Position

if TYPE_CHECKING:
    from conftest import Convert

PROJECT = """
    services:
      web:
        image: a
        command: [x, y]
        environment: {A: "1", B: }
        ports: ["8080:80", {target: 90, protocol: udp}]
        volumes: [data:/data, ./a:/b, {type: tmpfs, target: /c}]
        depends_on: [db]
        healthcheck: {test: curl localhost, interval: 3s}
        deploy: {mode: replicated, replicas: 2, resources: {limits: {cpus: "1"}}}
        labels: {kompose.service.type: nodeport}
        mac_address: 02:42:ac:11:00:02
      db: {image: b, network_mode: host, cap_add: [ALL], x-mine: []}
    volumes: {data: , more: {driver: x}}
    networks: {front: {internal: true}}
    """


def test_what_usually_becomes_of_a_leaf_is_what_becomes_of_it(
    convert: Convert, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the short way, without it, and in a project in which each service has its like, the entries are the same."""
    short = convert(PROJECT).entries
    monkeypatch.setattr(Part, "_usually", lambda part, leaf: None)
    assert convert(PROJECT).entries == short


def test_keys_that_no_pattern_names_lead_to_one_place() -> None:
    """Otherwise the names of all variables of all projects would stay in memory with the rules."""
    patterns = Patterns([("C2O-901", ("environment", "*")), ("C2O-902", ("labels", "kompose.*"))])
    environment = patterns.start.below["environment"]
    assert environment.below["A"] is environment.below["B"]
    labels = patterns.start.below["labels"]
    assert labels.below["kompose.a"] is labels.below["kompose.b"]
    assert labels.below["kompose.a"] is not labels.below["a"]


def test_a_leaf_without_a_value_says_nothing() -> None:
    """Nothing, or an empty list or mapping; zero and an empty text are values."""
    here, start = Position("compose.yaml", 1, 1), Patterns().start
    assert all(Leaf((), here, start, value).says_nothing for value in (None, [], {}))
    assert not any(Leaf((), here, start, value).says_nothing for value in ("", 0, False, [0]))
