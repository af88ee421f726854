"""Projects made up as people write them: several files, variables, anchors, tags, extends, include, profiles.

The loader and Docker Compose read each alike, or both refuse it. ``COMPOSE2OAM_FUZZ_TEXTS`` says how many are tried
(four hundred by default); ``COMPOSE2OAM_FUZZ_SEED`` takes others than usual.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from compose2oam.errors import ComposeError
from compose2oam.loader import LoadOptions, load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conftest import Compare, Oracle

EXAMPLES = int(os.environ.get("COMPOSE2OAM_FUZZ_TEXTS", "400"))
SEED = int(os.environ.get("COMPOSE2OAM_FUZZ_SEED", "1"))
SHARDS = max(2, EXAMPLES // 500)
OUTSIDE = {"V": "value", "EMPTY": "", "PORT": "8081", "FLAG": "true"}


class Raw(str):
    """Text that stands in the file as it is."""

    __slots__ = ()


@dataclass
class Files:
    """One project: what is in its files, and how it is loaded."""

    texts: dict[str, str] = field(default_factory=dict)
    main: tuple[str, ...] = ("compose.yaml",)
    profiles: tuple[str, ...] = ()


# How a project is written


def text(node: dict[str, Any]) -> str:
    """Write a file."""
    return "\n".join([*block(node), ""])


def block(node: Any, indent: int = 0) -> list[str]:
    """Write a mapping or a list in block style."""
    pad, lines = "  " * indent, []
    entries = node.items() if isinstance(node, dict) else [("-", item) for item in node]
    for key, value in entries:
        head = f"{pad}-" if key == "-" and isinstance(node, list) else f"{pad}{scalar(key)}:"
        if isinstance(value, (dict, list)) and value and indent < 3:
            lines += [head, *block(value, indent + 1)]
        elif isinstance(value, Raw) and "\n" in value:
            first, *rest = value.split("\n")
            lines += [f"{head} {first}", *(f"{pad}    {row}" if row else "" for row in rest)]
        else:
            lines.append(f"{head} {flow(value)}")
    return lines


def flow(node: Any) -> str:
    """Write anything on one line."""
    if isinstance(node, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(value)}" for key, value in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(flow, node)) + "]"
    return scalar(node)


def scalar(value: Any) -> str:
    """Write a scalar: plain where that is simple, else quoted."""
    if isinstance(value, Raw):
        return value.split("\n")[-1].strip() if "\n" in value else str(value)
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z_./][\w./-]*|<<", value) and value.lower() not in WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


# What is in it


# Not at either end of the range, which hypothesis likes to try.
SELDOM = st.integers(0, 29).map(lambda chance: chance == 17)


class Odd:
    """A choice that is seldom made, since Docker Compose refuses it: else hardly any project would be accepted."""

    def __init__(self, *values: Any) -> None:
        self.values = values


def one(*choices: Any) -> st.SearchStrategy[Any]:
    """Choose one of some values; strategies among them are drawn from."""
    usual = [choice for choice in choices if not isinstance(choice, Odd)]
    odd = [value for choice in choices if isinstance(choice, Odd) for value in choice.values]
    ways = st.one_of([choice if isinstance(choice, st.SearchStrategy) else st.just(choice) for choice in usual])
    return SELDOM.flatmap(lambda seldom: st.sampled_from(odd) if seldom else ways) if odd else ways


def some(*choices: Any, least: int = 0, most: int = 3) -> st.SearchStrategy[list[Any]]:
    """Make a list of some of the values, each at most once."""
    return st.lists(one(*choices), min_size=least, max_size=most, unique_by=repr)


def mapping(keys: list[str], value: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """Make a mapping from some of the keys."""
    return st.dictionaries(st.sampled_from(keys), value, min_size=least, max_size=3)


def keyed(**values: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Make a mapping in which any key may be missing."""
    return st.fixed_dictionaries({}, optional={key: one(value) for key, value in values.items()})


STRANGE = st.sampled_from(
    [Raw(text) for text in ("0o17", "017", "0x1F", "0b11", "1_000", "1.10", "1e3", "1.5e-7", "-0", "+1", ".5",
    "5.", "1e21", "1.0", "100000000.0", "12345678901234567890", "123456789012345678901234", "yes", "no", "on",
    "Off", "y", "n", "True", "FALSE", "~", "null", "Null", "2024-01-01", "2024-01-01T10:00:00Z", "22:22", "1:2:3",
    "!!str 1", "!!str true", "!!int '3'", "'it''s'", "'a: b'", '"a\\tb\\u00e9\\x41"', "a # b", "a#b", "'#'", "é",
    "=", "-", "1.2.3", "0.1.0", "-1", "0", "00", "08", "1e", "__", "1__0", "_1", "0o8", "a b", "!!binary aGk=",
    "!!float 1", "!!null ''", "!!bool yes", "|\none\n  two\n", "|-\none\ntwo", ">\none\ntwo\n\nthree",
    ">-\n  one\n two", "|+\none\n\n", '"a\n b"', "a\n b")],
)  # fmt: skip
TEMPLATE = st.sampled_from(
    ["$V", "${V}", "${V:-d}", "${EMPTY:-d}", "${EMPTY-d}", "${UNSET-d}", "${UNSET:-${V}}", "${V:+x}",
    "${EMPTY:+x}", "${EMPTY+x}", "${UNSET:-}", "$$V", "$${V}", "a${V}b$V.c", "${UNSET:-a:b}", "${V:?no}",
    "${TAG}", "${TAG:-x}", "${UNSET}", "$UNSET", "x$", "${UNSET:-{}}", "${UNSET:-$$}", "${FROM_ENV}", "$1",
    "${UNSET:-'q'}", '${UNSET:-"q"}'],
)  # fmt: skip
TEXT = st.sampled_from(
    ["a", "b", "a b", "", "a=b", "é", "/x", "it's", 'say "x"', "a\nb", "\t", "# a", "a: b", "*a", "&a", "%", "@x"]
)
ANY = one(
    TEXT, STRANGE, TEMPLATE, st.sampled_from([1, 0, 1.5, True, False, None]), Odd("${UNSET:?gone}", "${V", "${}",
    Raw(".inf"), Raw("0x"), {}),
)  # fmt: skip
NAME = ["web", "api", "db", "cache"]
VARIABLES = st.one_of(
    mapping(["A", "B", "V", "UNSET", "x-a", "C"], ANY), some("A=1", "A=2", "B=", "V", "UNSET", "C=${V}", "A=b=c",
    "=x", " A=1", "B=$$", "TAG", "${V}=x", "x-a=1"),
)  # fmt: skip
LABELS = st.one_of(mapping(["a", "a.b", "com.x/y", "x-l"], ANY), some("a=1", "a.b", "a=2", "c=${V}", "d=", "e=f=g"))
DURATION = one(
    "10s", "1m30s", "1h", "0s", "1.5h", "90s", "1ms", "${UNSET:-5s}", "2d", "1w", "100us", "1h1m1s1ms", Odd("10", "x")
)
SIZE = one(
    "64m", "1g", "1.5gb", "1024", 1024, "0", "1 GiB", "10kb", "2T", "${UNSET:-1m}", "1.5b", "-1", 0, Odd("x", 1.5)
)
COUNT = one(0, 1, 3, "2", "${PORT}", "${UNSET:-4}", Raw("0o10"), Odd("x", 1.0, 2.5, "0x10", "010", -1))
FLAG = one(True, False, "true", "yes", "${FLAG}", "${UNSET:-false}", Raw("on"), Raw("n"), "TRUE", Odd("t", 1, "x"))
COMMAND = one(
    "run --fast", "sh -c 'a b'", "", [], None, ["a", "b c"], "a \\\n b", 'a "$$V" ${V}', Odd("a 'b"), ["${V}",
    "$$x", ""], "  a  ", "a#b # c", r"a\ b",
)  # fmt: skip
PORT = one(
    "80", "8080:80", "8080:80/udp", "127.0.0.1:80:80", "127.0.0.1::80", "[::1]:80:81", "3000-3002:4000-4002",
    "9000-9001:90", "9000-9002", "${PORT}:80", "${UNSET:-81}:81", "80/tcp", "0.0.0.0:1:1/sctp", 80, Raw("22:22"),
    Odd("80-81:80-82", "x", "", "1:2:3:4", "99999", "::1:80:80"), "80:80/TCP", ":80", "0:80", Raw("0x50"),
    Odd("localhost:80:80", "80:", 8080.0), {"target": 80}, {"target": "80", "published": 8080, "protocol": "udp"},
    {"target": 80, "published": "8080-8081", "mode": "host", "name": "http", "app_protocol": "http"},
    Odd({"published": 80}), {"target": 80, "host_ip": "::1"},
)  # fmt: skip
VOLUME = one(
    "data:/data", "./a:/a", "./a:/a:ro", "/anonymous", "more:/a/../b:nocopy", "~/x:/x", "../up:/up",
    "data:/data:z,ro", Odd("a:b:c:d"), ".:/here", "${V}:/v", "./${V}:/w:rw", "/abs:/abs:rslave",
    "data:/a:volume-nocopy", "c:\\a:/b", "data:/y:rw", Odd("named.x:/y", "data:rel"), "/x:/x:consistent",
    "data:/data/", {"type": "bind", "source": "./b", "target": "/b", "read_only": True}, {"type": "volume",
    "source": "data", "target": "/d", "volume": {"nocopy": True}}, {"type": "tmpfs", "target": "/t",
    "tmpfs": {"size": "10m", "mode": 493}}, {"type": "bind", "source": "b", "target": "/b",
    "bind": {"create_host_path": False}}, Odd({"type": "npipe", "source": "x", "target": "/y"}, {"source": "x",
    "target": "/y"}), {"type": "image", "source": "i", "target": "/i", "image": {"subpath": "p"}},
    {"type": "volume", "target": "/anonymous2"}, {"type": "bind", "source": "~/h", "target": "/h",
    "bind": {"propagation": "rslave", "selinux": "z"}},
)  # fmt: skip
NETWORK = keyed(
    aliases=some("a", "b"), ipv4_address="10.0.0.2", priority=COUNT, gw_priority=1,
    mac_address="02:42:ac:11:00:02", link_local_ips=["169.254.1.1"], driver_opts=mapping(["a", "b"], one("x", 1)),
    interface_name="eth0",
)  # fmt: skip
DEPENDENCY = keyed(condition=one("service_started", "service_healthy", Odd("x")), restart=FLAG, required=FLAG)
SECRET = one(
    "s", "t", Odd("nope"), {"source": "s"}, {"source": "t", "target": "/run/x", "mode": Raw("0440")},
    {"source": "s", "uid": "1", "mode": "0400"}, {"source": "s", "mode": 288},
)  # fmt: skip
BUILD = st.one_of(
    one(".", "./dir", "..", "${V}", "https://github.com/a/b.git#main:x", "git@github.com:a/b.git", "/abs", "~/h",
    ""), keyed(context=one(".", "./dir", "${V}", "https://github.com/a/b.git"), dockerfile=one("Dockerfile",
    "../D", "/abs/D", "a/${V}"), dockerfile_inline="FROM a\n", args=VARIABLES, labels=LABELS, target="t",
    cache_from=some("a", "type=local,src=x"), no_cache=FLAG, network="host", shm_size=SIZE, secrets=some(SECRET,
    most=2), tags=some("a:1", "b"), platforms=some("linux/amd64", "linux/arm64"), extra_hosts=one(["a:1.2.3.4"],
    {"b": "::1"}), additional_contexts=one({"a": "./x", "b": "docker-image://y", "c": "service:db"}, ["a=./x",
    "b"]), ulimits=mapping(["nofile"], one(3, {"soft": 1, "hard": 2})), privileged=FLAG, isolation="x",
    entitlements=some("network.host"), provenance=one(True, "max", "mode=max"), sbom=FLAG),
)  # fmt: skip
RESOURCES = keyed(
    limits=keyed(cpus=one("0.5", 1, 0.25, "${UNSET:-2}", "1e-1", Odd("x")), memory=SIZE, pids=COUNT),
    reservations=keyed(cpus=one("0.1", 2), memory=SIZE, devices=some({"capabilities": ["gpu"], "count": 1},
    {"capabilities": ["gpu"], "device_ids": ["0"]}, {"capabilities": ["gpu"], "count": "all"}, {"driver": "d"},
    most=1), generic_resources=some({"discrete_resource_spec": {"kind": "g", "value": 2}}, most=1)),
)  # fmt: skip
DEPLOY = keyed(
    mode=one("replicated", "global", Odd("x"), "replicated-job"), replicas=COUNT, endpoint_mode="vip",
    labels=LABELS, resources=RESOURCES, restart_policy=keyed(condition=one("on-failure", "any"), delay=DURATION,
    max_attempts=COUNT, window=DURATION), update_config=keyed(parallelism=COUNT, delay=DURATION,
    order=one("start-first", Odd("x")), failure_action="pause", monitor=DURATION, max_failure_ratio=one(0.5,
    "0.1", 1)), placement=keyed(constraints=some("node.role==manager", "a!=b"),
    preferences=[{"spread": "node.labels.a"}], max_replicas_per_node=COUNT),
)  # fmt: skip
HEALTH = keyed(
    test=one("curl x", ["CMD", "a", "b"], ["CMD-SHELL", "a"], ["NONE"], [], Odd(["a"]), "", "${V} x", ["CMD",
    "$$x"]), interval=DURATION, timeout=DURATION, retries=COUNT, start_period=DURATION, start_interval=DURATION,
    disable=FLAG,
)  # fmt: skip
ENV_FILE = one(
    "a.env", ["a.env", "sub/b.env"], [{"path": "a.env"}], [{"path": "no.env", "required": False}], Odd("no.env"),
    [{"path": "a.env", "format": "raw"}], "./${UNSET:-a}.env", [], [{"path": "sub/b.env", "required": True}],
)  # fmt: skip
HOSTS = one(
    ["a:1.2.3.4", "b=::1"], {"a": "1.2.3.4"}, {"a": ["1.2.3.4", "::1"]}, ["a=[::1]"], Odd(["a"]), ["a:1.1.1.1",
    "a:2.2.2.2"], ["${V}:1.1.1.1"], {"b": "${V}"},
)  # fmt: skip
HOOK = keyed(command=COMMAND, user="u", privileged=FLAG, working_dir="/w", environment=VARIABLES)
SERVICE: dict[str, Any] = {
    "annotations": LABELS, "attach": FLAG, "build": BUILD, "cap_add": some("A", "B", "ALL"), "cap_drop": some("A",
    "B"), "cgroup_parent": TEXT, "command": COMMAND, "configs": some(SECRET, most=2), "container_name": one("c",
    "${V}", "c-1"), "cpu_count": COUNT, "cpu_percent": one(50, 12.5, "10"), "cpu_shares": COUNT,
    "cpus": one("0.5", 1, 1.5, "${UNSET:-2}", Odd("x")), "depends_on": one(["cache"], mapping(["cache"],
    DEPENDENCY), Odd(["db", "web"], {"api": {"condition": "service_started"}})), "deploy": DEPLOY,
    "device_cgroup_rules": some("c 1:3 mr"), "devices": some("/dev/a", "/dev/a:/dev/b:r", {"source": "/dev/x",
    "target": "/dev/y", "permissions": "rw"}, "vendor.com/class=x", most=2), "dns": one("1.1.1.1", ["1.1.1.1",
    "8.8.8.8"], ["${EMPTY}"], ""), "dns_opt": some("a", "b"), "dns_search": one("a", ["a", "b"], "."),
    "domainname": TEXT, "entrypoint": COMMAND, "env_file": ENV_FILE, "environment": VARIABLES,
    "expose": some("80", 81, "90/udp", "1-3", "${PORT}"), "external_links": some("a", "b:c"),
    "extra_hosts": HOSTS, "gpus": one("all", [{"count": 1}], [{"driver": "nvidia", "count": "all",
    "capabilities": ["gpu"]}], []), "group_add": some("a", 1), "healthcheck": HEALTH, "hostname": one("h", "${V}",
    "a_b", Odd(Raw("1"))), "image": one("a", "b:1", "c:${TAG}", "${V}", "sha256:abc", Odd(Raw("1.0"), "")),
    "init": FLAG, "ipc": one("host", "shareable", Odd("service:db", "x")), "isolation": "default",
    "label_file": one("l.labels", ["l.labels"]), "labels": LABELS, "links": some("cache:c", Odd("db"), most=2),
    "logging": keyed(driver=one("json-file", "none"), options=mapping(["max-size", "a"], one("10m", 1, None,
    "${V}", 1.5))), "mac_address": "02:42:ac:11:65:43", "mem_limit": SIZE, "mem_reservation": SIZE,
    "mem_swappiness": COUNT, "memswap_limit": one("-1", -1, "1g"), "network_mode": one("host", "none", "bridge",
    "container:x", Odd("service:db", "service:nope")), "networks": one(some("default", "front", "back",
    Odd("nope"), most=2), mapping(["default", "front", "back"], one(None, NETWORK))), "oom_kill_disable": FLAG,
    "oom_score_adj": COUNT, "pid": one("host", Odd("service:db", "x")), "pids_limit": COUNT,
    "platform": one("linux/amd64", "${V}"), "ports": st.lists(PORT, max_size=3), "post_start": st.lists(HOOK,
    max_size=2), "pre_stop": st.lists(HOOK, max_size=1), "privileged": FLAG, "profiles": one(["p"], ["q", "p"],
    [], Odd(["*"], ["x y"])), "pull_policy": one("always", "never", "missing", "build", "if_not_present", "daily",
    "every_1h30m", Odd("x")), "read_only": FLAG, "restart": one("always", "no", Raw("no"), "on-failure:3",
    Odd("x", False)), "runtime": "r", "scale": COUNT, "secrets": some(SECRET, most=2), "security_opt": some("a:b",
    "no-new-privileges"), "shm_size": SIZE, "stdin_open": FLAG, "stop_grace_period": DURATION,
    "stop_signal": one("SIGINT", "9", Odd(9)), "storage_opt": mapping(["size"], one("1G", 1)),
    "sysctls": one(["a.b=1", "c"], {"a.b": 1, "c": "0"}, {"d": None}), "tmpfs": one("/t", ["/t", "/u:size=1m",
    "/t"], "/t:mode=755"), "tty": FLAG, "ulimits": mapping(["nofile", "nproc", "core"], one(3, "5", -1,
    {"soft": 1, "hard": "2"}, {"soft": 1}, "${PORT}")), "user": one("u", "1000:1000", "${V}", Odd(Raw("1000"))),
    "userns_mode": "host", "uts": "host", "use_api_socket": FLAG, "volumes": st.lists(VOLUME, max_size=3),
    "volumes_from": some("container:x", Odd("nope", "db", "db:ro"), most=1), "working_dir": one("/w", "w",
    "${V}"), "x-note": ANY, "models": one(["m"], {"m": {"endpoint_var": "E"}}, {"m": None}),
    "provider": one({"type": "p", "options": {"a": 1}}), "develop": keyed(watch=some({"path": "./x",
    "action": "rebuild"}, {"path": "y", "action": "sync", "target": "/y", "ignore": ["a"]}, Odd({"path": "z",
    "action": "x"}), most=1)), "unknown_key": 1, "hostnam": "x",
}  # fmt: skip
SOUND = [key for key in SERVICE if key not in ("unknown_key", "hostnam", "network_mode", "provider")]
DOTENV = some(
    "TAG=1", "TAG=2 # note", "FROM_ENV='a b'", 'FROM_ENV="x ${V} ${TAG}"', "export UNUSED=1", "# note", "",
    "V=shadowed", "TAG=${FROM_ENV:-z}", "FROM_ENV=$V$$", 'FROM_ENV="a\\nb"', "TAG: yaml", "EMPTY",
    "FROM_ENV='a\nb'", "TAG=a#b", "FROM_ENV=", "TAG='x'", "FROM_ENV=\\$V", Odd("A B=1", "A='x"), most=4,
)  # fmt: skip
ENV_TEXT = some(
    "A=file", "B=${V}", "C='$V'", 'D="${A}"', "UNSET", "V", "# x", "E=1 # y", "A=again", "F=$UNSET_TOO",
    'G="a\\tb"', "H=`x`", "x-i=1", Odd("A B=1"), most=4,
)  # fmt: skip


@st.composite
def service(draw: st.DrawFn, *, most: int = 6, partial: bool = False) -> dict[str, Any]:
    """Make up a service; a partial one need have no image."""
    keys = list(SERVICE) if draw(SELDOM) else SOUND
    made = {key: draw(one(SERVICE[key])) for key in draw(st.lists(st.sampled_from(keys), max_size=most, unique=True))}
    if not partial and not draw(SELDOM):
        made.setdefault("image", "a")
    return made


RESOURCE = {
    "networks": keyed(driver=one("bridge", "overlay"), driver_opts=mapping(["a"], one("b", 1)),
    external=one(False, Odd(True, "x")), name=one("n", "${V}"), internal=FLAG, labels=LABELS, attachable=FLAG,
    enable_ipv6=FLAG, ipam=keyed(driver="d", config=some(keyed(subnet="10.0.0.0/24", gateway="10.0.0.1",
    aux_addresses={"h": "10.0.0.9"}), most=2), options={"o": "p"})), "volumes": keyed(driver=one("local", "${V}"),
    driver_opts=mapping(["type", "o"], one("nfs", 1, 0.5)), external=one(False, Odd(True)), name=one("v", "${V}"),
    labels=LABELS), "secrets": one({"file": "./s"}, {"environment": "V"}, {"external": True}, {"external": True,
    "name": "${V}"}, {"file": "~/s", "name": "x"}, Odd({"environment": "UNSET"}, {"content": "x"}, {})),
    "configs": one({"file": "./c"}, {"content": "a ${V}\n"}, {"environment": "V"}, {"external": True},
    {"file": "/c", "labels": ["a=b"]}, Odd({"content": "x", "file": "y"}, {})),
}  # fmt: skip


FROM_BASE = ({"file": "sub/base.yaml", "service": "base"}, {"file": "sub/base.yaml", "service": "more"})


@st.composite
def top(draw: st.DrawFn) -> dict[str, Any]:
    """Make up the first file: services, and all that they may refer to."""
    made: dict[str, Any] = {}
    if draw(st.booleans()):
        made["name"] = draw(one("demo2", "${V}", "Demo", "d_e-f", Odd(Raw("1"), "é")))
    if draw(st.integers(0, 2)) == 0:
        made["x-env"] = Raw("&env " + flow(draw(mapping(["A", "B", "C"], one("1", 2, "${V}", None), least=1))))
        made["x-svc"] = Raw(
            "&svc " + flow(draw(service(most=3, partial=True)) | draw(one({}, {"environment": Raw("*env")})))
        )
        made["x-two"] = Raw("&two " + flow({"restart": "always", "labels": {"a": "two"}}))
    services = {name: draw(service()) for name in NAME[: draw(st.integers(1, 3))]}
    for name in ("db", "cache"):
        services.setdefault(name, {"image": name})
    for name, body in services.items():
        if "x-env" in made and draw(st.booleans()):
            body["<<"] = draw(one(Raw("*svc"), Raw("[*svc, *two]"), Raw("*two"), [Raw("*two"), {"tty": True}]))
        if "x-env" in made and draw(st.integers(0, 2)) == 0:
            body["environment"] = draw(one(Raw("*env"), {"<<": Raw("*env"), "A": "own"}, {"D": 1, "<<": [Raw("*env")]}))
        if name in ("web", "api") and draw(st.integers(0, 3)) == 0:
            body["extends"] = draw(one("db", "cache", {"service": "db"}, Odd("web", "nope"), *FROM_BASE))
    made["services"] = services
    made |= {"networks": {"front": None, "back": {}}, "volumes": {"data": None, "more": {}}}
    made |= {
        "secrets": {"s": {"file": "./s"}, "t": {"environment": "V"}},
        "configs": {"s": {"file": "./s"}, "t": {"content": "t"}},
    }
    made["models"] = {"m": {"model": "ai/m"}}
    for section in draw(st.lists(st.sampled_from(sorted(RESOURCE)), max_size=2, unique=True)):
        made[section] = made[section] | {draw(st.sampled_from(sorted(made[section]))): draw(RESOURCE[section])}
    return made


@st.composite
def override(draw: st.DrawFn) -> dict[str, Any]:
    """Make up a file that is merged over the first one."""
    made: dict[str, Any] = {"services": {}}
    for name in draw(st.lists(st.sampled_from(["web", "db", "cache"]), min_size=1, max_size=2, unique=True)):
        body = draw(service(most=4, partial=True))
        for key in list(body):
            if (fate := draw(st.integers(0, 11))) < 2:
                body[key] = Raw("!reset null") if fate else Raw(f"!override {flow(body[key])}")
        made["services"][name] = body
    if draw(st.integers(0, 3)) == 0:
        section = draw(st.sampled_from(sorted(RESOURCE)))
        made[section] = {draw(st.sampled_from(["front", "data", "s", "new"])): draw(RESOURCE[section])}
    return made


@st.composite
def projects(draw: st.DrawFn) -> Files:
    """Make up a project."""
    texts = {
        ".env": "\n".join(draw(DOTENV)) + "\n",
        "a.env": "\n".join(draw(ENV_TEXT)) + "\n",
        "sub/b.env": "B=sub\n",
        "l.labels": "a=file\nb.c='x'\n",
        "sub/base.yaml": text({"services": {"base": draw(service(most=4)), "more": {"extends": "base"}}}),
    }
    first = draw(top())
    if draw(st.integers(0, 5)) == 0:
        first["include"] = draw(
            one(
                ["inc/compose.yaml"],
                [{"path": "inc/compose.yaml", "env_file": "a.env"}],
                [{"path": ["inc/compose.yaml"], "project_directory": "."}],
            )
        )
        texts["inc/compose.yaml"] = (
            "\n".join(block({"services": {"side": draw(service(most=3))}, "volumes": {"own": {}}})) + "\n"
        )
    texts["compose.yaml"] = text(first)
    main = ["compose.yaml"]
    for index in range(draw(st.sampled_from([0, 0, 1, 1, 2]))):
        main.append(f"over{index}.yaml")
        texts[main[-1]] = text(draw(override()))
    return Files(texts, tuple(main), tuple(draw(st.sampled_from([(), (), ("p",), ("*",), ("q", "x")]))))


def verdict(
    project: Files, folder: pathlib.Path, oracle: Oracle, differences: Compare, environment: Mapping[str, str]
) -> tuple[str, str]:
    """Load a project on both sides, in ``folder``; return ``equal``, ``refused`` or how they differ, and the words."""
    for name, text in project.texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    arguments = [part for profile in project.profiles for part in ("--profile", profile)]
    theirs = oracle(folder, project.main, arguments=arguments, environment=environment)
    try:
        ours = load(LoadOptions(files=project.main, profiles=project.profiles, environment=environment))
    except ComposeError as problem:
        if theirs.model is None:
            return "refused", theirs.refusal
        return "only we refuse it", "; ".join(map(str, problem.diagnostics))
    if theirs.model is None:
        return "only Docker Compose refuses it", theirs.refusal
    found = differences(ours.tree, theirs.model)
    return ("they differ", "; ".join(found)) if found else ("equal", "")


@pytest.mark.parametrize("shard", range(SHARDS))
def test_made_up_projects_read_alike(
    shard: int,
    oracle: Oracle,
    differences: Compare,
    neutral_environment: dict[str, str],
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    counts: Callable[[str], None],
) -> None:
    """No project is read in two ways."""
    folder = tmp_path / "demo"
    folder.mkdir()
    monkeypatch.chdir(folder)
    tally = {"equal": 0, "refused": 0}

    @seed(SEED * 1000 + shard)
    @settings(
        max_examples=EXAMPLES // SHARDS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        print_blob=False,
    )
    @given(projects())
    def check(project: Files) -> None:
        what, words = verdict(project, folder, oracle, differences, neutral_environment | OUTSIDE)
        shown = "\n".join(f"--- {name}\n{text}" for name, text in project.texts.items())
        assert what in tally, f"{what}: {words}\n{project.main} {project.profiles}\n{shown}"
        tally[what] += 1

    check()
    counts(f"shard {shard}: {tally['equal']} equal, {tally['refused']} refused by both")
