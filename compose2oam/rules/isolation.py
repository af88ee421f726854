"""Networks of Compose that keep services apart, as a cluster does it: by labels of pods, and policies over them.

A pod that no policy selects can be reached by all; one that a policy selects, by those alone that some policy lets in.
So a service on two networks can be reached from both, and one on a network that is not kept apart by everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.model.compose import Project
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.rules.names import Register, object_name
from compose2oam.rules.settings import Settings

PREFIX = "compose2oam.io/"


class Network(NamedTuple):
    """A network of Compose on a cluster.

    Attributes:
        name: the name of its policy.
        label: the pod label of its members.
        isolated: whether only its members reach one another on it.
        guarded: whether some member is also on an isolated network, so that policies must say who reaches it.
        external: whether other projects are on it too.
        internal: whether it has no way out.
    """

    name: str
    label: str
    isolated: bool
    guarded: bool
    external: bool
    internal: bool

    @property
    def peer(self) -> dict[str, Any]:
        """The pods that are on it (NetworkPolicyPeer, networking.k8s.io/v1)."""
        pods = {"podSelector": {"matchLabels": {self.label: "true"}}}
        return {"namespaceSelector": {}, **pods} if self.external else pods


def networks_of(project: Project, settings: Settings, register: Register) -> dict[str, Network]:
    """Return the networks of a project; empty where none is isolated."""
    declared = project.section("networks")
    isolated = {name for name, tree in declared.items() if _is_isolated(tree or {}, settings)}
    if not isolated:
        return {}
    guarded: set[str] = set()
    for tree in project.section("services").values():
        own = set(tree.get("networks") or ())
        if own & isolated:
            guarded |= own
    return {name: _network(name, tree or {}, isolated, guarded, register) for name, tree in declared.items()}


def _network(name: str, tree: Mapping[str, Any], isolated: set[str], guarded: set[str], register: Register) -> Network:
    external = bool(tree.get("external"))
    title, owner = f"net-{name}", f"network {name}"
    if external:
        # Projects that share a network must write the same label, whatever each of them calls it.
        title = f"net-{tree.get('name') or name}"
        owner = title
    policy = register.name("NetworkPolicy", title, owner)
    label = PREFIX + (object_name(title) if external else policy)
    return Network(policy, label, name in isolated, name in guarded, external, bool(tree.get("internal")))


def _is_isolated(tree: Mapping[str, Any], settings: Settings) -> bool:
    policy = (tree.get("x-oam") or {}).get("policy")
    return policy == "isolate" or (bool(settings.network_policies) and policy != "open")


def of_service(tree: Any, networks: Mapping[str, Network]) -> dict[str, Any]:
    """Return the facts ``networkLabels``, and ``isolated``: whether policies keep a service apart from others."""
    own = [networks[name] for name in tree.get("networks") or () if name in networks]
    labels = {network.label: "true" for network in own if network.guarded}
    return {"networkLabels": labels, "isolated": bool(own) and all(network.isolated for network in own)}
