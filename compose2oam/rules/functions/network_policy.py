"""``network_policy``: the NetworkPolicy of a network of Compose."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context


def network_policy(_: Any, context: Context) -> list[dict[str, Any]] | None:
    """Return the policy that lets in who is on the network, or everybody where it stays open; nothing without need."""
    network = context.facts["project"].networks.get(context.key)
    if network is None or not network.guarded:
        return None
    spec = {
        "podSelector": {"matchLabels": {network.label: "true"}},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [network.peer]} if network.isolated else {}],
    }
    return [{"group": "network", "manifest": policy_manifest(network.name, spec)}]


def policy_manifest(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Return a NetworkPolicy (networking.k8s.io/v1)."""
    metadata = {"name": name}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}
