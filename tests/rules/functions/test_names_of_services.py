"""Names under which services are found, beyond those that their ports give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Convert

SHARED = """
services:
  one: {{image: a, networks: {{default: {{aliases: [cache]}}}}{first}}}
  two: {{image: a, networks: {{default: {{aliases: [cache]}}}}{second}}}
"""


@pytest.mark.parametrize(
    ("first", "second"), [("", ", ports: ['80']"), (", ports: ['80']", ""), (", ports: ['1']", ", ports: ['2']")]
)
def test_a_shared_alias_reaches_all_ports_of_both(
    first: str, second: str, convert: Convert, objects: Callable[..., Any]
) -> None:
    """Docker answers with the addresses of both containers; which service is written first has no say."""
    made = convert(SHARED.format(first=first, second=second))
    service = objects(made, "Service")["cache"]["spec"]
    assert service == {
        "clusterIP": "None",
        "publishNotReadyAddresses": True,
        "selector": {"compose2oam.io/alias-cache": "true"},
    }


def test_both_services_carry_the_label_of_a_shared_alias(
    convert: Convert, component: Callable[..., Any], trait: Callable[..., Any]
) -> None:
    """One Service selects both."""
    made = convert(SHARED.format(first="", second=", ports: ['80']"))
    label = {"compose2oam.io/alias-cache": "true"}
    assert trait(made, "one", "labels") == label
    assert component(made, "two")["properties"]["labels"] == label


def test_hooks_before_the_start_know_hosts_by_their_new_names(convert: Convert, trait: Callable[..., Any]) -> None:
    """An init container gets the environment of its service, rewritten alike."""
    made = convert("""
        services:
          web: {image: a, environment: {URL: "x://my_db:1"}, pre_start: [{command: [up]}]}
          my_db: {image: b}
        """)
    (container,) = trait(made, "web", "json-merge-patch")["spec"]["template"]["spec"]["initContainers"]
    assert {"name": "URL", "value": "x://my-db:1"} in container["env"]


def test_rights_that_kubernetes_does_not_take_together(convert: Convert, trait: Callable[..., Any]) -> None:
    """No application is made that the cluster would refuse, and the line that gave way is reported."""
    made = convert("services: {web: {image: a, cap_add: [SYS_ADMIN], security_opt: ['no-new-privileges:true']}}")
    assert trait(made, "web", "securitycontext")["allowPrivilegeEscalation"] is True
    (entry,) = (entry for entry in made.entries if "security_opt" in entry.path)
    assert entry.outcome.value == "dropped"


@pytest.mark.parametrize(
    ("more", "severity"),
    [("container_name: my_web", "info"), ("networks: {default: {aliases: [my_web]}}", "warning")],
)
def test_a_container_name_that_a_cluster_cannot_have_is_no_cause_for_alarm(
    convert: Any, more: str, severity: str
) -> None:
    """Many write one and nobody calls it; an alias is there to be called."""
    made = convert(f"services: {{web: {{image: a, {more}}}}}")
    (said,) = (item for item in made.diagnostics if "`my-web`" in item.message)
    assert said.severity.value == severity
