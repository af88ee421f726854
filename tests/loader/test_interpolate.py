"""Variables are replaced in a whole document, which then has the types that Docker Compose gives it."""

from __future__ import annotations

from typing import Any

import pytest

from compose2oam.diagnostics import Severity
from compose2oam.loader.casts import HERE, boolean, casts, integer, number, patterns, single
from compose2oam.loader.interpolate import interpolate, used
from compose2oam.loader.keys import find
from compose2oam.source.position import Position
from compose2oam.source.reader import parse
from compose2oam.source.tree import Map

LOOKUP = {"A": "aa", "N": "5", "T": "true", "Y": "yes", "E": ""}


def run(text: str) -> tuple[Map, list[str]]:
    (tree,) = parse(text, "f")
    made, found = interpolate(tree, LOOKUP)
    assert made is tree
    return made, [str(finding) for finding in found]


def test_every_value_is_replaced_and_no_key() -> None:
    tree, found = run('name: $A\nx-y: {"$A": [$A, {b: "${A}-$N"}], "c": 1}\n')
    assert tree == {"name": "aa", "x-y": {"$A": ["aa", {"b": "aa-5"}], "c": 1}}
    assert found == []


def test_positions_stay() -> None:
    tree, _ = run("a:\n- $A\nb: $N\n")
    assert tree.marks == {"a": Position("f", 1, 1), "b": Position("f", 3, 1)}
    assert tree["a"].marks == [Position("f", 2, 3)]


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("privileged: $T", {"privileged": True}),
        ('privileged: "FALSE"', {"privileged": False}),
        ("scale: $N", {"scale": 5}),
        ('scale: "02"', {"scale": 2}),
        ("cpus: '${CPUS:-0.333333333333}'", {"cpus": 0.33333334}),
        ("cpu_percent: $N", {"cpu_percent": 5.0}),
        (
            "deploy: {replicas: $N, update_config: {max_failure_ratio: '.5'}}",
            {"deploy": {"replicas": 5, "update_config": {"max_failure_ratio": 0.5}}},
        ),
        ("ulimits: {a: $N, b: {soft: $N, hard: '6'}}", {"ulimits": {"a": 5, "b": {"soft": 5, "hard": 6}}}),
        ("ports: [{target: $N, published: $N}]", {"ports": [{"target": 5, "published": "5"}]}),
        (
            "volumes: [{read_only: $T, volume: {nocopy: $T}}]",
            {"volumes": [{"read_only": True, "volume": {"nocopy": True}}]},
        ),
        ("depends_on: {b: {required: $T, restart: $T}}", {"depends_on": {"b": {"required": True, "restart": True}}}),
        ("healthcheck: {retries: $N, disable: $T}", {"healthcheck": {"retries": 5, "disable": True}}),
        ("pre_start: [{privileged: $T, tty: $T}]", {"pre_start": [{"privileged": True, "tty": "true"}]}),
        ("environment: {privileged: $T}", {"environment": {"privileged": "true"}}),
        ("mem_limit: $N", {"mem_limit": "5"}),
        ("image: $N", {"image": "5"}),
    ],
)
def test_numbers_and_booleans(service: str, expected: dict[str, Any]) -> None:
    tree, found = run(f"services: {{a: {{{service}}}}}")
    assert tree["services"]["a"] == expected
    assert found == []


def test_other_sections_have_booleans_too() -> None:
    tree, _ = run("networks: {a: {external: $T, internal: $T}}\nvolumes: {a: {external: $T, name: $T}}\n")
    assert tree == {
        "networks": {"a": {"external": True, "internal": True}},
        "volumes": {"a": {"external": True, "name": "true"}},
    }


def test_all_findings_come_at_once_with_their_places() -> None:
    _, found = run(
        "services:\n  a:\n    image: ${1}\n    command: [x, $B]\n    labels: [$B, '${C:?say}']\n"
        "    privileged: $Y\n    init: $A\n    cpus: $E\n"
    )
    assert found == [
        "f:3:5: error: invalid interpolation format: ${1} [CF-200] (services.a.image)",
        'f:4:18: warning: The "B" variable is not set. Defaulting to a blank string. [CF-202] (services.a.command[1])',
        "f:5:18: error: required variable C is missing a value: say [CF-201] (services.a.labels[1])",
        'f:6:5: warning: "yes" for boolean is not supported by YAML 1.2 [CF-208] (services.a.privileged)',
        "f:7:5: error: `aa` is not a boolean [CF-203] (services.a.init)",
        "f:8:5: error: `` is not a number [CF-203] (services.a.cpus)",
    ]


def test_every_finding_has_a_hint() -> None:
    (tree,) = parse("services: {a: {image: '${1}', command: $B, init: $A, tty: 'on', user: '${C?}', scale: x}}", "f")
    found = interpolate(tree, LOOKUP)[1]
    assert [finding.severity is Severity.ERROR for finding in found].count(True) == 4
    assert all(finding.hint for finding in found)


@pytest.mark.parametrize(
    ("cast", "word", "value"),
    [
        (integer, "+7", 7),
        (integer, "010", 10),
        (integer, "9223372036854775807", 9223372036854775807),
        (number, "1e3", 1000.0),
        (number, ".5", 0.5),
        (number, "5.", 5.0),
        (single, "0.1", 0.1),
        (boolean, "tRue", True),
        (boolean, "Y", True),
        (boolean, "off", False),
    ],
)
def test_casts(cast: Any, word: str, value: Any) -> None:
    assert cast(word) == value
    assert type(cast(word)) is type(value)


@pytest.mark.parametrize(
    ("cast", "word"),
    [(integer, word) for word in ("", " 1", "1.0", "0x10", "1_000", "9223372036854775808", "\uff11")]
    + [(number, word) for word in ("", "1 ", "0x10", "1__0", "\uff11", "one")]
    + [(boolean, word) for word in ("", "1", "0", "t", " true", "maybe")],
)
def test_casts_refuse(cast: Any, word: str) -> None:
    with pytest.raises(ValueError, match=r"is not an? "):
        cast(word)


def test_every_place_with_a_cast_is_one_that_compose_knows() -> None:
    lists = {"pre_start", "services.*.ports", "services.*.volumes", "jobs.*.ports", "jobs.*.volumes"}
    for pattern, _cast in patterns():
        steps: list[str | int] = []
        for step in pattern.split("."):
            before = ".".join(map(str, steps))
            in_list = step == "*" and any(before.endswith(name) for name in (*lists, "pre_start.0.volumes"))
            steps.append(0 if in_list else step)
        assert find(tuple(steps)) is not None, pattern


def test_the_table_is_a_tree_with_a_cast_at_each_end() -> None:
    tree = casts()
    for pattern, cast in patterns():
        here: Any = tree
        for step in pattern.split("."):
            here = here[step]
        assert here[HERE] is cast


def test_lists_the_variables_of_a_document() -> None:
    (tree,) = parse("a: $X ${Y:-1}\nb: ['${X:?}', '${Y:-2}', '${X:+z}']\nc: {$K: 1}\n", "f")
    assert [tuple(variable) for variable in used(tree).values()] == [("X", "", "z", True), ("Y", "1", "", False)]
