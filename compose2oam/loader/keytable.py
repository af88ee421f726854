"""The table of keys: every key of the Compose specification, as Docker Compose v5.6 understands it.

One line says what a key may be, how it is merged, what its short form means and what type it has in the end. The words
used are explained in :class:`compose2oam.loader.keys.Place`, and at the top of the modules that act on them.
"""

from __future__ import annotations

from compose2oam.loader.keyparts import (
    COMMAND,
    COUNT,
    DISTINCT,
    DURATION,
    FLAG,
    LABELS,
    MAPPING,
    NUMBER,
    PAIRS,
    SIZE,
    STRING,
    STRING_OR_LIST,
    VARIABLES,
    blkio,
    build,
    deploy,
    develop,
    device,
    env_file,
    file_mount,
    file_object,
    gpu,
    healthcheck,
    hosts,
    logging,
    model,
    mount,
    names_of,
    network,
    port,
    section,
    service_network,
    ulimits,
    volume,
)
from compose2oam.loader.keys import ANYTHING, NAME, Place, place
from compose2oam.model.regex import regex


def compose_file() -> Place:
    """Return the place of a whole Compose file (Compose specification, "The Compose file")."""
    parts = container()
    workload = parts | workload_only()
    return section(
        {
            "version": place("string", deprecated="leave it out: Docker Compose ignores it"),
            "name": STRING,
            "include": place("list", item=include()),
            "services": names_of(section(workload | service_only(parts))),
            "jobs": names_of(job(workload)),
            "networks": names_of(network()),
            "volumes": names_of(volume()),
            "secrets": names_of(file_object("secret")),
            "configs": names_of(file_object("config")),
            "models": names_of(model()),
        }
    )


def include() -> Place:
    """Return the place of one entry of ``include``."""
    keys = {"path": STRING_OR_LIST, "env_file": STRING_OR_LIST, "project_directory": STRING}
    return place("string|mapping", keys=keys)


def container() -> dict[str, Place]:
    """Return the keys that services, jobs and ``pre_start`` hooks share: what describes one container."""
    mounted = file_mount()
    return {
        "annotations": PAIRS.but(type="mapping", unique="pair"),
        "blkio_config": blkio(),
        "cap_add": DISTINCT.but(unique="pair"),
        "cap_drop": DISTINCT.but(unique="pair"),
        "cgroup": place("string", enum=("host", "private")),
        "cgroup_parent": STRING,
        "command": COMMAND.but(merge="replace"),
        "configs": place("list", item=mounted, unique="config"),
        "cpu_count": place("string|integer", least=0, type="int"),
        "cpu_percent": place("string|integer", least=0, most=100, type="float"),
        "cpu_period": NUMBER,
        "cpu_quota": NUMBER,
        "cpu_rt_period": NUMBER,
        "cpu_rt_runtime": NUMBER,
        "cpu_shares": NUMBER,
        "cpus": place("number|string", type="float"),
        "cpuset": STRING,
        "credential_spec": section({"config": STRING, "file": STRING, "registry": STRING}),
        "device_cgroup_rules": DISTINCT,
        "devices": place("list", item=device(), unique="device"),
        "dns": STRING_OR_LIST.but(merge="sequence", unique="pair", long="list"),
        "dns_opt": DISTINCT.but(merge="sequence", unique="pair"),
        "dns_search": STRING_OR_LIST.but(merge="sequence", unique="pair"),
        "domainname": STRING,
        "entrypoint": COMMAND.but(merge="replace"),
        "env_file": place("string|list", item=env_file(), merge="sequence", unique="env_file", long="env_file"),
        "environment": VARIABLES.but(unique="pair"),
        "extra_hosts": hosts(),
        "gpus": place("string|list", enum=("all",), item=gpu(), long="gpus"),
        "group_add": place("list", item=place("string|number"), distinct=True, type="strings"),
        "hostname": STRING,
        "image": STRING,
        "init": FLAG,
        "ipc": STRING,
        "isolation": STRING,
        "label_file": place("string|list", item=place("string", path="plain"), merge="sequence", long="list"),
        "labels": LABELS.but(unique="pair"),
        "logging": logging(),
        "mac_address": STRING,
        "mem_limit": SIZE,
        "mem_reservation": place("string|integer", type="size"),
        "mem_swappiness": place("integer|string", type="size"),
        "memswap_limit": SIZE,
        "models": place(
            "list|mapping",
            item=place("string"),
            distinct=True,
            each=section({"endpoint_var": STRING, "model_var": STRING}, kinds="mapping|null"),
            names=NAME,
            free=True,
            merge="names",
            long="names",
        ),
        "network_mode": STRING,
        "networks": place(
            "list|mapping",
            item=place("string"),
            distinct=True,
            each=service_network(),
            names=NAME,
            merge="names",
            long="names",
        ),
        "oom_kill_disable": FLAG,
        "oom_score_adj": place("string|integer", least=-1000, most=1000, type="int"),
        "pid": place("string|null", type="string"),
        "pids_limit": NUMBER,
        "platform": STRING,
        "privileged": FLAG,
        "pull_policy": place(
            "string",
            pattern=regex(
                r"\A(always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+)\Z"
            ),
        ),
        "pull_refresh_after": STRING,
        "read_only": FLAG,
        "runtime": STRING,
        "secrets": place("list", item=mounted.but(default="secret"), unique="secret"),
        "security_opt": DISTINCT,
        "shm_size": SIZE,
        "stop_grace_period": DURATION,
        "stop_signal": STRING,
        "storage_opt": place("mapping", each=place("|".join(sorted(ANYTHING)), type="string")),
        "sysctls": MAPPING.but(unique="pair"),
        "tmpfs": STRING_OR_LIST.but(merge="sequence", unique="pair"),
        "ulimits": ulimits(),
        "use_api_socket": place("boolean"),
        "user": STRING,
        "userns_mode": STRING,
        "uts": STRING,
        "volumes": place("list", item=mount(), distinct=True, unique="volume"),
        "volumes_from": DISTINCT,
        "working_dir": STRING,
    }


def workload_only() -> dict[str, Place]:
    """Return the keys that services and jobs share beyond those of a container."""
    wait = section(
        {
            "restart": FLAG,
            "required": place("boolean", type="bool"),
            "condition": place("string", enum=("service_started", "service_healthy", "service_completed_successfully")),
        },
        required=("condition",),
    )
    return {
        "build": build(),
        "depends_on": place(
            "list|mapping",
            item=place("string"),
            distinct=True,
            each=wait,
            names=NAME,
            merge="depends_on",
            long="depends_on",
        ),
        "expose": place("list", item=place("string|number"), distinct=True, unique="expose", type="numbers"),
        "healthcheck": healthcheck(),
        "ports": place("list", item=port(), distinct=True, unique="port", long="ports"),
        "stdin_open": FLAG,
        "tty": FLAG,
    }


def service_only(parts: dict[str, Place]) -> dict[str, Place]:
    """Return the keys that only a service has; ``parts`` are those of a container."""
    hook = section(
        {
            "command": COMMAND,
            "user": STRING,
            "privileged": FLAG,
            "working_dir": STRING,
            "environment": VARIABLES,
        },
        required=("command",),
    )
    return {
        "attach": FLAG,
        "container_name": place("string", pattern=regex(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")),
        "deploy": deploy(),
        "develop": develop(hook),
        "extends": place(
            "string|mapping",
            keys={"service": STRING, "file": place("string", path="extends")},
            required=("service",),
            long="extends",
        ),
        "external_links": DISTINCT,
        "links": DISTINCT.but(unique="pair"),
        "post_start": place("list", item=hook),
        "pre_start": place("list", item=init_container(parts)),
        "pre_stop": place("list", item=hook),
        "profiles": DISTINCT.but(unique="pair"),
        "provider": section(
            {
                "type": STRING,
                "options": place(
                    "mapping",
                    each=place("string|number|boolean|list", item=place("string|number|boolean")),
                    type="multi_options",
                ),
            },
            required=("type",),
        ),
        "restart": STRING,
        "scale": COUNT,
    }


def init_container(parts: dict[str, Place]) -> Place:
    """Return the place of a ``pre_start`` hook: a container without defaults, whose lists stay as they are."""
    plain_mount = mount()
    plain_mount = plain_mount.but(keys={**plain_mount.keys, "bind": plain_mount.keys["bind"].but(default="")})
    keys = parts | {
        "secrets": parts["secrets"].but(item=file_mount()),
        "volumes": parts["volumes"].but(item=plain_mount),
        "gpus": parts["gpus"].but(item=gpu().but(default="", check="")),
        "networks": parts["networks"].but(each=service_network(unique="")),
        "per_replica": FLAG,
    }
    return section({key: known.but(unique="") for key, known in keys.items()})


def job(workload: dict[str, Place]) -> Place:
    """Return the place of a job (Compose specification, "Jobs top-level element")."""
    schedule = section(
        {
            "cron": STRING,
            "timezone": STRING,
            "concurrency": place("string", enum=("forbid", "queue")),
            "missed_fires": place("string", enum=("one", "skip")),
        },
        kinds="string|mapping",
        required=("cron",),
        long="schedule",
    )
    triggers = section({"manual": FLAG, "schedule": place("list", item=schedule)}, one_of=("manual", "schedule"))
    keys = {key: known.but(unique="") for key, known in workload.items()}
    keys["gpus"] = keys["gpus"].but(item=gpu().but(check=""))
    keys["ports"] = keys["ports"].but(item=port().but(check=""))
    keys |= {"profiles": DISTINCT, "triggers": triggers}
    return section(keys, required=("triggers",))
