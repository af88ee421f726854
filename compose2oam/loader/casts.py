"""Where a string becomes a number or a boolean once its variables are replaced, as in ``replicas: ${N:-2}``.

It happens to every string at these places, one without variables included (``privileged: "yes"``). Which places is a
fact of Docker Compose. ``*`` is any step of a path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from compose2oam.loader.values import integer, number, single_precision
from compose2oam.model.path import Step

Cast: TypeAlias = Callable[[str], Any]
Casts: TypeAlias = dict[Step | None, Any]

OLD_BOOLEANS: Final = {"y": True, "yes": True, "on": True, "n": False, "no": False, "off": False}
"""What YAML 1.1 took for a boolean; accepted with a warning."""


def boolean(word: str) -> bool:
    """Parse a boolean in any case, also as YAML 1.1 knew it.

    Raises:
        ValueError: with a message that names the word.
    """
    lower = word.lower()
    if lower in ("true", "false"):
        return lower == "true"
    if lower not in OLD_BOOLEANS:
        raise ValueError(f"`{word}` is not a boolean")
    return OLD_BOOLEANS[lower]


def single(word: str) -> float:
    """Parse a number of single precision."""
    return single_precision(number(word))


_CONTAINERS: Final = ("services.*", "jobs.*", "services.*.pre_start.*")
_WORKLOADS: Final = ("services.*", "jobs.*")
_SERVICES: Final = ("services.*",)
_TABLE: Final[tuple[tuple[tuple[str, ...], Cast, str], ...]] = (
    (_CONTAINERS, integer, "cpu_count cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares"),
    (_CONTAINERS, integer, "oom_score_adj pids_limit ulimits.* ulimits.*.hard ulimits.*.soft"),
    (_CONTAINERS, number, "cpu_percent"),
    (_CONTAINERS, single, "cpus"),
    (_CONTAINERS, boolean, "init oom_kill_disable privileged read_only volumes.*.read_only volumes.*.volume.nocopy"),
    (_WORKLOADS, integer, "healthcheck.retries ports.*.target"),
    (_WORKLOADS, boolean, "depends_on.*.required depends_on.*.restart healthcheck.disable stdin_open tty"),
    (_SERVICES, integer, "scale deploy.replicas deploy.update_config.parallelism deploy.rollback_config.parallelism"),
    (_SERVICES, integer, "deploy.restart_policy.max_attempts deploy.placement.max_replicas_per_node"),
    (_SERVICES, number, "deploy.update_config.max_failure_ratio deploy.rollback_config.max_failure_ratio"),
    (("networks.*",), boolean, "attachable enable_ipv4 enable_ipv6 external internal"),
    (("configs.*", "secrets.*", "volumes.*"), boolean, "external"),
)

HERE: Final = None
"""The key under which :func:`casts` holds the cast of a place that has places below."""


def patterns() -> Iterator[tuple[str, Cast]]:
    """Yield each place, as a path pattern, and its cast."""
    for prefixes, cast, keys in _TABLE:
        for prefix in prefixes:
            for key in keys.split():
                yield f"{prefix}.{key}", cast


def casts() -> Casts:
    """Return the table as a tree: steps of a path lead to a cast, or to more steps."""
    tree: Casts = {}
    for pattern, cast in patterns():
        here = tree
        for step in pattern.split("."):
            here = here.setdefault(step, {})
        here[HERE] = cast
    return tree
