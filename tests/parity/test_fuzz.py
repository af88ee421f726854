"""Projects made at random from the table of keys: the loader and Docker Compose read each alike, or both refuse it.

``COMPOSE2OAM_FUZZ`` says how many projects are tried (a thousand by default).
"""

from __future__ import annotations

import json
import os
import pathlib
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from compose2oam.errors import ComposeError
from compose2oam.loader import LoadOptions, load
from compose2oam.loader.keys import NAME, Place, root

if TYPE_CHECKING:
    from conftest import Compare, Oracle

#: What a string may say, by the type of its place; what is not here is any of ``WORDS``.
TYPED = {
    "duration": ["10s", "1m30s", "500ms", "1h", "0s", "1.5h", "2d", "soon"],
    "size": ["64m", "1g", "1024", "1.5 GiB", "0", "lots"],
    "bool": ["true", "false", "yes", "off", "maybe"],
    "int": ["1", "20", "-3", "many"],
    "uint": ["1", "20", "many"],
    "float": ["0.5", "1", "1e1", "many"],
    "mode": ["0440", "644", "rw"],
    "device_count": ["all", "2", "many"],
    "command": ["run --fast", "sh -c 'a b'", "a && b", "", 'a "b'],
    "test": ["curl localhost", ""],
}
WORDS = ["a", "b", "web", "db", "1", "a=b", "", "a b", "$V", "${W:-w}", "${X:+x}", "$$", "a:b", "./a", "/a/../b", "é"]
SHORT = {
    "port": [
        "80",
        "8080:80",
        "8080:80/udp",
        "127.0.0.1:80:80",
        "3000-3002:4000-4002",
        "9000-9001:90",
        "${P:-81}:81",
        "x",
    ],
    "volume": ["data:/data", "./a:/a", "./a:/a:ro,z", "/anonymous", "more:/a/../b:nocopy", "~/x:/x", "a:b:c:d"],
    "device": ["/dev/a", "/dev/a:/dev/b", "/dev/a:/dev/b:r"],
    "pair": ["A=1", "B", "A=2", "C=", "V", "D=${V}", "x-a=1"],
    "hosts": ["a=1.2.3.4", "a:1.2.3.4", "b=::1", "c"],
    "context": [".", "./a", "../b", "https://example.com/a.git", "service:db"],
}
RESOURCES = {
    "networks": ["default", "front", "back"],
    "volumes": ["data", "more"],
    "secrets": ["s", "t"],
    "configs": ["s", "t"],
    "models": ["m"],
    "depends_on": ["db", "cache"],
    "links": ["db", "cache:c"],
    "volumes_from": ["db:ro", "container:x"],
    "extends": ["base"],
    "profiles": ["p", "q"],
    "env_file": ["a.env", "b.env"],
    "label_file": ["a.env"],
    "network_mode": ["host", "none", "service:db"],
    "pid": ["host", "service:db"],
    "ipc": ["shareable", "service:cache"],
    "image": ["a", "b:1", "c:${W:-2}"],
    "pull_policy": ["always", "if_not_present", "every_2h"],
    "host_ip": ["127.0.0.1", "::1", "x"],
    "target": ["/t", "80", "/t/"],
    "path": ["./p", "a.env"],
    "context": SHORT["context"],
    "source": ["data", "./a", "s"],
    "service": ["base"],
    "file": ["./f", "/f"],
    "cgroup": ["host"],
}
#: Keys that would make Docker Compose read files or that it garbles (see the differences in ``conftest.py``).
LEFT_OUT = {"ssh", "blkio_config", "develop"}
#: Keys that contradict others so often that a tame project does without them.
HARD = {"network_mode", "develop", "scale", "label_file", "container_name", "provider", "mem_limit", "pids_limit"}
#: What is wrong wherever it stands; tame projects are made without it, so that most of them are accepted.
BAD = {"soon", "lots", "many", "maybe", "rw", "other", "x", "c", "a:b:c:d", "a && b", 'a "b', "", "a b", "p"}
WILD = st.sampled_from([None, True, 0, 1.5, "text", [], {}, ["a"], {"a": "b"}, [1], [None]])


def words(choices: list[str], tame: bool) -> st.SearchStrategy[str]:
    """Return one of some strings, only a good one for a tame project."""
    return st.sampled_from([word for word in choices if not (tame and word in BAD)])


def strings(place: Place, key: str, tame: bool) -> st.SearchStrategy[str]:
    """Return strings for a place."""
    if place.enum:
        return words([*place.enum, "other"], tame)
    if key in RESOURCES and (place.type == "string" or not place.type):
        return words(RESOURCES[key], tame)
    return words(TYPED.get(place.type, WORDS), tame)


def values(place: Place, key: str, tame: bool, depth: int = 0) -> st.SearchStrategy[Any]:
    """Return values for a place: of its kinds, and now and then of another one."""
    ways: list[st.SearchStrategy[Any]] = []
    kinds = place.kinds
    short = place.long if place.long in SHORT else ""
    if "string" in kinds:
        ways.append(words(SHORT[short], tame) if short else strings(place, key, tame))
    if "integer" in kinds or "number" in kinds:
        ways.append(st.sampled_from([0, 1, 2, 80, 1024]))
    if "number" in kinds:
        ways.append(st.sampled_from([1.0, 2.0] if tame else [0.5, 1.0, 2.25]))
    if "boolean" in kinds:
        ways.append(st.booleans())
    if "null" in kinds:
        ways.append(st.none())
    if "list" in kinds and place.item is not None:
        ways += [lists(place, key, tame, depth)] * 2
    if "mapping" in kinds:
        ways += [mappings(place, key, tame, depth)] * 3
    return st.one_of(ways) if tame or depth > 1 else st.one_of(st.one_of(ways), st.one_of(ways), WILD)


def lists(place: Place, key: str, tame: bool, depth: int) -> st.SearchStrategy[list[Any]]:
    """Return lists for a place."""
    item = place.item
    assert item is not None
    sort = place.unique or place.type
    if key == "ports":
        of_strings: Any = words(SHORT["port"], tame)
    elif sort in SHORT and "string" in item.kinds and key not in RESOURCES:
        of_strings = words(SHORT[sort], tame)
    elif key in RESOURCES and "string" in item.kinds:
        of_strings = words(RESOURCES[key], tame)
    else:
        of_strings = values(item, key, tame, depth + 1)
    every = st.one_of(of_strings, of_strings, values(item, key, tame, depth + 1))
    return st.lists(every, max_size=3, unique_by=json.dumps if tame and place.distinct else None)


@st.composite
def mappings(draw: st.DrawFn, place: Place, key: str, tame: bool, depth: int) -> dict[str, Any]:
    """Return mappings for a place: some of its keys, what it requires more often than not, and names."""
    made: dict[str, Any] = {}
    known = sorted(set(place.keys) - LEFT_OUT - (HARD if tame else set()))
    if known:
        chosen = draw(st.lists(st.sampled_from(known), max_size=3 if depth else 6, unique=True))
        if tame or draw(st.integers(0, 4)):
            chosen += [name for name in place.required if name not in chosen]
        for name in chosen:
            made[name] = draw(values(place.keys[name], name, tame, depth + 1))
    if place.each is not None:
        names = RESOURCES.get(key, ["A", "B", "V"] if place.names is not NAME else ["a", "b"])
        for name in draw(st.lists(st.sampled_from([word.split(":")[0] for word in names]), max_size=2, unique=True)):
            made[name] = draw(values(place.each, name, tame, depth + 1))
    if place.extensible and draw(st.integers(0, 9)) == 0:
        made["x-note"] = draw(st.sampled_from(["a", 1, [1.5], {"b": None}]))
    return made


@st.composite
def services(draw: st.DrawFn, tame: bool, *, complete: bool = True) -> dict[str, Any]:
    """Return one service."""
    place = root().keys["services"].each
    assert place is not None
    made = draw(mappings(place, "service", tame, 0))
    if complete and (tame or draw(st.integers(0, 9))):
        made["image"] = draw(strings(place.keys["image"], "image", tame))
    return made


@st.composite
def projects(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return one to three files, the later ones to be merged over the first."""
    tame = draw(st.integers(0, 3)) > 0
    first: dict[str, Any] = {
        "services": {
            "web": draw(services(tame)),
            "db": {"image": "d"},
            "cache": {"image": "c"},
            "base": draw(services(tame)),
        },
        "networks": {"front": None, "back": {}},
        "volumes": {"data": None, "more": {}},
        "secrets": {"s": {"file": "./s"}, "t": {"environment": "V"}},
        "configs": {"s": {"file": "./s"}, "t": {"content": "t"}},
        "models": {"m": {"model": "m"}},
    }
    for section in draw(st.lists(st.sampled_from(["networks", "volumes", "secrets", "configs"]), max_size=1)):
        name = RESOURCES[section][-1]
        each = root().keys[section].each
        assert each is not None
        first[section][name] = draw(values(each, section, tame, 1))
    files = [first]
    for _ in range(draw(st.integers(0, 2))):
        files.append({"services": {"web": draw(services(tame, complete=False))}})
    return files


def written(project: dict[str, Any], anchored: bool) -> str:
    """Write a file; ``anchored`` shares the second service by an anchor and a merge key."""
    text = json.dumps(project, ensure_ascii=False)
    if anchored:
        text = text.replace('"base": {', '"base": &base {', 1).replace('"db": {', '"db": {"<<": *base, ', 1)
        text = text.replace('"<<":', "<<:")
        if re.search(r'"base": &base', text) and text.index('"db"') < text.index("&base"):
            return json.dumps(project, ensure_ascii=False)
    return text


@settings(
    max_examples=int(os.environ.get("COMPOSE2OAM_FUZZ", "1000")),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink),
)
@given(files=projects(), anchored=st.booleans())
def check(run: Any, files: list[dict[str, Any]], anchored: bool) -> None:
    """Try one project."""
    run(files, anchored)


def test_random_projects_read_alike(
    oracle: Oracle,
    differences: Compare,
    neutral_environment: dict[str, str],
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    counts: Any,
) -> None:
    """No project that the table of keys can make is read in two ways."""
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "a.env").write_text("A=1\nB=$A\n")
    monkeypatch.chdir(folder)
    environment = neutral_environment | {"V": "value", "W": ""}
    tally = {"equal": 0, "refused by both": 0}

    def run(files: list[dict[str, Any]], anchored: bool) -> None:
        names = [f"{index}.yaml" for index in range(len(files))]
        for name, file in zip(names, files, strict=True):
            (folder / name).write_text(written(file, anchored and name == "0.yaml"), encoding="utf-8")
        theirs = oracle(folder, names, environment=environment)
        try:
            ours: Any = load(LoadOptions(files=tuple(names), environment=environment)).tree
            refusal = ""
        except ComposeError as problem:
            ours, refusal = None, "; ".join(map(str, problem.diagnostics))
        if theirs.crashed:
            return
        if theirs.model is None:
            assert ours is None, f"only Docker Compose refuses it: {theirs.refusal}"
            tally["refused by both"] += 1
        else:
            assert ours is not None, f"only we refuse it: {refusal}"
            assert differences(ours, theirs.model) == []
            tally["equal"] += 1

    check(run)
    counts(", ".join(f"{number} {what}" for what, number in tally.items()))
