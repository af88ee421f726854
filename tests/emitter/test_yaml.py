"""YAML that every reader understands alike."""

from __future__ import annotations

import io
import math
import os
import subprocess
import sys
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from compose2oam.emitter.yaml import dump, dump_with_lines
from compose2oam.errors import InputError, UsageError
from compose2oam.source.reader import parse
from compose2oam.source.tree import plain

# Strings that some reader takes for something else, or that end a scalar early.
TRICKY = [
    "", " ", "~", "null", "Null", "yes", "No", "on", "OFF", "y", "N", "true", "FALSE", "0o17", "017", "0x1F", "0b11",
    "1_000", "22:22", "1:2:3.5", "3306:3306", "1e3", "1E5", "-1", "+1", ".5", "5.", ".", "..", "...", "---", "--- a",
    "...a", "-", "- a", "-a", "--a", ".inf", "-.INF", ".NaN", "=", "<<", "<", "2024-01-01",
    "2001-12-14t21:59:43.10-05:00", "1.2.3", "10.0.0.1", "a: b", "a:", ":a", "a #b", "a#b", "#a", " a", "a ", "a  b",
    "'a", '"a"', 'say "hi"', "it's", "a\\b", "a\tb", "\ta", "&a", "*a", "!a", "%a", "@a", "`a", "|", ">", "{a}",
    "[a]", "a, b", "a]", "? a", "a\x85b", "a\u2028b", "\ufeffa", "a\x00b", "\x1b[0m", "é", "日本", "😀", "\u202eabc",
    "a\nb", "a\n", "a\n\n", "\na", "\n", "\n\n", " a\nb", "\n a\nb", "a\n b", "a \nb", "a\n   \nb", "  \na\n",
    "a\n  ", "\ta\nb", "a\r\nb", "a\n#b", "a\n---\nb\n", "\n\ta\n", "- a\n- b\n", "a: b\nc: d", "a\n\t", "a" * 300,
    "a b " * 200 + "c", "$${A}", "$(A)", "a\ud7ff", "\U0010ffff", "\ufffe", "0o", "0x", "1__0", "1e", "+.e5",
    "190:20:30", "685_230.15", "0.", "1.e5", "12e03", "-2E+05", "0b", "infinity", "nan", "None",
]  # fmt: skip

# Machines that are busy are slow; that is no fault of the emitter.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Greater integers are floats to everything that is written in Go.
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.text(st.sampled_from("ab \n\t#:-'\"\\{[&*!|>%@`0123456789.,_eExo+~=<"))
    | st.sampled_from(TRICKY)
)
KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(TRICKY)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


def read_1_1(text: str) -> list[Any]:
    return list(yaml.load_all(text, yaml.CSafeLoader))


def read_1_1_pure(text: str) -> list[Any]:
    return list(yaml.safe_load_all(text))


def read_1_2(text: str) -> list[Any]:
    from ruamel.yaml import YAML

    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    reader.allow_duplicate_keys = False
    # A version that is set stays with the first document only, so each is read by itself.
    return [reader.load(io.StringIO(part)) for part in text.split("\n---\n")]


def read_as_compose_does(text: str) -> list[Any]:
    return [plain(document) for document in parse(text, "text.yaml")]


READERS = pytest.mark.parametrize("read", [read_1_1, read_1_1_pure, read_1_2, read_as_compose_does])


def same(left: Any, right: Any) -> bool:
    """Equality that tells 1 from True and 1.0, and that sees the order of keys."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right) and (not isinstance(left, float) or math.copysign(1, left) == math.copysign(1, right))


@READERS
@pytest.mark.parametrize("text", TRICKY, ids=ascii)
def test_a_tricky_string_reads_back_as_itself_everywhere_it_can_stand(read: Any, text: str) -> None:
    tree = {
        "value": text,
        "list": [text, [text], {"k": text}],
        text: {"deeper": [[text, text]], text: text},
        "after": 1,
    }
    assert same(read(dump([tree])), [tree])


@READERS
@CALM
@given(tree=TREES)
@example(tree=[[], {}, [[]], [{}], {"a": {}, "b": []}])
@example(tree={"k" * 1500: ["a", {"b": 1}], "\n" * 600: {"x": "a\nb"}, "z" * 1023: "y"})
@example(tree=[{"é" * 1200: 1, "b": [[{"a": "x\n"}]]}])
def test_any_tree_reads_back_as_itself(read: Any, tree: Any) -> None:
    assert same(read(dump([tree])), [tree])


@CALM
@given(tree=TREES, indent=st.sampled_from([0, 2]))
def test_any_tree_reads_back_with_lists_indented_or_not(tree: Any, indent: int) -> None:
    assert same(read_1_1(dump([tree, tree], sequence_indent=indent)), [tree, tree])


@CALM
@given(documents=st.lists(TREES, max_size=3))
def test_lines_are_where_they_are_said_to_be(documents: list[Any]) -> None:
    text, lines = dump_with_lines(documents)
    assert text == dump(documents)
    if not documents:
        assert lines == {}
        return
    seen = {}
    for index, node in enumerate(yaml.compose_all(text, yaml.CSafeLoader)):
        todo = [((index,), node)]
        while todo:
            path, node = todo.pop()
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    seen[(*path, key.value)] = key.start_mark.line + 1
                    todo.append(((*path, key.value), value))
            elif isinstance(node, yaml.SequenceNode):
                for place, item in enumerate(node.value):
                    seen[(*path, place)] = item.start_mark.line + 1
                    todo.append(((*path, place), item))
    assert {path: line for path, line in lines.items() if len(path) > 1} == seen


def test_the_layout_is_that_of_kubernetes_manifests() -> None:
    tree = {
        "kind": "Application",
        "spec": {
            "components": [
                {"name": "web", "properties": {"cmd": ["sh", "-c", "echo 'hi'\nexec web"], "env": [], "labels": {}}},
                {"name": "yes", "port": 80, "share": 0.5, "on": None, "image": "docker.io/library/web:1.2"},
            ],
        },
    }  # fmt: skip
    assert dump([tree, {"kind": "Secret"}]) == (
        "kind: Application\n"
        "spec:\n"
        "  components:\n"
        "  - name: web\n"
        "    properties:\n"
        "      cmd:\n"
        "      - sh\n"
        "      - -c\n"
        "      - |-\n"
        "        echo 'hi'\n"
        "        exec web\n"
        "      env: []\n"
        "      labels: {}\n"
        '  - name: "yes"\n'
        "    port: 80\n"
        "    share: 0.5\n"
        '    "on": null\n'
        "    image: docker.io/library/web:1.2\n"
        "---\n"
        "kind: Secret\n"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("nginx:1.27", "nginx:1.27"),
        ("10.0.0.1", "10.0.0.1"),
        ("postgres://u:p@db:5432/x?sslmode=off", "postgres://u:p@db:5432/x?sslmode=off"),
        ("$(HOST)", "$(HOST)"),
        ("--flag=a b", "--flag=a b"),
        ("8080", '"8080"'),
        ("3306:3306", '"3306:3306"'),
        ("no", '"no"'),
        ('{"a": 1}', "'{\"a\": 1}'"),
        ("C:\\dir", "C:\\dir"),
        ("it's: so", '"it\'s: so"'),
        ("a\tb", '"a\\tb"'),
        ("zero\u200bwidth", '"zero\\u200bwidth"'),
    ],
)
def test_quotes_stand_where_they_are_needed_and_nowhere_else(text: str, written: str) -> None:
    assert dump([text]) == written + "\n"


def test_long_lines_are_never_folded() -> None:
    assert dump([{"a": "word " * 500 + "end"}]).count("\n") == 1


def test_numbers_stand_as_json_writes_them_and_read_back_as_numbers() -> None:
    assert dump([[1e20, -1.5e-7, 5e-324, 0.1, 10**30, -0.0, float("inf"), float("-inf"), float("nan")]]) == (
        "- 1.0e+20\n- -1.5e-07\n- 5.0e-324\n- 0.1\n- 1" + "0" * 30 + "\n- -0.0\n- .inf\n- -.inf\n- .nan\n"
    )


def test_nothing_to_write_is_no_text() -> None:
    assert dump([]) == ""


@pytest.mark.parametrize(
    ("tree", "error", "message"),
    [
        ({"a": "x\ud800"}, InputError, "not valid Unicode"),
        ({"a": "x\n\udcff"}, InputError, "not valid Unicode"),
        ({"a": b"x"}, UsageError, "type bytes"),
        ({1: 2}, UsageError, "a key must be a string"),
    ],
)
def test_what_yaml_cannot_hold_is_refused(tree: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        dump([tree])


def test_data_that_contains_itself_is_refused() -> None:
    tree: list[Any] = []
    tree.append(tree)
    with pytest.raises(InputError, match="contains itself"):
        dump([tree])


def test_the_bytes_do_not_depend_on_the_hash_seed() -> None:
    program = (
        "from compose2oam.emitter.yaml import dump\n"
        "from compose2oam.emitter.json import dump as to_json\n"
        "tree = {name: {'b': [1, 'yes'], 'a': 'x\\ny'} for name in ('web', 'db', 'cache', 'queue')}\n"
        "print(dump([tree]), to_json([tree]))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1
