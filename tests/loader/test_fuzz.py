"""Whatever bytes are in the files of a project, loading ends with a model or with an error of our own, and soon.

Runs for a few seconds; ``COMPOSE2OAM_FUZZ_SECONDS`` says for how long. A case depends on the seed and its number alone:
``COMPOSE2OAM_FUZZ_SEED`` and ``COMPOSE2OAM_FUZZ_FIRST`` run a case that failed again.
"""

from __future__ import annotations

import json
import os
import pathlib
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.emitter import config
from compose2oam.errors import ComposeError, InputError
from compose2oam.loader import LoadOptions, load
from compose2oam.loader.codes import TITLES
from compose2oam.loader.keys import Place, patterns, root

SECONDS = float(os.environ.get("COMPOSE2OAM_FUZZ_SECONDS", "4"))
SEED = os.environ.get("COMPOSE2OAM_FUZZ_SEED", "0")
FIRST = int(os.environ.get("COMPOSE2OAM_FUZZ_FIRST", "0"))
SLOWEST = 20.0
"""How much processor time a case of a few kilobytes may take, in seconds; far more than any should."""

ENVIRONMENT = {"A": "a", "EMPTY": "", "N": "8080", "PATH": "/bin", "HOME": "/home/me"}
NO_PLACE = frozenset(["CF-106", "CF-107", "CF-206"])
"""What can be wrong with a project without being written anywhere: no file, nothing in it, no name."""

PROJECT = {
    "compose.yaml": """\
name: demo
include: [inc.yaml, {path: [inc.yaml], env_file: a.env}]
x-common: &common {image: "a:${TAG:-1}", restart: always, labels: {a: b}}
services:
  web:
    <<: *common
    build: {context: ., args: [A, B=1], ssh: [default], secrets: [s]}
    command: echo "$$HOME" '${A:+x}' ${A?no}
    ports: ["8080-8081:80-81/udp", "127.0.0.1::9", {target: 80, published: "9"}, "[::1]:7:7"]
    volumes: ["v:/v:ro,z", ./x:/y, {type: tmpfs, target: /t, tmpfs: {size: 1g}}]
    environment: [A, B=2, "C=${N}"]
    env_file: [a.env, {path: no.env, required: false}]
    depends_on: {db: {condition: service_healthy}}
    healthcheck: {test: curl x, interval: 1m30s, retries: 3}
    deploy: {replicas: 2, resources: {limits: {cpus: "0.5", memory: 1.5gb}}, placement: {constraints: [a==b]}}
    networks: {default: {aliases: [x]}, n: {ipv4_address: 10.0.0.2}}
    ulimits: {nofile: {soft: 1, hard: 2}, nproc: 3}
    extra_hosts: ["a:1.2.3.4", b=::1]
    sysctls: [a=1]
    tmpfs: /run
    profiles: [p]
    develop: {watch: [{path: ., action: sync, target: /x}]}
    secrets: [s, {source: s, mode: 0440}]
    label_file: l.labels
  db:
    extends: {file: base.yaml, service: db}
    logging: {driver: json-file, options: {max-size: 10m}}
networks: {n: {driver: bridge, ipam: {config: [{subnet: 10.0.0.0/24}]}}}
volumes: {v: {external: true}}
secrets: {s: {environment: A}}
configs: {c: {content: "x ${A}"}}
""",
    "override.yaml": "services:\n  web:\n    ports: !override ['1:1']\n    command: !reset null\n    labels: [c=d]\n",
    "base.yaml": "services:\n  db: {image: b, extends: more}\n  more: {environment: {X: 1}, volumes: ['./r:/r']}\n",
    "inc.yaml": "services:\n  side: {image: c, env_file: a.env}\n",
    "a.env": "A=1\nexport B='x ${A}'\nC=\"y\\n${A}\"\nD\n# no\nE=a # b\n",
    ".env": 'TAG=2\nM="a\nb"\nN=${TAG}\n',
    "l.labels": "x=y\n",
}
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 3, 1.5, 1e308, 10**30, [], {}, [None], [[]], [{}], ["a", "a"], [1, 2]),
    *(
        "",
        " ",
        "a",
        "0",
        "-1",
        "${A}",
        "${A",
        "$",
        "$$",
        "${EMPTY:?x}",
        "${N}",
        "a:b",
        "a=b",
        ":",
        "=",
        "/",
        "./",
        "../..",
    ),
    *(
        "~",
        "~/x",
        "a" * 300,
        "\u0000",
        "\u00e9\u2028",
        "1:2:3:4",
        "[::1]:1:1",
        "1-3:1-3",
        "3-1",
        "99999",
        "1g",
        "1.5kb",
    ),
    *("-1b", "1h", "1m1m", "5us", "service:web", "container:x", "host", "none", "*", "all", "yes", "https://x/y.git"),
    *("oci://x", "C:\\x", "a.env", "base.yaml", "web", "db", "default", "s", "v", "n", {"a": None}, {"a": {}}),
    *({"a": ["b"]}, {"": ""}, {"x-a": 1}, {"source": "s", "target": "/x"}, {"path": "a.env"}, [{"path": "x"}]),
    {"web": {"condition": "service_started"}},
)
USUAL = {
    "bool": ("true", "${EMPTY:-false}"), "command": ("echo 'a b'", "sleep 1d"), "device_count": ("all", "2"),
    "duration": ("10s", "1m30s", "1.5h"), "float": ("0.5", "1"), "int": ("1", "3"), "mode": ("0440", "644"),
    "size": ("64m", "1.5 GiB", "1024"), "uint": ("1", "3"), "build": (".",), "device": ("/dev/a:/dev/b:r",),
    "env_file": ("a.env",), "extends": ("db", "web"), "gpus": ("all",), "source": ("s",), "ulimit": ("1",),
    "volume": ("v:/v", "./a:/a:ro,z", "/anonymous", "~/x:/x"), "port": ("80", "8080-8081:80-81/udp", "[::1]:1:1"),
}  # fmt: skip
"""What a string usually says, by the type, the long form or the check of its place."""
PIECES = (
    *(b"${", b"}", b"$$", b"${A:-${B:-", b"&a ", b"*a", b"<<: ", b"<<: [*common, *common]", b"!reset ", b"!override "),
    *(b"!!str ", b"!!binary ", b"!x ", b"? ", b": ", b"- ", b"\n", b"\r\n", b"\t", b" ", b"|\n", b">-\n", b"'", b'"'),
    *(b"#", b"---\n", b"...\n", b"%YAML 1.1\n", b"{", b"[", b"]", b",", b"\xef\xbb\xbf", b"\xff", b"\x00", b"\xc3\xa9"),
    *(b"\xf0\x9f\x98\x80", b"\\", b"\\u0", b"0x", b"0o9", b".inf", b"1e999", b"2001-01-01", b"null", b"~", b"9" * 60),
    *(b"=", b"{a: *common}", b"\xe2\x80\xa8"),
)


def test_no_input_makes_the_loader_crash(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, counts: Callable[[str], None], root: pathlib.Path
) -> None:
    """Every case ends with a model that can be printed, or with findings that name a place."""
    monkeypatch.chdir(tmp_path)
    samples = [file.read_bytes() for file in sorted(root.glob("samples/*/compose.yaml"))]
    end = time.monotonic() + SECONDS
    number, loaded, faults = FIRST, 0, []
    while time.monotonic() < end and len(faults) < 20:
        chance = random.Random(f"{SEED}:{number}")
        files = _case(chance, samples)
        started = time.process_time()
        try:
            loaded += _load(tmp_path, files, chance)
        except Exception as fault:
            faults.append(f"case {number}: {type(fault).__name__}: {fault}")
        if time.process_time() - started > SLOWEST:
            faults.append(f"case {number}: it took {time.process_time() - started:.1f} s")
        number += 1
    counts(f"{number - FIRST} cases in {SECONDS:.0f} s, seed {SEED}: {loaded} loaded, {len(faults)} faults")
    assert not faults, "\n".join(faults)


def _load(folder: pathlib.Path, files: dict[str, bytes], chance: random.Random) -> bool:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    main = ("compose.yaml", "override.yaml") if "override.yaml" in files else ("compose.yaml",)
    options: dict[str, Any] = {"profiles": ("*",)} if chance.random() < 0.5 else {}
    for name in ("interpolate", "normalize", "resolve_paths", "consistency"):
        if chance.random() < (0.3 if name == "consistency" else 0.05):
            options[name] = False
    try:
        project = load(LoadOptions(files=main, environment=ENVIRONMENT, **options))
        config.render_yaml(project.tree)
        config.render_json(project.tree)
    except ComposeError as problem:
        _check(problem.diagnostics)
        return False
    except InputError:
        # What was read well but cannot be written, such as half a surrogate pair.
        return False
    finally:
        for name in files:
            (folder / name).unlink(missing_ok=True)
    return True


def _check(findings: Sequence[Diagnostic]) -> None:
    """Every finding has a known code and a place."""
    assert any(item.severity is Severity.ERROR for item in findings)
    for item in findings:
        assert item.code in TITLES, str(item)
        assert item.position or item.code in NO_PLACE, f"a finding without a place: {item}"


def _case(chance: random.Random, samples: list[bytes]) -> dict[str, bytes]:
    files = {name: text.encode() for name, text in PROJECT.items()}
    kind = chance.random()
    if kind < 0.5:
        text = json.dumps(_mapping(root(), chance, 0), ensure_ascii=chance.random() < 0.5)
        files["compose.yaml"] = text.encode()
        if chance.random() < 0.5:
            files["override.yaml"] = json.dumps(_mapping(root(), chance, 0)).encode()
    elif kind < 0.6:
        files["compose.yaml"] = chance.choice(samples)
    elif kind < 0.65:
        files["compose.yaml"] = chance.randbytes(chance.randrange(200))
    if chance.random() < 0.3:
        del files["override.yaml"]
    if kind >= 0.4:
        for name in chance.sample(sorted(files), chance.choice((1, 1, 2))):
            for _ in range(chance.choice((1, 1, 1, 2, 5))):
                files[name] = _mutated(files[name], chance)
    return files


def _mutated(data: bytes, chance: random.Random) -> bytes:
    """Change bytes somewhere: a bit, a span, a line, or a piece of syntax put in."""
    start = chance.randrange(len(data) + 1)
    end = min(len(data), start + chance.choice((1, 2, 8, 30)))
    match chance.randrange(7):
        case 0:
            return data[:start] + data[end:]
        case 1:
            return data[:end] + data[start:]
        case 2:
            return data[:start] + chance.randbytes(1) + data[start + 1 :]
        case 3:
            lines = data.split(b"\n")
            first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[first], lines[second] = lines[second], lines[first]
            return b"\n".join(lines)
        case 4:
            other = chance.choice(ODD)
            return data[:start] + json.dumps(other).encode() + data[end:]
        case 5:
            return data[:start] + chance.choice(PIECES) * chance.choice((1, 1, 1, 2, 300)) + data[start:]
        case _:
            return data[:start] + chance.choice(PIECES) + data[end:]


WORDS = tuple(value for value in ODD if isinstance(value, str))
NAMES = ("web", "db", "default", "s", "v", "n", "A", "a.b", "x-a", "", "#", "$A", "é")


def _mapping(place: Place, chance: random.Random, depth: int) -> dict[str, Any]:
    """Make up a mapping for a place, right in most parts."""
    made: dict[str, Any] = {}
    if place.keys:
        known = list(place.keys)
        few = len(known) if chance.random() < 0.01 else chance.randrange(1, 6)
        wanted = [*place.required, *chance.sample(known, min(few, len(known)))]
        if depth == 0:
            wanted.append("services")
        for key in wanted:
            if key in place.keys:
                made[key] = _value(place.keys[key], chance, depth + 1)
    if place.each is not None:
        for _ in range(chance.choice((1, 1, 2, 3))):
            made[chance.choice(NAMES[:7] if chance.random() < 0.9 else NAMES)] = _value(place.each, chance, depth + 1)
    if chance.random() < 0.005:
        made[chance.choice(NAMES)] = chance.choice(ODD)
    return made


def _value(place: Place, chance: random.Random, depth: int) -> Any:
    if chance.random() < 0.01 or depth > 12:
        return chance.choice(ODD)
    match chance.choice(sorted(place.kinds)):
        case "mapping":
            return _mapping(place, chance, depth)
        case "list":
            item = place.item
            return [_value(item, chance, depth + 1) for _ in range(chance.choice((0, 1, 1, 2, 3)))] if item else []
        case "boolean":
            return chance.random() < 0.5
        case "integer":
            return chance.choice((0, 1, 2, 80, -1, 2**63))
        case "number":
            return chance.choice((0, 1, 0.5, 3, 1e21))
        case "null":
            return None
        case _:
            if place.enum and chance.random() < 0.9:
                return chance.choice(place.enum)
            usual = USUAL.get(place.type) or USUAL.get(place.long) or USUAL.get(place.check)
            if chance.random() < (0.95 if usual else 0.5):
                return chance.choice(usual or ("a", "s", "db", "/a", "a=b"))
            return chance.choice(WORDS)


def test_cases_reach_every_key() -> None:
    """What is made up can hold every key of the table, so that no part of the loader is left out."""
    chance = random.Random(0)
    seen: set[str] = set()

    def note(value: Any) -> None:
        if isinstance(value, dict):
            seen.update(value)
            for child in value.values():
                note(child)
        elif isinstance(value, list):
            for child in value:
                note(child)

    for _ in range(1500):
        note(_mapping(root(), chance, 0))
    known = {pattern.rpartition(".")[2].rstrip("[]") for pattern, _ in patterns()} - {"*"}
    assert sorted(known - seen) == []
