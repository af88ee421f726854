"""``pod_policies``: NetworkPolicies for the pods of one workload."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.network_policy import policy_manifest
from compose2oam.rules.functions.services import SELECTOR

# Without names nothing is found: a pod that may go nowhere still asks the cluster's DNS.
_DNS = {
    "to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}],
    "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}],
}


def pod_policies(model: Any, context: Context) -> list[dict[str, Any]]:
    """Return policies for its open ports, which everybody reaches, and for where it may go."""
    wanted = model["isolation"]
    made = []
    if wanted.get("nothing"):
        made.append(_policy("none", {"policyTypes": ["Ingress", "Egress"]}, context))
    ports = _open_ports(model) if wanted.get("published") else []
    if ports:
        made.append(_policy("published", {"policyTypes": ["Ingress"], "ingress": [{"ports": ports}]}, context))
    if wanted.get("reaches"):
        rules = [{"to": wanted["reaches"]}, _DNS]
        made.append(_policy("internal", {"policyTypes": ["Egress"], "egress": rules}, context))
    return made


def _open_ports(model: Any) -> list[dict[str, Any]]:
    routed = ((model.get("gateway") or {}).get("paths") or {}).values()
    return [
        {"port": port["containerPort"], "protocol": port["protocol"]}
        for port in model.get("ports", ())
        if port.get("published") or port.get("hostPort") or port["containerPort"] in routed
    ]


def _policy(kind: str, rules: dict[str, Any], context: Context) -> dict[str, Any]:
    name = context.facts["name"]
    title = context.facts["project"].register.name("NetworkPolicy", f"{kind}-{name}", f"{kind} of {name}")
    spec = {"podSelector": {"matchLabels": {SELECTOR: name}}, **rules}
    return {"group": "network", "manifest": policy_manifest(title, spec)}
