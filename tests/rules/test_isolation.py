"""Networks that keep services apart: who reaches whom under the policies that are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render
from compose2oam.rules.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Convert

    from compose2oam.api import Conversion

    Find = Callable[..., Any]

POLICIES = Settings(network_policies=True)
SHOP = """
    services:
      proxy: {image: a, ports: ["8080:80"], networks: [front]}
      app: {image: a, expose: ["9000"], networks: [front, back]}
      db: {image: a, expose: ["5432"], networks: [back]}
      agent: {image: a, networks: [back], deploy: {mode: global}}
      seed: {image: a, networks: [back], restart: "no"}
    networks: {front: {}, back: {internal: true}}
    """


class Cluster:
    """What NetworkPolicies let through, worked out as Kubernetes does."""

    def __init__(self, made: Conversion, component: Find, objects: Find) -> None:
        self.policies = objects(made, "NetworkPolicy").values()
        self._made, self._component = made, component

    def labels(self, name: str) -> dict[str, str]:
        """The labels of a pod, with the one that KubeVela gives it."""
        component = self._component(self._made, name)
        traits = {trait["type"]: trait["properties"] for trait in component.get("traits", [])}
        return {
            **component["properties"].get("labels", {}),
            **traits.get("labels", {}),
            "app.oam.dev/component": name,
        }

    def reaches(self, client: str, server: str, port: int = 1) -> bool:
        """Whether a pod of one component can open a connection to a port of another's."""
        out = self._allowed(client, "Egress", "to", server, port)
        return out and self._allowed(server, "Ingress", "from", client, port)

    def _allowed(self, name: str, direction: str, key: str, peer: str, port: int) -> bool:
        selecting = [
            item["spec"]
            for item in self.policies
            if direction in item["spec"]["policyTypes"] and self._matches(item["spec"]["podSelector"], name)
        ]
        if not selecting:
            return True
        rules = [rule for spec in selecting for rule in spec.get(direction.lower(), [])]
        return any(self._meets(rule, key, peer, port) for rule in rules)

    def _meets(self, rule: dict[str, Any], key: str, peer: str, port: int) -> bool:
        if "ports" in rule and port not in [item["port"] for item in rule["ports"]]:
            return False
        peers = [item for item in rule.get(key, []) if "podSelector" in item]
        return key not in rule or any(self._matches(item["podSelector"], peer) for item in peers)

    def _matches(self, selector: dict[str, Any], name: str) -> bool:
        return selector["matchLabels"].items() <= self.labels(name).items()


@pytest.fixture
def cluster(convert: Convert, component: Find, objects: Find) -> Callable[..., Cluster]:
    """What a project lets through on a cluster."""
    return lambda text, settings=POLICIES: Cluster(convert(text, settings=settings), component, objects)


@pytest.mark.parametrize(
    ("client", "server", "port", "answer"),
    [
        ("proxy", "app", 9000, True),
        ("app", "proxy", 80, True),
        ("app", "db", 5432, True),
        ("seed", "db", 5432, True),
        ("agent", "db", 5432, True),
        ("proxy", "db", 5432, False),
        ("proxy", "agent", 1, False),
        ("db", "app", 9000, True),
        # A published port is open to all, but a service on an internal network alone does not get out to it.
        ("seed", "proxy", 80, False),
        ("db", "proxy", 81, False),
    ],
)
def test_who_reaches_whom(client: str, server: str, port: int, answer: bool, cluster: Callable[..., Cluster]) -> None:
    """Those that share a network, and everybody a published port: as in Compose."""
    assert cluster(SHOP).reaches(client, server, port) is answer


def test_a_way_out_is_closed_by_an_internal_network_alone(cluster: Callable[..., Cluster]) -> None:
    """Only for services all of whose networks are internal; names are still found."""
    found = {item["metadata"]["name"]: item["spec"] for item in cluster(SHOP).policies}
    closed = {name for name, spec in found.items() if "Egress" in spec["policyTypes"]}
    assert closed == {"internal-db", "internal-agent", "internal-seed"}
    for name in closed:
        (dns,) = (rule for rule in found[name]["egress"] if "ports" in rule)
        assert [(item["port"], item["protocol"]) for item in dns["ports"]] == [(53, "UDP"), (53, "TCP")]


def test_without_the_setting_nothing_is_written(cluster: Callable[..., Cluster]) -> None:
    """And every service can reach every other."""
    made = cluster(SHOP, Settings())
    assert not made.policies
    assert made.labels("db") == {"app.oam.dev/component": "db"}


def test_a_service_without_a_network_reaches_nobody(cluster: Callable[..., Cluster]) -> None:
    """And nobody reaches it."""
    made = cluster("services: {alone: {image: a, network_mode: none}, web: {image: a, ports: ['80:80']}}")
    assert not made.reaches("alone", "web", 80)
    assert not made.reaches("web", "alone")


OPEN = """
    services:
      web: {image: a, networks: [front]}
      app: {image: a, networks: [front, back]}
      db: {image: a, networks: [back]}
    networks: {front: FRONT, back: BACK}
    """


@pytest.mark.parametrize(
    ("front", "back", "settings"),
    [("{x-oam: {policy: open}}", "{}", POLICIES), ("{}", "{x-oam: {policy: isolate}}", Settings())],
    ids=["one stays open", "one is kept apart"],
)
def test_a_network_may_go_its_own_way(
    front: str, back: str, settings: Settings, cluster: Callable[..., Cluster]
) -> None:
    """What is on an open network too is reached by all; what is on the other alone, by its members."""
    made = cluster(OPEN.replace("FRONT", front).replace("BACK", back), settings)
    assert made.reaches("web", "app")
    assert made.reaches("db", "web")
    assert made.reaches("app", "db")
    assert not made.reaches("web", "db")


def test_networks_of_several_projects_have_one_label(cluster: Callable[..., Cluster]) -> None:
    """Whatever a project calls an external network, its label comes from the name that all know."""
    text = "services: {web: {image: a, networks: [KEY]}}\nnetworks: {KEY: {external: true, name: traefik_public}}"
    one, other = (cluster(text.replace("KEY", key)) for key in ("edge", "default2"))
    assert one.labels("web") == other.labels("web")
    assert "compose2oam.io/net-traefik-public" in one.labels("web")


def test_every_line_is_accounted_for(convert: Convert) -> None:
    """With policies, no line about isolation is lost."""
    made = convert(SHOP, settings=POLICIES)
    ends = {render(entry.path): entry.outcome for entry in made.entries if "etworks" in render(entry.path)}
    assert set(ends.values()) == {Outcome.TRANSLATED}
    assert not made.losses
    assert [entry.outcome for entry in convert(SHOP).losses and convert(SHOP).entries if entry.outcome.is_loss]


def test_names_do_not_meet(convert: Convert, objects: Find) -> None:
    """Two networks whose names a cluster cannot tell apart have two policies and two labels."""
    text = """
        services: {web: {image: a, networks: [my_net, my-net]}}
        networks: {my_net: {}, my-net: {}}
        """
    assert len(objects(convert(text, settings=POLICIES), "NetworkPolicy")) == 2
