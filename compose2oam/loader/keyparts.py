"""The parts of the table of keys: the sorts of values that many keys share, and the sections below a service.

Each function returns the place of one section; :mod:`compose2oam.loader.keytable` puts them together.
"""

from __future__ import annotations

from typing import Any

from compose2oam.loader.keys import NAME, Place, place
from compose2oam.model.regex import regex

STRING = place("string", type="string")
FLAG = place("boolean|string", type="bool")
COUNT = place("integer|string", type="int")
NATURAL = place("integer|string", type="uint")
NUMBER = place("number|string", type="int")
SIZE = place("number|string", type="size")
DURATION = place("string", type="duration")
STRINGS = place("list", item=STRING, type="strings")
DISTINCT = place("list", item=place("string"), distinct=True, type="strings")
STRING_OR_LIST = place("string|list", item=place("string"), distinct=True, type="list")
PAIRS = place(
    "mapping|list",
    each=place("string|number|boolean|null"),
    names=regex("(?s).+"),
    item=place("string"),
    distinct=True,
    merge="pairs",
)
LABELS = PAIRS.but(type="labels")
VARIABLES = PAIRS.but(type="variables")
MAPPING = PAIRS.but(type="mapping")
OPTIONS = place("mapping", each=place("string|number"), type="options")
COMMAND = place("null|string|list", item=place("string"), type="command")
MOUNT_LABELS = LABELS.but(type="mapping")


def section(keys: dict[str, Place], **attributes: Any) -> Place:
    """Make a mapping of known keys, in which ``x-`` keys are allowed."""
    return place(attributes.pop("kinds", "mapping"), keys=keys, extensible=True, **attributes)


def names_of(what: Place, **attributes: Any) -> Place:
    """Make a mapping from names to things of one sort."""
    return place(attributes.pop("kinds", "mapping"), each=what, names=NAME, **attributes)


def blkio() -> Place:
    """Return the place of ``blkio_config``."""
    rate = place("mapping", keys={"path": STRING, "rate": place("integer|string", type="size")})
    weight = place("mapping", keys={"path": STRING, "weight": NATURAL})
    rates = place("list", item=rate)
    return place(
        "mapping",
        keys={
            "device_read_bps": rates,
            "device_read_iops": rates,
            "device_write_bps": rates,
            "device_write_iops": rates,
            "weight": NATURAL,
            "weight_device": place("list", item=weight),
        },
    )


def build() -> Place:
    """Return the place of ``build`` (Compose Build specification)."""
    context = place("string|number|boolean|null", path="context")
    return section(
        {
            "additional_contexts": MAPPING.but(each=context, unique="pair", long="pairs"),
            "args": VARIABLES.but(unique="pair"),
            "cache_from": STRINGS,
            "cache_to": STRINGS,
            "context": place("string", path="context", type="string"),
            "dockerfile": STRING,
            "dockerfile_inline": STRING,
            "entitlements": STRINGS,
            "extra_hosts": hosts(),
            "isolation": STRING,
            "labels": LABELS.but(unique="pair"),
            "network": STRING,
            "no_cache": FLAG,
            "no_cache_filter": STRING_OR_LIST,
            "platforms": STRINGS,
            "privileged": FLAG,
            "provenance": place("string|boolean", long="text"),
            "pull": FLAG,
            "sbom": place("string|boolean", long="text"),
            "secrets": place("list", item=file_mount()),
            "shm_size": place("integer|string", type="size"),
            "ssh": place(
                "mapping|list",
                each=place("string|number|boolean|null", path="unix"),
                names=regex("(?s).+"),
                item=place("string"),
                distinct=True,
                long="ssh",
            ),
            "tags": STRINGS.but(unique="pair"),
            "target": STRING,
            "ulimits": ulimits().but(merge=""),
        },
        kinds="string|mapping",
        merge="build",
        long="build",
        default="build",
    )


def deploy() -> Place:
    """Return the place of ``deploy`` (Compose Deploy specification)."""
    update = section(
        {
            "parallelism": NATURAL,
            "delay": DURATION,
            "failure_action": STRING,
            "monitor": DURATION,
            "max_failure_ratio": place("number|string", type="float"),
            "order": place("string", enum=("start-first", "stop-first")),
        }
    )
    generic = section(
        {"discrete_resource_spec": section({"kind": STRING, "value": place("number|string", type="int")})}
    )
    limits = {
        "cpus": place("number|string", type="float"),
        "memory": place("string", type="size"),
        "pids": COUNT,
    }
    reservations = {
        "cpus": limits["cpus"],
        "memory": limits["memory"],
        "generic_resources": place("list", item=generic),
        "devices": place("list", item=gpu().but(required=("capabilities",), free=False)),
    }
    return section(
        {
            "endpoint_mode": STRING,
            "labels": LABELS.but(unique="pair"),
            "mode": STRING,
            "placement": section(
                {
                    "constraints": STRINGS,
                    "max_replicas_per_node": NATURAL,
                    "preferences": place("list", item=section({"spread": STRING})),
                }
            ),
            "replicas": COUNT,
            "resources": section({"limits": section(limits), "reservations": section(reservations)}),
            "restart_policy": section(
                {"condition": STRING, "delay": DURATION, "max_attempts": NATURAL, "window": DURATION}
            ),
            "rollback_config": update,
            "update_config": update,
        },
        kinds="mapping|null",
    )


def develop(hook: Place) -> Place:
    """Return the place of ``develop`` (Compose Develop specification)."""
    watch = section(
        {
            "action": place("string", enum=("rebuild", "sync", "restart", "sync+restart", "sync+exec")),
            "exec": hook,
            "ignore": STRING_OR_LIST.but(long="list"),
            "include": STRING_OR_LIST.but(long="list"),
            "initial_sync": place("boolean"),
            "path": place("string", path="symlink", check="path"),
            "target": STRING,
        },
        required=("path", "action"),
    )
    return section({"watch": place("list", item=watch)}, kinds="mapping|null")


def device() -> Place:
    """Return the place of one of ``devices``."""
    keys = {"source": STRING, "target": STRING, "permissions": STRING}
    return section(keys, kinds="string|mapping", required=("source",), long="device")


def gpu() -> Place:
    """Return the place of a request for devices, as in ``gpus`` and in ``deploy.resources.reservations.devices``."""
    return section(
        {
            "capabilities": DISTINCT,
            "count": place("string|integer", type="device_count"),
            "device_ids": DISTINCT,
            "driver": STRING,
            "options": MAPPING.but(merge=""),
        },
        free=True,
        default="device_request",
        check="device_request",
    )


def env_file() -> Place:
    """Return the place of one of ``env_file``."""
    return place(
        "string|mapping",
        keys={"path": place("string", path="plain"), "format": STRING, "required": FLAG},
        required=("path",),
    )


def file_mount() -> Place:
    """Return the place of one of a service's ``configs`` or ``secrets``."""
    return section(
        {
            "source": STRING,
            "target": STRING,
            "uid": STRING,
            "gid": STRING,
            "mode": place("number|string", type="mode"),
        },
        kinds="string|mapping",
        long="source",
    )


def healthcheck() -> Place:
    """Return the place of ``healthcheck``."""
    return section(
        {
            "disable": FLAG,
            "interval": DURATION,
            "retries": place("number|string", type="uint"),
            "start_interval": DURATION,
            "start_period": DURATION,
            "test": place("string|list", item=place("string"), merge="replace", type="test"),
            "timeout": DURATION,
        }
    )


def hosts() -> Place:
    """Return the place of ``extra_hosts``."""
    return place(
        "mapping|list",
        each=place("string|list", item=place("string")),
        names=regex("(?s).+"),
        item=place("string"),
        distinct=True,
        merge="sequence",
        type="hosts",
    )


def logging() -> Place:
    """Return the place of ``logging``."""
    options = place("mapping", each=place("string|number|null"), type="options")
    return section({"driver": STRING, "options": options}, merge="logging")


def mount() -> Place:
    """Return the place of one of a service's ``volumes``."""
    return section(
        {
            "type": place("string", enum=("bind", "volume", "tmpfs", "cluster", "npipe", "image")),
            "source": STRING,
            "target": STRING,
            "read_only": FLAG,
            "consistency": STRING,
            "bind": section(
                {
                    "create_host_path": FLAG,
                    "propagation": STRING,
                    "recursive": place("string", enum=("enabled", "disabled", "writable", "readonly")),
                    "selinux": place("string", enum=("z", "Z")),
                },
                default="bind",
            ),
            "image": section({"subpath": STRING}),
            "tmpfs": section(
                {"mode": place("number|string", type="uint"), "size": place("integer|string", least=0, type="size")}
            ),
            "volume": section({"labels": MOUNT_LABELS, "nocopy": FLAG, "subpath": STRING}),
        },
        kinds="string|mapping",
        required=("type",),
        long="volume",
        path="mount",
    )


def port() -> Place:
    """Return the place of one of a service's ``ports``."""
    return section(
        {
            "app_protocol": STRING,
            "host_ip": STRING,
            "mode": STRING,
            "name": STRING,
            "protocol": STRING,
            "published": place("string|integer", type="string"),
            "target": place("integer|string", type="uint"),
        },
        kinds="number|string|mapping",
        default="port",
        check="port",
    )


def service_network(unique: str = "pair") -> Place:
    """Return the place of one of a service's ``networks``."""
    return section(
        {
            "aliases": DISTINCT.but(unique=unique),
            "driver_opts": OPTIONS,
            "gw_priority": place("number", type="int"),
            "interface_name": STRING,
            "ipv4_address": STRING,
            "ipv6_address": STRING,
            "link_local_ips": DISTINCT.but(unique=unique),
            "mac_address": STRING,
            "priority": place("number", type="int"),
        },
        kinds="mapping|null",
    )


def ulimits() -> Place:
    """Return the place of ``ulimits``."""
    both = {"hard": COUNT, "soft": COUNT}
    limit = section(
        both, kinds="integer|string|mapping", required=("soft", "hard"), merge="ulimit", long="ulimit", type="ulimit"
    )
    return place("mapping", each=limit, names=regex("[a-z]+"), free=True)


def external(free: bool = False) -> Place:
    """Return the place of ``external``."""
    old = place("string", deprecated="use `name` beside `external: true`")
    return section({"name": old}, kinds="boolean|string|mapping", free=free, type="bool")


def network() -> Place:
    """Return the place of a network."""
    pool = section(
        {
            "aux_addresses": place("mapping", each=place("string"), names=regex(".+"), type="mapping"),
            "gateway": STRING,
            "ip_range": STRING,
            "subnet": STRING,
        }
    )
    ipam = section(
        {
            "config": place("list", item=pool, merge="ipam"),
            "driver": STRING,
            "options": place("mapping", each=place("string"), names=regex(".+"), type="options"),
        }
    )
    return section(
        {
            "attachable": FLAG,
            "driver": STRING,
            "driver_opts": OPTIONS,
            "enable_ipv4": FLAG,
            "enable_ipv6": FLAG,
            "external": external(),
            "internal": FLAG,
            "ipam": ipam,
            "labels": LABELS.but(unique="pair"),
            "name": STRING,
        },
        kinds="mapping|null",
        long="external",
    )


def volume() -> Place:
    """Return the place of a volume."""
    return section(
        {
            "driver": STRING,
            "driver_opts": OPTIONS,
            "external": external(),
            "labels": LABELS,
            "name": STRING,
        },
        kinds="mapping|null",
        long="external",
        path="device",
        check="external",
    )


def file_object(sort: str) -> Place:
    """Return the place of a top-level config or secret; ``sort`` says which."""
    keys = {
        "environment": STRING,
        "external": external(free=True),
        "file": place("string", path="unix"),
        "labels": LABELS,
        "name": STRING,
        "template_driver": STRING,
    }
    keys |= (
        {"content": STRING}
        if sort == "config"
        else {"driver": STRING, "driver_opts": place("mapping", each=place("string|number", type="string"))}
    )
    return section(keys, long="external", check=sort)


def model() -> Place:
    """Return the place of a model."""
    return section(
        {"context_size": place("integer", type="int"), "model": STRING, "name": STRING, "runtime_flags": STRINGS},
        required=("model",),
    )
