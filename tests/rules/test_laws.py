"""Laws of every conversion, on projects made at random."""

from __future__ import annotations

import json
import pathlib
import random
import tempfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compose2oam import api
from compose2oam.emitter import yaml
from compose2oam.rules.ledger import entities, leaves
from compose2oam.rules.rulebook import load_rulebook

RULEBOOK = load_rulebook()
WORDS = st.sampled_from(["a", "b", "run", "x y", "db", "my_db:5432", "$(A)", "1"])
TEXTS = st.lists(WORDS, min_size=1, max_size=3)


def mapping(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A mapping with any of the parts."""
    return st.fixed_dictionaries({}, optional=parts)


DEPLOY = mapping(
    mode=st.sampled_from(["replicated", "global", "replicated-job"]),
    labels=st.dictionaries(st.sampled_from(["a", "b.c/d", "bad key!"]), WORDS, max_size=2),
    update_config=mapping(parallelism=st.integers(0, 3), delay=st.just("5s"), order=st.just("start-first")),
    restart_policy=mapping(condition=st.sampled_from(["any", "none", "on-failure"]), max_attempts=st.integers(1, 3)),
    resources=mapping(
        limits=mapping(cpus=st.sampled_from(["0.5", "2"]), memory=st.just("64m"), pids=st.just(5)),
        reservations=mapping(cpus=st.just("0.25"), memory=st.just("32m")),
    ),
    placement=mapping(
        constraints=st.lists(st.sampled_from(["node.role == worker", "node.labels.a == b", "x != y"]), max_size=2),
        max_replicas_per_node=st.integers(0, 2),
    ),
)
SERVICE = mapping(
    command=st.one_of(TEXTS, st.just([])),
    entrypoint=st.one_of(TEXTS, st.just([])),
    environment=st.dictionaries(
        st.sampled_from(["A", "DB_HOST", "x-y", "1BAD"]), st.one_of(WORDS, st.none()), max_size=3
    ),
    ports=st.lists(
        st.sampled_from(["80", "8080:80", "127.0.0.1:9:9", "53:53/udp", "7000-7001:7000-7001"]), unique=True, max_size=3
    ),
    expose=st.lists(st.sampled_from(["80", "90", "53/udp"]), unique=True, max_size=2),
    volumes=st.lists(
        st.sampled_from(["data:/data", "data:/ro:ro", "own:/own", "/anonymous", "/proc:/proc", "./absent:/x"]),
        unique=True,
        max_size=3,
    ),
    tmpfs=st.lists(st.sampled_from(["/run", "/tmp:size=1m,mode=755"]), unique=True, max_size=2),
    configs=st.just(["site"]),
    healthcheck=st.one_of(
        st.just({"disable": True}),
        mapping(test=st.just(["CMD", "up"]), interval=st.just("3s"), start_period=st.just("9s")),
    ),
    labels=st.dictionaries(st.sampled_from(["a", "bad key!", "c.d"]), WORDS, max_size=2),
    user=st.sampled_from(["5", "5:6", "app"]),
    hostname=st.sampled_from(["h", "h.example.com"]),
    restart=st.sampled_from(["no", "always", "on-failure:3"]),
    read_only=st.booleans(),
    privileged=st.booleans(),
    init=st.booleans(),
    cap_add=st.just(["NET_ADMIN"]),
    security_opt=st.lists(
        st.sampled_from(["no-new-privileges:true", "seccomp:unconfined", "odd"]), unique=True, max_size=2
    ),
    extra_hosts=st.just(["a=1.2.3.4", "b=host-gateway"]),
    dns=st.just(["8.8.8.8"]),
    ulimits=st.just({"nofile": 5}),
    group_add=st.lists(st.sampled_from(["7", "docker"]), unique=True, max_size=2),
    stop_grace_period=st.just("90s"),
    shm_size=st.just("64m"),
    working_dir=st.just("/w"),
    tty=st.booleans(),
    pull_policy=st.sampled_from(["always", "daily", "build"]),
    platform=st.sampled_from(["linux/amd64", "linux/arm64/v8"]),
    networks=st.sampled_from([{"front": {}}, {"front": {"aliases": ["web", "my_alias"]}, "back": {}}, {"back": {}}]),
    deploy=DEPLOY,
)


@st.composite
def projects(draw: st.DrawFn) -> dict[str, Any]:
    """A Compose project of one to four services that wait for one another."""
    names = draw(st.lists(st.sampled_from(["web", "my_db", "db", "Cache"]), min_size=1, unique=True))
    services: dict[str, Any] = {}
    for name in names:
        service = {"image": "a:1", **draw(SERVICE)}
        if services and draw(st.booleans()):
            condition = draw(st.sampled_from(["service_started", "service_completed_successfully"]))
            service["depends_on"] = {next(iter(services)): {"condition": condition}}
        for key in draw(st.lists(st.sampled_from(["network_mode", "pid", "ipc", "volumes_from"]), max_size=2)):
            other = draw(st.sampled_from([*services, name]))
            if other != name:
                service[key] = [other] if key == "volumes_from" else f"service:{other}"
        if "network_mode" in service:
            service.pop("networks", None)
        services[name] = service
    return {
        "name": "demo",
        "services": services,
        "volumes": {"data": {}, "own": None},
        "networks": {"front": {}, "back": {"internal": True}},
        "configs": {"site": {"content": "a"}},
    }


def load(text: str, folder: str) -> Any:
    """Load a project from its text."""
    path = pathlib.Path(folder) / "compose.yaml"
    path.write_text(text, encoding="utf-8")
    return api.load(path, environment={"HOME": "/home/nobody"})


def convert(tree: dict[str, Any], folder: str) -> api.Conversion:
    """Convert a project."""
    return api.convert(load(yaml.dump([tree]), folder), rulebook=RULEBOOK)


def shuffled(node: Any, chance: random.Random) -> Any:
    """The same tree with the keys of its mappings in another order; those of the root and of its sections stay."""
    if isinstance(node, dict):
        keys = list(node)
        chance.shuffle(keys)
        return {key: shuffled(node[key], chance) for key in keys}
    return [shuffled(item, chance) for item in node] if isinstance(node, list) else node


def unordered(node: Any) -> Any:
    """A value in which neither the order of keys nor that of items counts."""
    if isinstance(node, dict):
        return {key: unordered(value) for key, value in node.items()}
    if isinstance(node, list):
        return sorted((unordered(item) for item in node), key=lambda item: json.dumps(item, sort_keys=True))
    return node


COMMON = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None
)


@COMMON
@given(projects(), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(tree: dict[str, Any], chance: random.Random) -> None:
    """A Compose file says the same however its keys stand; lists keep the order that the user wrote."""
    services = {name: shuffled(service, chance) for name, service in tree["services"].items()}
    with tempfile.TemporaryDirectory() as folder:
        one, other = convert(tree, folder), convert({**tree, "services": services}, folder)
    assert unordered(other.application.to_dict()) == unordered(one.application.to_dict())
    kept = [part.properties.get(key) for part in one.application.components for key in ("cmd", "args")]
    assert [part.properties.get(key) for part in other.application.components for key in ("cmd", "args")] == kept
    assert {(entry.path, entry.outcome, entry.say) for entry in other.entries} == {
        (entry.path, entry.outcome, entry.say) for entry in one.entries
    }


@COMMON
@given(projects())
def test_no_leaf_leaves_the_ledger(tree: dict[str, Any]) -> None:
    """Each place that a user wrote has exactly one entry, and what is lost has a reason."""
    with tempfile.TemporaryDirectory() as folder:
        project = load(yaml.dump([tree]), folder)
        made = api.convert(project, rulebook=RULEBOOK)
    for place, _, entity in entities(project):
        for leaf in leaves(place, entity):
            found = [entry for entry in made.entries if entry.path == leaf.path and entry.position == leaf.position]
            assert len(found) == 1, leaf.path
    assert len({(entry.path, entry.position) for entry in made.entries}) == len(made.entries)
    for entry in made.entries:
        assert entry.say or entry.outcome.value in ("translated", "inferred"), entry
        assert entry.codes


@COMMON
@given(projects())
def test_what_comes_out_renders(
    rendering_findings: Callable[[dict[str, Any]], list[str]], tree: dict[str, Any]
) -> None:
    """Patches find what they patch, mounts their volumes, dependencies their components; no name is there twice."""
    with tempfile.TemporaryDirectory() as folder:
        made = convert(tree, folder)
    assert rendering_findings(made.application.to_dict()) == []


@COMMON
@given(projects())
def test_a_conversion_is_the_same_each_time(tree: dict[str, Any]) -> None:
    """Byte for byte, with the same rulebook and with rules that were read anew."""
    with tempfile.TemporaryDirectory() as folder:
        texts = {yaml.dump(convert(tree, folder).documents) for _ in range(2)}
    assert len(texts) == 1


@pytest.mark.parametrize("sample", ["shop", "site", "swarm", "queue", "podinfo", "monitoring"])
def test_rules_that_are_read_anew_say_the_same(sample: str, root: pathlib.Path) -> None:
    """The order in which rules are found on a disk has no say."""
    project = api.load(root / "samples" / sample / "compose.yaml", environment={})
    one = api.convert(project, rulebook=RULEBOOK)
    other = api.convert(project, rulebook=load_rulebook())
    assert yaml.dump(one.documents) == yaml.dump(other.documents)
    assert one.entries == other.entries


@COMMON
@given(projects())
def test_a_converted_project_is_left_as_it_was(tree: dict[str, Any]) -> None:
    """Converting does not change the project, so that it can be converted again for another target."""
    with tempfile.TemporaryDirectory() as folder:
        project = load(yaml.dump([tree]), folder)
        before = json.dumps(project.tree)
        api.convert(project, rulebook=RULEBOOK)
        assert json.dumps(project.tree) == before
