"""For any project of keys that translate: the second conversion gives what the first gave, without x-oam."""

from __future__ import annotations

import json
import pathlib
import tempfile
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from compose2oam import api
from compose2oam.importing import import_application
from compose2oam.rules.rulebook import load_rulebook

NAMES = ("web", "api", "db", "cache")
WORDS = st.sampled_from(["a", "run it", "$$HOME", "$$(date)", "$$$$(x)", "x=1", "", "--flag", "ä", "#no", "yes", "1.0"])
SECONDS = st.integers(1, 600).map(lambda number: f"{number}s")


def some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping with any of some keys."""
    return st.fixed_dictionaries({}, optional=keys)


CHECKS = st.fixed_dictionaries(
    {"test": st.one_of(WORDS.map(lambda word: f"test {word}"), st.lists(WORDS, min_size=1).map(lambda w: ["CMD", *w]))},
    optional={"interval": SECONDS, "timeout": SECONDS, "retries": st.integers(1, 9)},
)
AMOUNTS = some(cpus=st.sampled_from(["0.25", "0.5", "1", "1.333"]), memory=st.sampled_from(["64M", "1G", "1000000"]))
DEPLOY = some(
    replicas=st.integers(0, 4),
    resources=some(limits=AMOUNTS, reservations=AMOUNTS),
    placement=some(
        constraints=st.lists(
            st.sampled_from(["node.role == worker", "node.labels.disk != hdd", "node.platform.arch == x86_64"]),
            unique=True,
            max_size=2,
        ),
        preferences=st.just([{"spread": "node.labels.zone"}]),
        max_replicas_per_node=st.just(1),
    ),
    update_config=some(parallelism=st.integers(0, 3), order=st.sampled_from(["start-first", "stop-first"])),
    labels=st.just({"team": "a"}),
)
SERVICES = st.fixed_dictionaries(
    {"image": st.sampled_from(["nginx:1", "example.com:5000/a/b@sha256:" + "0" * 64])},
    optional={
        "command": st.lists(WORDS, min_size=1, max_size=3),
        "entrypoint": st.lists(WORDS, min_size=1, max_size=2),
        "environment": st.dictionaries(st.sampled_from(["A", "B_HOST", "C.D"]), WORDS),
        "working_dir": st.just("/srv"),
        "user": st.sampled_from(["1000", "1000:2000", "0", "root"]),
        "ports": st.lists(st.sampled_from(["8080:80", "443", "53:53/udp", "127.0.0.1:9:9"]), unique=True),
        "expose": st.lists(st.sampled_from(["3000", "4000/udp"]), unique=True),
        "healthcheck": CHECKS,
        "restart": st.sampled_from(["no", "always", "on-failure:3", "unless-stopped"]),
        "stop_grace_period": SECONDS,
        "tty": st.booleans(),
        "stdin_open": st.booleans(),
        "hostname": st.just("box"),
        "labels": st.just({"a.b/c": "$$d"}),
        "cap_add": st.just(["NET_ADMIN"]),
        "cap_drop": st.just(["ALL"]),
        "read_only": st.booleans(),
        "privileged": st.booleans(),
        "security_opt": st.lists(
            st.sampled_from(["no-new-privileges:true", "seccomp=unconfined", "label=type:x"]), unique=True
        ),
        "group_add": st.just(["2000"]),
        "sysctls": st.just({"net.core.somaxconn": "1"}),
        "extra_hosts": st.just(["a.local=10.0.0.1", "b.local=::1"]),
        "dns": st.just(["1.1.1.1"]),
        "dns_opt": st.just(["ndots:2", "rotate"]),
        "pull_policy": st.sampled_from(["always", "never", "missing"]),
        "platform": st.sampled_from(["linux", "linux/arm64"]),
        "tmpfs": st.lists(st.sampled_from(["/run", "/tmp:size=64m"]), unique=True),
        "shm_size": st.just("64m"),
        "volumes": st.lists(
            st.sampled_from(
                ["data:/data", "data:/more:ro", "logs:/logs", "/scratch", "db:/var/lib/mysql", "/dev/x:/dev/x"]
            ),
            unique=True,
        ),
        "configs": st.just([{"source": "conf", "target": "/etc/conf", "mode": "0400"}]),
        "secrets": st.lists(st.sampled_from(["token"]), max_size=1),
        "deploy": DEPLOY,
        "depends_on": st.lists(st.sampled_from(NAMES), unique=True, max_size=2),
        "networks": st.just({"default": {"aliases": ["other"]}}),
        "post_start": st.just([{"command": ["up"]}]),
        "init": st.booleans(),
        "pid": st.just("host"),
        "x-oam": some(hpa=st.just({"max": 5, "cpu": 60}), liveness=st.just(True), expose=st.just("nodeport")),
    },
)


@st.composite
def projects(draw: st.DrawFn) -> dict[str, Any]:
    """A small project whose services wait only for those before them."""
    services: dict[str, Any] = {}
    for name in NAMES[: draw(st.integers(1, len(NAMES)))]:
        service = draw(SERVICES)
        needed = {
            other: {"condition": "service_started"} for other in service.pop("depends_on", ()) if other in services
        }
        if "hpa" in service.get("x-oam", {}):
            # An autoscaler owns the number of replicas, on which the kind of workload hangs: that takes x-oam.type.
            service.get("deploy", {}).pop("replicas", None)
        if "networks" in service:
            service["networks"] = {"default": {"aliases": [f"{name}-too"]}}
        services[name] = {**service, "depends_on": needed} if needed else service
    return {
        "name": "made-up",
        "services": services,
        "volumes": {"data": {}, "logs": {"x-oam": {"size": "5Gi"}}, "db": {}},
        "configs": {"conf": {"content": "a: $$b\n"}},
        "secrets": {"token": {"environment": "TOKEN"}},
    }


RULEBOOK = load_rulebook()


@settings(max_examples=40)
@given(projects())
def test_the_second_conversion_gives_what_the_first_gave(project: dict[str, Any]) -> None:
    """Byte for byte, but for the annotation that names the files; and nothing is lost on the way."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "compose.yaml")
        file.write_text(json.dumps(project), encoding="utf-8")
        loaded = api.load(file, environment={"TOKEN": "t"})
        first = api.convert(loaded, rulebook=RULEBOOK)
    made = import_application([*first.documents, *first.secrets])
    before, after = first.application.to_dict(), made.application.to_dict()
    assert after["spec"] == before["spec"]
    assert not made.losses
    for name, service in made.tree["services"].items():
        extension = service.get("x-oam") or {}
        assert set(extension) <= {"hpa", "liveness", "expose"}, (name, extension)
