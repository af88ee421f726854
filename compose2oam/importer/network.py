"""How a service is reached, and where it reaches: ports, names, hosts, DNS."""

from __future__ import annotations

from typing import Any

from compose2oam.importer.inventory import ALIAS, SELECTOR, Inventory
from compose2oam.importer.process import Keys
from compose2oam.importer.rendered import Rendered

_EXPOSE = {"LoadBalancer": "loadbalancer", "NodePort": "nodeport"}


def ports(made: Rendered, inventory: Inventory) -> Keys:
    """``ports`` for what is open to the outside, ``expose`` for what other services reach."""
    published, kind = _published(made, inventory)
    opened = [item for item in made.container.get("ports") or () if item.get("hostPort")]
    on_node = {(item["containerPort"], item.get("protocol", "TCP")): item for item in opened}
    made_of = [_one(port, published, on_node, bool(made.gateway)) for port in _inside(made, inventory)]
    last = max((index for index, (is_open, _) in enumerate(made_of) if is_open), default=-1)
    # The conversion takes `ports` before `expose`, so what stands before an open one is one of them; a port that only
    # this machine reaches stays closed.
    listed = [
        text if is_open else f"127.0.0.1:{text.partition('/')[0]}:{text}" for is_open, text in made_of[: last + 1]
    ]
    exposed = [text for _, text in made_of[last + 1 :]]
    keys: Keys = {"ports": listed} if listed else {}
    if exposed:
        keys["expose"] = exposed
    return {**keys, "x-oam": {"expose": kind}} if kind else keys


def _one(
    port: dict[str, Any], published: dict[tuple[int, str], int], on_node: dict[Any, Any], is_routed: bool
) -> tuple[bool, Any]:
    """Return whether a port is open to the outside, and how Compose says it."""
    key = (port["port"], port["protocol"])
    suffix = "" if port["protocol"] == "TCP" else f"/{port['protocol'].lower()}"
    if key in on_node:
        return True, _on_node(on_node[key])
    if key in published or is_routed:
        return True, f"{published.get(key, port['port'])}:{port['port']}{suffix}"
    return False, f"{port['port']}{suffix}"


def _inside(made: Rendered, inventory: Inventory) -> list[dict[str, Any]]:
    """Return the ports under which other services reach this one: the component's, or those of a Service beside it."""
    if made.ports:
        return made.ports
    name = made.component.name
    for item in inventory.addresses:
        if item["metadata"]["name"] == name and item["spec"].get("selector") == {SELECTOR: name}:
            return [
                {"port": int(port["port"]), "protocol": str(port.get("protocol") or "TCP")}
                for port in item["spec"].get("ports") or ()
            ]
    return []


def _published(made: Rendered, inventory: Inventory) -> tuple[dict[tuple[int, str], int], str]:
    name = made.component.name
    for item in inventory.addresses:
        kind = _EXPOSE.get(item["spec"].get("type", ""))
        if item["metadata"]["name"] == f"{name}-published" and kind:
            entries = item["spec"].get("ports") or ()
            return {
                (int(port.get("targetPort", port["port"])), str(port.get("protocol") or "TCP")): int(port["port"])
                for port in entries
            }, kind
    return {}, ""


def _on_node(port: Any) -> Keys:
    made: Keys = {"target": port["containerPort"], "published": str(port["hostPort"]), "mode": "host"}
    if port.get("hostIP"):
        made["host_ip"] = port["hostIP"]
    if port.get("protocol", "TCP") != "TCP":
        made["protocol"] = port["protocol"].lower()
    return made


def gateway(made: Rendered, _: Inventory) -> Keys:
    """``x-oam.gateway`` for a route from outside."""
    given = made.gateway
    if not given:
        return {}
    said = {"domain": given.get("domain"), "class": given.get("class"), "tlsSecret": given.get("secretName")}
    http = given.get("http") or {}
    if http != {"/": made.ports[0]["port"]}:
        said["paths"] = http
    return {"x-oam": {"gateway": {key: value for key, value in said.items() if value}}}


def names(made: Rendered, inventory: Inventory) -> Keys:
    """``networks`` with the further names of a service, and ``hostname``."""
    name = made.component.name
    labels = made.template["metadata"].get("labels") or {}
    guests = {container.get("name") for container in made.pod["containers"][1:]}
    aliases = []
    for item in inventory.addresses:
        selector = next(iter(item["spec"]["selector"].items()))
        own = item["metadata"]["name"]
        is_own = selector == (SELECTOR, name) and own not in {name, f"{name}-published", *guests}
        if is_own or (selector[0].startswith(ALIAS) and labels.get(selector[0]) == selector[1]):
            aliases.append(own)
    keys: Keys = {"hostname": made.pod["hostname"]} if made.pod.get("hostname") else {}
    return {**keys, "networks": {"default": {"aliases": aliases}}} if aliases else keys


def hosts(made: Rendered, _: Inventory) -> Keys:
    """``extra_hosts``, ``dns`` and what goes with it, ``network_mode``, ``pid`` and ``ipc``."""
    pod = made.pod
    config = pod.get("dnsConfig") or {}
    keys = {
        "extra_hosts": [
            f"{name}={item['ip']}" for item in pod.get("hostAliases") or () for name in item.get("hostnames") or ()
        ],
        "dns": config.get("nameservers"),
        "dns_search": config.get("searches"),
        "dns_opt": [
            f"{item['name']}:{item['value']}" if "value" in item else item["name"]
            for item in config.get("options") or ()
        ],
        "network_mode": "host" if pod.get("hostNetwork") else None,
        "pid": "host" if pod.get("hostPID") else None,
        "ipc": "host" if pod.get("hostIPC") else None,
    }
    return {key: value for key, value in keys.items() if value}


def accounts(made: Rendered, _: Inventory) -> Keys:
    """``x-oam.serviceAccount`` and ``x-oam.imagePullSecrets``."""
    extension: Keys = {}
    if made.pod.get("serviceAccountName"):
        extension["serviceAccount"] = made.pod["serviceAccountName"]
    if made.pod.get("imagePullSecrets"):
        extension["imagePullSecrets"] = [item["name"] for item in made.pod["imagePullSecrets"]]
    return {"x-oam": extension} if extension else {}
