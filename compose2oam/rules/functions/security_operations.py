"""Fields of a container's securityContext that KubeVela's trait lacks, as a JSON patch."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context

_FIELDS = ("seccompProfile", "appArmorProfile", "seLinuxOptions", "procMount")


def security_operations(security: Any, context: Context) -> list[dict[str, Any]]:
    """Return operations, with paths below the pod's spec; the trait has made the parent."""
    here = "containers/0/securityContext"
    return [{"op": "add", "path": f"{here}/{key}", "value": security[key]} for key in _FIELDS if key in security]
