"""A route from outside, as an Ingress."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.gateway_paths import gateway_paths


def route(model: Any, context: Context) -> list[dict[str, Any]]:
    """Return an Ingress (networking.k8s.io/v1) that leads a domain to the Service of the workload."""
    wanted, name = model["gateway"], context.facts["name"]
    paths = [
        {"path": path, "pathType": "Prefix", "backend": {"service": {"name": name, "port": {"number": port}}}}
        for path, port in gateway_paths(model, context).items()
    ]
    rule: dict[str, Any] = {"http": {"paths": paths}}
    spec: dict[str, Any] = {"ingressClassName": wanted["class"]} if wanted.get("class") else {}
    if wanted.get("domain"):
        rule = {"host": wanted["domain"], **rule}
    if wanted.get("tlsSecret") and wanted.get("domain"):
        spec["tls"] = [{"hosts": [wanted["domain"]], "secretName": wanted["tlsSecret"]}]
    metadata: dict[str, Any] = {"name": name}
    if wanted.get("annotations"):
        metadata["annotations"] = dict(wanted["annotations"])
    manifest = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata}
    return [{"group": "network", "manifest": {**manifest, "spec": {**spec, "rules": [rule]}}}]
