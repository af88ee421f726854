"""Rules from the cache are the rules from their files, in every respect."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

import pytest

from compose2oam import api
from compose2oam.errors import RuleError
from compose2oam.rules import rulebook as module
from compose2oam.rules import stored
from compose2oam.rules.layers import layers_of
from compose2oam.rules.rule import Carrier, Meaning
from compose2oam.rules.rulebook import Rulebook, load_rulebook
from compose2oam.source.record import recorded

Write = Callable[[Mapping[str, str]], pathlib.Path]

OURS = """\
code: C2O-901
title: Our own
why: It is a test.
reads: [x-ours]
when: '"x-ours" && length(image) > `1`'
means:
  podLabels.ours: {from: 'to_string("x-ours")'}
"""
SERVICE = 'services:\n  web:\n    image: web:1\n    ports: ["8080:80"]\n    x-ours: yes\n    restart: always\n'


@pytest.fixture(autouse=True)
def place(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A cache folder of the test's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("COMPOSE2OAM_CACHE", str(folder))
    return folder


@pytest.fixture
def read_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often rules were read from their files, as the names of the targets."""
    read: list[str] = []
    usual = module._read

    def counting(target: str, layers: Any) -> Any:
        read.append(target)
        return usual(target, layers)

    monkeypatch.setattr(module, "_read", counting)
    return read


def marks_of(node: Any) -> Any:
    """A tree with every mark in it, to compare."""
    if isinstance(node, dict):
        return node.mark, [(key, node.marks.get(key), marks_of(value)) for key, value in node.items()]
    if isinstance(node, list):
        return node.mark, [(mark, marks_of(item)) for mark, item in zip(node.marks, node, strict=True)]
    return type(node), node


def shown(value: Any) -> Any:
    """What can be compared of an attribute: functions are told apart by what they were made of, which is the source."""
    return callable(value) if not isinstance(value, (str, tuple, dict, bool, frozenset)) else value


@pytest.mark.parametrize("target", ["kubevela", "kubernetes", "oam-v1alpha2"])
def test_every_attribute_of_every_rule_comes_back(target: str, read_files: list[str]) -> None:
    fresh, again = load_rulebook(target), load_rulebook(target)
    assert read_files == [target]
    assert again.paths == fresh.paths
    assert [rule.code for rule in again.rules()] == [rule.code for rule in fresh.rules()]
    for one, other in zip(fresh.rules(), again.rules(), strict=True):
        assert isinstance(other, Meaning if isinstance(one, Meaning) else Carrier)
        assert marks_of(other.source) == marks_of(one.source)
        for field in fields(one):
            if field.name not in ("source", "when", "means", "ways", "examples"):
                assert getattr(other, field.name) == getattr(one, field.name), (one.code, field.name)
        if isinstance(one, Carrier) and isinstance(other, Carrier):
            assert [(way.components, way.closed) for way in other.ways] == [
                (way.components, way.closed) for way in one.ways
            ]


@pytest.mark.parametrize("target", ["kubevela", "kubernetes", "oam-v1alpha2"])
def test_a_conversion_is_the_same(target: str, tmp_path: pathlib.Path, read_files: list[str]) -> None:
    (tmp_path / "compose.yaml").write_text(SERVICE)
    project = api.load(tmp_path / "compose.yaml")
    fresh, again = (api.convert(project, target=target) for _ in range(2))
    assert read_files == [target]
    assert fresh.documents == again.documents
    assert fresh.entries == again.entries


def test_jmespath_is_not_even_imported(tmp_path: pathlib.Path) -> None:
    """Its syntax trees come from the cache, so that a conversion starts sooner."""
    (tmp_path / "compose.yaml").write_text(SERVICE)
    code = (
        "import sys; from compose2oam import api\n"
        "api.convert(api.load('compose.yaml')); print('jmespath' in sys.modules)"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for _ in range(2)
    ]
    assert said == ["True", "False"]


def test_a_changed_rule_is_seen(write: Write, read_files: list[str]) -> None:
    folder = write({"meanings/deploy/a.yaml": OURS})
    assert next(rule.title for rule in load_rulebook(overlays=[folder]).rules() if rule.code == "C2O-901") == "Our own"
    write({"meanings/deploy/a.yaml": OURS.replace("Our own", "Our new")})
    assert next(rule.title for rule in load_rulebook(overlays=[folder]).rules() if rule.code == "C2O-901") == "Our new"
    write({"meanings/deploy/b.yaml": OURS.replace("901", "902").replace("podLabels.ours", "podLabels.more")})
    assert {"C2O-901", "C2O-902"} <= {rule.code for rule in load_rulebook(overlays=[folder]).rules()}
    assert len(read_files) == 3


def test_a_changed_program_reads_its_rules_anew(read_files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    load_rulebook()
    monkeypatch.setattr(stored, "__version__", "9.9.9")
    load_rulebook()
    monkeypatch.setattr(stored, "_modules", lambda: iter([("rules/rule.py", 1, 1)]))
    load_rulebook()
    assert len(read_files) == 3


def test_rules_of_an_overlay_that_replace_and_disable_come_back(write: Write, read_files: list[str]) -> None:
    folder = write({"meanings/deploy/a.yaml": f"replaces: C2O-210\n{OURS}", "overlay.yaml": "disable: [C2O-310]\n"})
    books: list[Rulebook] = [load_rulebook(overlays=[folder]) for _ in range(2)]
    codes = [[rule.code for rule in book.rules()] for book in books]
    assert codes[0] == codes[1]
    assert "C2O-901" in codes[1]
    assert not {"C2O-210", "C2O-310"} & set(codes[1])
    assert len(read_files) == 1


def test_invalid_rules_are_refused_each_time_in_the_same_words(write: Write) -> None:
    folder = write({"meanings/deploy/a.yaml": OURS.replace("why:", "whi:")})
    said = []
    for _ in range(2):
        with pytest.raises(RuleError) as caught:
            load_rulebook(overlays=[folder])
        said.append(caught.value.diagnostics)
    assert said[0] == said[1]


def test_a_file_that_nothing_reads_is_refused_though_the_rules_are_stored(write: Write) -> None:
    folder = write({"meanings/deploy/a.yaml": OURS})
    load_rulebook(overlays=[folder])
    write({"meanings/deploy/b.yml": OURS})
    with pytest.raises(RuleError, match="not where rules are read"):
        load_rulebook(overlays=[folder])


def test_a_date_in_a_rule_is_not_stored_as_a_mere_text(
    write: Write, read_files: list[str], place: pathlib.Path
) -> None:
    text = OURS.replace("{from: 'to_string(\"x-ours\")'}", "2001-12-14")
    folder = write({"meanings/deploy/a.yaml": text})
    load_rulebook(overlays=[folder])
    assert not place.exists()
    load_rulebook(overlays=[folder])
    assert len(read_files) == 2


def test_a_damaged_file_is_written_again(read_files: list[str], place: pathlib.Path) -> None:
    load_rulebook()
    (path,) = place.iterdir()
    path.write_bytes(path.read_bytes()[:-100])
    load_rulebook()
    load_rulebook()
    assert len(read_files) == 2


def test_without_a_cache_all_works(read_files: list[str], place: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPOSE2OAM_CACHE", "off")
    assert [rule.code for rule in load_rulebook().rules()] == [rule.code for rule in load_rulebook().rules()]
    assert len(read_files) == 2
    assert not place.exists()


def test_rules_that_change_while_they_are_read_are_not_stored(
    write: Write, place: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write({"meanings/deploy/a.yaml": OURS})
    usual = module._read

    def reading(target: str, layers: Any) -> Any:
        found = usual(target, layers)
        write({"meanings/deploy/a.yaml": OURS.replace("Our own", "Our new")})
        return found

    monkeypatch.setattr(module, "_read", reading)
    load_rulebook(overlays=[folder])
    assert not place.exists()


def test_a_stored_rule_can_be_copied_and_has_no_other_attributes() -> None:
    load_rulebook()
    rule = next(iter(load_rulebook().rules()))
    assert replace(rule, title="Another").title == "Another"
    assert replace(rule, title="Another").source == rule.source
    with pytest.raises(AttributeError):
        getattr(rule, "non" + "sense")


def test_a_file_that_cannot_be_read_is_no_reason_to_store(write: Write) -> None:
    folder = write({"meanings/deploy/a.yaml": OURS})
    layers = layers_of([folder])
    assert stored.key_of("kubevela", layers)
    (folder / "meanings/deploy/b.yaml").symlink_to(folder / "nowhere")
    assert stored.key_of("kubevela", layers) == ""


def test_who_watches_the_files_of_a_run_hears_of_rules_from_the_cache(write: Write, read_files: list[str]) -> None:
    folder = write({"meanings/deploy/a.yaml": OURS})
    load_rulebook(overlays=[folder])
    with recorded() as record:
        load_rulebook(overlays=[folder])
    assert len(read_files) == 1
    assert str(folder / "meanings/deploy/a.yaml") in record.contents
