"""The shape of the printed model: which keys a part has, in Docker Compose's order, and what is said of empty ones.

A shape is written as its keys. A key is left out when it is empty (null, false, 0, ``""``, ``[]``, ``{}``), unless a
sign after it says otherwise:

- ``?`` it is left out only when nothing was written,
- ``!`` JSON always has it, with its empty value, and YAML leaves that value out,
- ``+`` it is left out when it is true,
- ``~`` it is a size or a duration, which is also empty when it is zero.

A colon names the shape of its value; ``[shape]`` is a list of those, ``{shape}`` a mapping from names to them,
``<shape>`` one in which null counts as ``{}``; ``&shape`` stands for the keys of another one. A key without a shape
holds a scalar, or a collection whose keys are the user's own.

The order is that of Docker Compose's own types, since the hash of a service is taken over its text in that order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

_KEYS: Final = {
    "project": """
        name services?:{service} jobs:{job} networks:<network> volumes:<volume> secrets:<file> configs:<file>
        models:<model>
    """,
    "job": "name profiles triggers? deploy?:deploy &container",
    "service": "profiles &container",
    "container": """
        annotations attach? build?:build develop?:develop blkio_config?:blkio cap_add cap_drop cgroup_parent cgroup
        cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpus cpuset cpu_shares command!
        configs:[mounted] container_name credential_spec?:credentials depends_on:{dependency} deploy?:deploy
        device_cgroup_rules devices:[device] dns dns_opt dns_search domainname entrypoint! provider?:provider
        environment env_file:[env_file] expose external_links extra_hosts group_add gpus:[gpu] hostname
        healthcheck?:healthcheck image init? ipc isolation labels label_file links logging?:logging mem_limit~
        mem_reservation~ memswap_limit~ mem_swappiness~ mac_address models:{model_mount} network_mode
        networks:{attached} oom_kill_disable oom_score_adj pid pids_limit platform ports:[port] privileged pull_policy
        pull_refresh_after read_only restart runtime scale? secrets:[mounted] security_opt shm_size~ stdin_open
        stop_grace_period? stop_signal storage_opt sysctls tmpfs tty ulimits:{ulimit} use_api_socket user userns_mode
        uts volumes:[mount] volumes_from working_dir pre_start:[init] post_start:[hook] pre_stop:[hook]
    """,
    "attached": """
        aliases driver_opts gw_priority interface_name ipv4_address ipv6_address link_local_ips mac_address priority
    """,
    "bind": "selinux propagation create_host_path+ recursive",
    "blkio": """
        weight weight_device:[weight] device_read_bps:[rate] device_read_iops:[rate] device_write_bps:[rate]
        device_write_iops:[rate]
    """,
    "build": """
        context dockerfile dockerfile_inline entitlements args provenance sbom ssh labels cache_from cache_to no_cache
        no_cache_filter additional_contexts pull extra_hosts isolation network target secrets:[mounted] shm_size~ tags
        ulimits:{ulimit} platforms privileged
    """,
    "credentials": "config file registry",
    "dependency": "condition restart required?",
    "deploy": """
        mode replicas? labels update_config?:update rollback_config?:update resources!:resources restart_policy?:retries
        placement!:placement endpoint_mode
    """,
    "develop": "watch:[watch]",
    "device": "source target permissions",
    "discrete": "kind? value?",
    "env_file": "path required+ format",
    "file": "name file environment content external labels driver driver_opts template_driver",
    "generic": "discrete_resource_spec?:discrete",
    "gpu": "capabilities driver count device_ids options",
    "healthcheck": "test timeout? interval? retries? start_period? start_interval? disable",
    "hook": "command! image user privileged working_dir environment per_replica",
    "image": "subpath",
    "init": "&container per_replica",
    "ipam": "driver config:[pool] options",
    "logging": "driver options",
    "model": "name model context_size runtime_flags",
    "model_mount": "endpoint_var model_var",
    "mount": "type source target read_only consistency bind?:bind volume?:volume_mount tmpfs?:tmpfs image?:image",
    "mounted": "source target uid gid mode?",
    "network": """
        name driver driver_opts ipam!:ipam external internal attachable labels enable_ipv4? enable_ipv6?
    """,
    "placement": "constraints preferences:[preference] max_replicas_per_node",
    "pool": "subnet gateway ip_range aux_addresses",
    "port": "name mode host_ip target published protocol app_protocol",
    "preference": "spread",
    "provider": "type options",
    "rate": "Path? Rate?",
    "resource": "cpus memory~ pids devices:[gpu] generic_resources:[generic]",
    "resources": "limits?:resource reservations?:resource",
    "retries": "condition delay? max_attempts? window?",
    "tmpfs": "size~ mode",
    "ulimit": "single soft hard",
    "update": "parallelism? delay~ failure_action monitor~ max_failure_ratio order",
    "volume": "name driver driver_opts external labels",
    "volume_mount": "labels nocopy subpath",
    "watch": "path? action? target exec!:hook include ignore initial_sync",
    "weight": "Path? Weight?",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a shape.

    Attributes:
        sign: ``""`` or one of ``?!+~``, as the module says.
        shape: the name of the shape of the value, or of what is in it; ``""`` for none.
        within: ``""`` where the shape is that of the value, ``[`` of each item, ``{`` or ``<`` of each entry.
    """

    sign: str
    shape: str
    within: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known about a part.

    Attributes:
        fields: its keys in order.
        always: the keys that JSON always has.
        capitals: whether Docker Compose writes the keys with a capital when it takes a hash.
    """

    fields: Mapping[str, Field]
    always: tuple[str, ...]
    capitals: bool


@cache
def shape(name: str) -> Shape:
    """Return a shape by its name in the table."""
    fields: dict[str, Field] = {}
    capitals = False
    for word in _KEYS[name].split():
        if word[0] == "&":
            fields |= shape(word[1:]).fields
            continue
        capitals = word[0].isupper()
        key, _, value = word.partition(":")
        sign = key[-1] if key[-1] in "?!+~" else ""
        within = value[0] if value[:1] in ("[", "{", "<") else ""
        fields[key.lower().removesuffix(sign)] = Field(sign, value.strip("[]{}<>"), within)
    return Shape(fields, tuple(key for key, field in fields.items() if field.sign == "!"), capitals)
