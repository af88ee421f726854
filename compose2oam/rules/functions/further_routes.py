"""Routes from outside beyond the first, which a gateway cannot take."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.lowering import first_port


def further_routes(route: Any, context: Context) -> list[dict[str, Any]] | None:
    """Return an Ingress for the domains after the first of ``kompose.service.expose``."""
    port = first_port(context.entity)
    rules = [_rule(host, route, port, context) for host in route["hosts"][1:]]
    if not rules:
        return None
    if port is None:
        say = "a route needs a service with a port"
        context.note(Outcome.DROPPED, say, hint="give the service `ports` or `expose`")
        return None
    spec: dict[str, Any] = {"rules": rules}
    if route.get("class"):
        spec["ingressClassName"] = route["class"]
    domains = [rule["host"] for rule in rules if "host" in rule]
    if "tlsSecret" in route and domains:
        spec["tls"] = [{"hosts": domains, "secretName": route["tlsSecret"]}]
    metadata: dict[str, Any] = {"name": f"{context.facts['name']}-further"}
    if route.get("annotations"):
        metadata["annotations"] = dict(route["annotations"])
    manifest = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}
    return [{"group": "network", "manifest": manifest}]


def _rule(host: Any, route: Any, port: int | None, context: Context) -> dict[str, Any]:
    service = {"name": context.facts["name"], "port": {"number": port}}
    path = {"path": host["path"], "pathType": "Prefix", "backend": {"service": service}}
    rule: dict[str, Any] = {"http": {"paths": [path]}}
    return {"host": route.get("prefix", "") + host["domain"], **rule} if host.get("domain") else rule
