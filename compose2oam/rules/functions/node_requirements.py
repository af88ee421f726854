"""Placement constraints of Swarm."""

from __future__ import annotations

import re
from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context
from compose2oam.rules.functions.platform import ARCHITECTURES

_CONSTRAINT = re.compile(r"\s*([\w.-]+?(?:\.[\w./-]+)?)\s*(==|!=)\s*(.+?)\s*\Z")
_KEYS = {
    "node.hostname": "kubernetes.io/hostname",
    "node.platform.os": "kubernetes.io/os",
    "node.platform.arch": "kubernetes.io/arch",
}
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


def node_requirements(constraints: Any, context: Context) -> list[dict[str, Any]] | None:
    """Return ``matchExpressions`` of one node selector term, so that all constraints hold, as in Swarm."""
    made = []
    for index, text in enumerate(constraints):
        requirement = _requirement(str(text), index, context)
        if requirement is not None:
            made.append(requirement)
    return made or None


def _requirement(text: str, index: int, context: Context) -> dict[str, Any] | None:
    path = ("deploy", "placement", "constraints", index)
    match = _CONSTRAINT.match(text)
    if match is None:
        context.note(Outcome.DROPPED, f"`{text}` is not a placement constraint", path)
        return None
    key, sign, value = match.groups()
    equal = sign == "=="
    if key == "node.role":
        is_manager = (value == "manager") == equal
        return {"key": CONTROL_PLANE, "operator": "Exists" if is_manager else "DoesNotExist"}
    if key.startswith(("node.labels.", "engine.labels.")):
        label = key.split(".", 2)[2]
        say = f"nodes need the label `{label}`: Swarm's labels do not come along"
        context.note(Outcome.APPROXIMATED, say, path, f"`kubectl label node NAME {label}={value}`")
    else:
        label = _KEYS.get(key, "")
    if not label:
        context.note(Outcome.DROPPED, f"`{key}` has no counterpart on a cluster", path)
        return None
    if label.endswith("/arch"):
        value = ARCHITECTURES.get(value, value)
    return {"key": label, "operator": "In" if equal else "NotIn", "values": [value]}
