"""A pod of several services from outside: its names and ports, who waits for it, and what its lines tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from entries import entry_at
from pods import behind, containers, ends, targets, volumes

from compose2oam import api
from compose2oam.errors import ComposeError
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render

if TYPE_CHECKING:
    from conftest import Convert, Load

# Names and ports


def test_the_name_of_a_guest_leads_to_the_pod(convert: Convert, objects: Callable[..., Any]) -> None:
    """With the ports of the pod, and without a second Service of the host's name."""
    found = objects(convert(behind()), "Service")
    assert set(found) == {"app"}
    assert found["app"]["spec"]["selector"] == {"app.oam.dev/component": "vpn"}
    assert [port["port"] for port in found["app"]["spec"]["ports"]] == [9091]


def test_variables_that_kubernetes_adds_for_a_guest_are_known(convert: Convert, trait: Callable[..., Any]) -> None:
    """Its Service has ports, though the guest itself says none."""
    made = convert(behind(more="web: {image: web, environment: {APP_HOST: app}}"))
    assert trait(made, "web", "json-merge-patch")["spec"]["template"]["spec"] == {"enableServiceLinks": False}


def test_names_without_ports_are_headless(convert: Convert, objects: Callable[..., Any]) -> None:
    """Of host and guest alike, with their aliases."""
    found = objects(convert(behind("{image: a, container_name: tunnel}", "container_name: tool")), "Service")
    assert set(found) == {"vpn", "tunnel", "app", "tool"}
    assert {item["spec"]["clusterIP"] for item in found.values()} == {"None"}
    assert {item["spec"]["selector"]["app.oam.dev/component"] for item in found.values()} == {"vpn"}


def test_ports_of_a_guest_are_open_under_both_names(
    convert: Convert, component: Any, objects: Callable[..., Any]
) -> None:
    """In one network, a port is the host's as much as the guest's."""
    made = convert(behind("{image: a}", "expose: ['8000']"))
    assert component(made, "vpn")["properties"]["ports"] == [{"port": 8000, "expose": True}]
    assert set(objects(made, "Service")) == {"app"}
    assert "components.vpn.properties.ports[0]" in targets(made, "services.app.expose[0]")


def test_a_port_that_the_host_opens_for_a_guest_is_one_port(convert: Convert, component: Any) -> None:
    """The host of a network publishes for all who live in it."""
    made = convert(behind(guest="expose: ['9091']"))
    assert component(made, "vpn")["properties"]["ports"] == [{"port": 9091, "expose": True}]
    assert ends(made, "services.app.expose[0]")[0] is Outcome.INFERRED


def test_two_guests_on_one_port_are_refused(convert: Convert) -> None:
    """Only one of two programs can listen on a port of a network."""
    more = 'two: {image: two, network_mode: "service:vpn", expose: ["8000"]}'
    made = convert(behind(guest="expose: ['8000']", more=more))
    assert ends(made, "services.two.expose[0]")[0] is Outcome.REFUSED


def test_who_shares_processes_alone_has_ports_of_its_own(convert: Convert) -> None:
    """Docker lets two networks have one port twice, and a pod does not."""
    made = convert("services: {db: {image: a, ports: [80]}, app: {image: b, pid: 'service:db', ports: [80, 90]}}")
    assert ends(made, "services.app.ports[0]")[0] is Outcome.REFUSED
    assert ends(made, "services.app.ports[1]")[0] is Outcome.TRANSLATED


def test_only_what_a_guest_opens_is_opened_outside(
    convert: Convert, component: Any, objects: Callable[..., Any]
) -> None:
    """Its host published a port on a laptop, which is another matter."""
    made = convert(behind(guest="ports: ['70:70'], x-oam: {expose: loadbalancer}"))
    assert [port["port"] for port in objects(made, "Service")["vpn-published"]["spec"]["ports"]] == [70]
    assert "components.vpn.properties.ports[0]" in targets(made, "services.vpn.ports[0]")
    assert [port["port"] for port in component(made, "vpn")["properties"]["ports"]] == [9091, 70]


def test_only_what_a_host_opens_is_opened_outside(
    convert: Convert, component: Any, objects: Callable[..., Any]
) -> None:
    """The same the other way round."""
    host = "{image: vpn:1, ports: ['9091:9091'], x-oam: {expose: loadbalancer}}"
    made = convert(behind(host, guest="ports: ['70:70']"))
    assert [port["port"] for port in objects(made, "Service")["vpn-published"]["spec"]["ports"]] == [9091]
    assert [port["port"] for port in component(made, "vpn")["properties"]["ports"]] == [9091, 70]


def test_what_both_open_is_opened_outside(convert: Convert, objects: Callable[..., Any]) -> None:
    """Each of them said so of its own ports."""
    host = "{image: vpn:1, ports: ['9091:9091'], x-oam: {expose: loadbalancer}}"
    made = convert(behind(host, guest="ports: ['70:70'], x-oam: {expose: loadbalancer}"))
    assert [port["port"] for port in objects(made, "Service")["vpn-published"]["spec"]["ports"]] == [9091, 70]


def test_an_alias_of_a_guest_tells_where_it_went(convert: Convert) -> None:
    """To the Service of that name."""
    text = "services: {db: {image: a}, app: {image: b, pid: 'service:db', container_name: tool}}"
    assert "objects.Service.tool" in targets(convert(text), "services.app.container_name")


def test_an_alias_that_several_share_leads_to_pods(convert: Convert, objects: Callable[..., Any]) -> None:
    """Even where the pod has ports: those of the other service may differ."""
    made = convert(
        """
        services:
          vpn: {image: a, ports: [80], networks: {front: {aliases: [both, own]}}}
          app: {image: b, pid: "service:vpn"}
          web: {image: c, ports: [90], networks: {front: {aliases: [both]}}}
        networks: {front: {}}
        """
    )
    found = {name: item["spec"].get("clusterIP") for name, item in objects(made, "Service").items()}
    assert (found["both"], found["own"]) == ("None", None)


# Order


def test_who_waits_for_a_guest_waits_for_its_pod(convert: Convert, component: Any) -> None:
    """And the pod for what the guest waits for, but never for itself."""
    made = convert(
        behind(
            guest="depends_on: [vpn, db]",
            more="db: {image: db}\n      web: {image: web, depends_on: [app, vpn]}",
        )
    )
    assert component(made, "web")["dependsOn"] == ["vpn"]
    assert component(made, "vpn")["dependsOn"] == ["db"]


def test_a_pod_does_not_wait_for_what_waits_for_it(convert: Convert, component: Any) -> None:
    """In Compose the host, then the other, then the guest; host and guest at once would wait for ever."""
    made = convert(
        behind(
            guest="depends_on: [db, other]",
            more="""db: {image: db, depends_on: [cache]}
      cache: {image: c, depends_on: [vpn]}
      other: {image: o}""",
        )
    )
    assert component(made, "vpn")["dependsOn"] == ["other"]
    assert component(made, "cache")["dependsOn"] == ["vpn"]
    assert ends(made, "services.app.depends_on.db")[0] is Outcome.DROPPED


def test_what_a_pod_no_longer_waits_for_holds_nobody_up(convert: Convert, component: Any) -> None:
    """The first pod gives up to wait for `db`, so the second may wait for the first."""
    made = convert(
        """
        services:
          one: {image: a}
          in-one: {image: b, network_mode: "service:one", depends_on: [db]}
          two: {image: c, depends_on: [one]}
          in-two: {image: d, network_mode: "service:two"}
          db: {image: e, depends_on: [one, two]}
        """
    )
    assert "dependsOn" not in component(made, "one")
    assert component(made, "two")["dependsOn"] == ["one"]
    assert component(made, "db")["dependsOn"] == ["one", "two"]


def test_within_a_pod_nothing_waits_for_health(convert: Convert) -> None:
    """Containers start one after the other, in the order of the list; that is all that a pod promises."""
    host = "{image: a, healthcheck: {test: [CMD, up]}}"
    started = convert(behind(host, "depends_on: [vpn]"))
    assert ends(started, "services.app.depends_on.vpn") == (Outcome.TRANSLATED, "")
    assert ends(started, "services.app.network_mode") == (Outcome.TRANSLATED, "")
    healthy = convert(behind(host, "depends_on: {vpn: {condition: service_healthy}}"))
    assert ends(healthy, "services.app.depends_on.vpn.condition")[0] is Outcome.APPROXIMATED


# What cannot be


@pytest.mark.parametrize(
    ("host", "guest", "say"),
    [
        ("{image: a}", "restart: 'no'", "`app` is a job that ends, and cannot be in one pod with `vpn`"),
        ("{image: a, restart: 'no'}", "ports: [80]", "`vpn` is a job that ends, and cannot be in one pod with `app`"),
        (
            "{image: a, x-oam: {component: {type: webservice, properties: {image: a}}}}",
            "",
            "`x-oam.component` stands in the place of `vpn`, which has no pod to be in",
        ),
    ],
    ids=["a job in the pod of a service", "a service in the pod of a job", "no pod"],
)
def test_what_cannot_share_a_pod_is_refused(convert: Convert, host: str, guest: str, say: str) -> None:
    """It stays a component of its own, and its line says why."""
    made = convert(behind(host, guest))
    assert ends(made, "services.app.network_mode") == (Outcome.REFUSED, say)
    assert entry_at(made, "services.app.network_mode").codes[0] == "C2O-250"
    assert {"vpn", "app"} <= {item.name for item in made.application.components}
    assert not containers(made)


def test_no_line_of_what_cannot_share_a_pod_is_forgotten(convert: Convert) -> None:
    """Its processes are as little shared as its network."""
    made = convert(behind("{image: a}", "pid: 'service:vpn', restart: 'no'"))
    assert ends(made, "services.app.pid") == ends(made, "services.app.network_mode")
    assert ends(made, "services.app.pid")[0] is Outcome.REFUSED
    assert "shareProcessNamespace" not in repr(made.documents)


def test_what_runs_at_set_times_is_alone_in_its_pod(convert: Convert) -> None:
    """A job of its pod would run as often."""
    made = convert(behind("{image: a, x-oam: {schedule: '0 3 * * *'}}", "restart: 'no'"))
    assert ends(made, "services.app.network_mode")[0] is Outcome.REFUSED
    assert {"vpn", "app"} <= {item.name for item in made.application.components}


def test_who_lives_in_the_pod_of_what_is_none(convert: Convert) -> None:
    """A service that a provider runs is no pod."""
    made = convert(behind("{provider: {type: awesomecloud}}"))
    outcome, say = ends(made, "services.app.network_mode")
    assert (outcome, "does not become a pod" in say) == (Outcome.REFUSED, True)


def test_two_jobs_share_a_pod(convert: Convert, component: Any) -> None:
    """It is done when both are."""
    made = convert(behind("{image: a, restart: 'no'}", "restart: 'no'"))
    assert component(made, "vpn")["type"] == "task"
    assert list(containers(made)) == ["app"]
    assert "'kind': 'Service'" not in repr(made.documents)


@pytest.mark.parametrize("key", ["type: worker", "properties: {cpu: '1'}", "traits: []", "hpa: {max: 2, cpu: 50}"])
def test_x_oam_of_a_component_is_an_error_on_a_guest(load: Load, key: str) -> None:
    """It has none; the hint names the service that has."""
    with pytest.raises(ComposeError) as raised:
        api.convert(load(behind(guest=f"x-oam: {{{key}}}")))
    (found,) = raised.value.diagnostics
    assert render(found.path) == f"services.app.x-oam.{key.partition(':')[0]}"
    assert found.hint == "write it under services.vpn.x-oam"


@pytest.mark.parametrize("line", ['network_mode: "container:x"', 'pid: "container:x"', 'ipc: "container:x"'])
def test_a_container_of_another_project_is_refused(convert: Convert, line: str) -> None:
    """No pod of ours is it."""
    made = convert(f"services: {{app: {{image: a, {line}}}}}")
    (outcome, _) = ends(made, f"services.app.{line.partition(':')[0]}")
    assert outcome is Outcome.REFUSED


# The ledger


def test_a_mount_that_no_line_tells_of_is_no_target_of_other_lines(convert: Convert) -> None:
    """The rule for shm_size writes its mount as it stands; only its own line leads there."""
    made = convert(behind(guest="shm_size: 256m, volumes: ['data:/a']"))
    assert len(volumes(made)) == 2
    assert targets(made, "services.app.image") == ["components.vpn.traits.json-patch.operations[1].value.image"]


def test_a_hidden_mount_of_a_guest_is_told(convert: Convert) -> None:
    """Kubernetes refuses two mounts at one place."""
    made = convert(
        """
        services:
          vpn: {image: a}
          app: {image: b, network_mode: "service:vpn", volumes: ["data:/a"], configs: [{source: site, target: /a}]}
        volumes: {data: {}}
        configs: {site: {content: x}}
        """
    )
    assert [mount["name"] for mount in containers(made)["app"]["volumeMounts"]] == ["data"]
    assert ends(made, "services.app.configs[0].target")[0] is Outcome.DROPPED


def test_each_line_of_a_guest_tells_where_it_went(convert: Convert) -> None:
    """To the entry of the patched container, or of the pod."""
    made = convert(behind(guest='environment: {A: b}, working_dir: /srv, volumes: ["data:/d"], labels: {own: l}'))
    patch = "components.vpn.traits.json-patch.operations"
    assert targets(made, "services.app.network_mode")[0] == f"{patch}[1].value.name"
    assert targets(made, "services.app.image") == [f"{patch}[1].value.image"]
    assert targets(made, "services.app.environment.A") == [f"{patch}[1].value.env[0]"]
    assert targets(made, "services.app.working_dir") == [f"{patch}[1].value.workingDir"]
    assert set(targets(made, "services.app.volumes[0]")) == {
        f"{patch}[0].value[0]",
        f"{patch}[1].value.volumeMounts[0]",
    }
    assert targets(made, "services.app.labels.own") == ["components.vpn.properties.annotations"]


def test_commands_can_find_the_pod_of_a_service(convert: Convert) -> None:
    """The application says which component a service without one lives in."""
    assert convert(behind()).application.annotations["compose2oam.io/pods"] == '{"app":"vpn"}'
