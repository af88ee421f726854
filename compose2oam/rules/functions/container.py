"""A container, as Kubernetes writes it."""

from __future__ import annotations

from typing import Any

from compose2oam.model.workload import CONTAINER_FIELDS, Rendered
from compose2oam.rules.arrangement import arrange
from compose2oam.rules.context import Context
from compose2oam.rules.functions.container_mounts import container_mounts
from compose2oam.rules.functions.container_ports import container_ports
from compose2oam.rules.functions.container_security import container_security
from compose2oam.rules.functions.volume_mounts import note_hidden


def container(model: Any, context: Context) -> Rendered:
    """Return the whole container of a workload (Container v1 core), named as the workload is."""
    made: dict[str, Any] = {"name": context.facts["name"]}
    made.update({field: model[field] for field in CONTAINER_FIELDS if field in model})
    fields = {"name": "podOf", **{field: field for field in made if field != "name"}}
    if model.get("ports"):
        made["ports"] = container_ports(model["ports"], context)
        fields["ports"] = "ports"
    if model.get("securityContext"):
        made["securityContext"] = container_security(model, context)
        fields["securityContext"] = "securityContext"
    if model.get("mounts"):
        note_hidden(model["mounts"], arrange(model["mounts"]).mounts, context)
        made["volumeMounts"] = container_mounts(model["mounts"], context)
        fields["volumeMounts"] = "mounts"
    return Rendered(made, fields)
