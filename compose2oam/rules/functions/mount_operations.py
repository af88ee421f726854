"""What KubeVela's components do not say about mounts, as a JSON patch."""

from __future__ import annotations

from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules.arrangement import arrange, mount_of, volume_of
from compose2oam.rules.context import Context
from compose2oam.rules.functions.volume_mounts import WITHOUT_SUB_PATH


def mount_operations(mounts: Any, context: Context) -> list[dict[str, Any]]:
    """Return operations, with paths below the pod's spec: what ``volumeMounts`` leaves out."""
    arranged = arrange(mounts)
    made: list[dict[str, Any]] = []
    images = []
    for index, mount in enumerate(arranged.mounts):
        here = f"containers/0/volumeMounts/{index}"
        if mount["kind"] == "image":
            images.append(mount)
            continue
        if mount.get("subPath") and context.facts["component"] in WITHOUT_SUB_PATH:
            made.append(Part({"op": "add", "path": f"{here}/subPath", "value": mount["subPath"]}, mount.path))
        if mount.get("readOnly"):
            made.append(Part({"op": "add", "path": f"{here}/readOnly", "value": True}, mount.path))
        if mount.get("propagation"):
            made.append(
                Part({"op": "add", "path": f"{here}/mountPropagation", "value": mount["propagation"]}, mount.path)
            )
        if mount.get("sizeLimit"):
            volume = arranged.volumes.index(mount["volume"])
            made.append(
                Part(
                    {"op": "add", "path": f"volumes/{volume}/emptyDir/sizeLimit", "value": mount["sizeLimit"]},
                    mount.path,
                )
            )
    if images and len(images) == len(arranged.mounts):
        # Nothing else is mounted, so neither list is there to append to.
        made.append({"op": "add", "path": "volumes", "value": []})
        made.append({"op": "add", "path": "containers/0/volumeMounts", "value": []})
    for mount in images:
        made.append(Part({"op": "add", "path": "volumes/-", "value": volume_of(mount)}, mount.path))
        made.append(Part({"op": "add", "path": "containers/0/volumeMounts/-", "value": mount_of(mount)}, mount.path))
    return made
