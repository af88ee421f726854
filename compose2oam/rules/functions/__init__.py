"""The functions that a rule may name with ``by``: a closed table, one file each.

A function is what an expression cannot say: durations, quantities, shell words, names, files. It is called with the
value that the expression found and the :class:`~compose2oam.rules.context.Context` of the run, and returns what the
rule writes, or ``None`` for nothing. What it cannot carry over it says with ``context.note``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from compose2oam.rules import strict
from compose2oam.source.position import Position

if TYPE_CHECKING:
    from compose2oam.rules.context import Context

Function = Callable[[Any, "Context"], Any]

# The function of a name is the one of the same name in the module of the same name.
NAMES = frozenset(
    {
        "addresses",
        "affinity",
        "alias_labels",
        "allow_escalation",
        "apart",
        "arguments",
        "as_annotations",
        "as_mapping",
        "asked_ports",
        "attempts",
        "bind_objects",
        "built_image",
        "capabilities",
        "claim",
        "class_name",
        "config_map",
        "config_mounts",
        "container",
        "container_mounts",
        "container_ports",
        "container_security",
        "cpu",
        "cpu_of_shares",
        "cpu_share",
        "dependencies",
        "dns_options",
        "environment",
        "exposed_ports",
        "function_secrets",
        "function_variables",
        "further_routes",
        "further_volumes",
        "gateway_paths",
        "generic_resources",
        "gpus",
        "group_numbers",
        "hinted_init",
        "hinted_liveness",
        "hinted_ports",
        "hinted_probe",
        "hinted_variables",
        "hook",
        "host_aliases",
        "host_label",
        "host_ports",
        "image_tag",
        "init_containers",
        "isolation",
        "katenary_probe",
        "kept_claims",
        "kept_variables",
        "memory",
        "model_servers",
        "model_variables",
        "mount_operations",
        "mounts",
        "mounts_of_others",
        "name_servers",
        "named_ports",
        "network_policy",
        "node_affinity",
        "node_choice",
        "node_requirements",
        "nodes_at_once",
        "one_port",
        "platform",
        "pod_policies",
        "pod_volumes",
        "port_properties",
        "ports",
        "prepopulate",
        "probe",
        "protocol_service",
        "published_service",
        "pull_policy",
        "reserved_cpu",
        "reserved_memory",
        "route",
        "run_as",
        "scaling_metrics",
        "search_domains",
        "seconds",
        "secret",
        "secret_mounts",
        "security_operations",
        "security_options",
        "separate_limits",
        "service_links",
        "services",
        "shared_processes",
        "spread",
        "spread_constraints",
        "startup_probe",
        "storage_size",
        "strategy",
        "sysctls",
        "tmpfs",
        "tolerations",
        "volume_mounts",
        "volumes_of_pod",
    }
)

# The functions to which only their value, the settings and names that changed matter, and what these places of an
# entity say. Where all that is the same, they say and return the same; a test looks whether they keep to that.
ALIKE: dict[str, frozenset[tuple[str, ...]]] = {
    **dict.fromkeys(
        (
            "arguments",
            "attempts",
            "capabilities",
            "cpu",
            "cpu_of_shares",
            "cpu_share",
            "dns_options",
            "group_numbers",
            "memory",
            "name_servers",
            "node_requirements",
            "nodes_at_once",
            "platform",
            "probe",
            "pull_policy",
            "reserved_cpu",
            "run_as",
            "search_domains",
            "seconds",
            "security_options",
            "spread",
            "startup_probe",
            "strategy",
            "sysctls",
            "tolerations",
        ),
        frozenset(),
    ),
    "as_annotations": frozenset({("annotations",), ("deploy",)}),
    "generic_resources": frozenset({("model", "resources")}),
    "gpus": frozenset({("gpus",), ("deploy",)}),
    "reserved_memory": frozenset({("mem_reservation",)}),
}


def check(name: str, position: Position | None) -> None:
    """Check that there is a function of a name, without an import of its module.

    Raises:
        RuleError: if there is none.
    """
    if name not in NAMES:
        hint = strict.near(name, NAMES) or f"known are: {', '.join(sorted(NAMES))}"
        raise strict.fail("RULE-113", f"there is no function `{name}`", position, hint)


def load(name: str) -> Function:
    """Return the function of a name that is known; few rules have a part in a conversion, so few are imported."""
    function: Function = getattr(importlib.import_module(f"{__name__}.{name}"), name)
    return function
