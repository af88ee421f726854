"""What KubeVela's components do not say about mounts, as a JSON patch."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.arrangement import arrange, mount_of, volume_of
from compose2oam.rules.context import Context
from compose2oam.rules.functions.volume_mounts import WITHOUT_SUB_PATH


def mount_operations(mounts: Any, context: Context) -> list[dict[str, Any]]:
    """Return operations, with paths below the pod's spec: what ``volumeMounts`` leaves out."""
    arranged = arrange(mounts)
    made = []
    images = []
    for index, mount in enumerate(arranged.mounts):
        here = f"containers/0/volumeMounts/{index}"
        if mount["kind"] == "image":
            images.append(mount)
            continue
        if mount.get("subPath") and context.facts["component"] in WITHOUT_SUB_PATH:
            made.append({"op": "add", "path": f"{here}/subPath", "value": mount["subPath"]})
        if mount.get("readOnly"):
            made.append({"op": "add", "path": f"{here}/readOnly", "value": True})
        if mount.get("propagation"):
            made.append({"op": "add", "path": f"{here}/mountPropagation", "value": mount["propagation"]})
        if mount.get("sizeLimit"):
            volume = arranged.volumes.index(mount["volume"])
            made.append({"op": "add", "path": f"volumes/{volume}/emptyDir/sizeLimit", "value": mount["sizeLimit"]})
    if images and len(images) == len(arranged.mounts):
        # Nothing else is mounted, so neither list is there to append to.
        made.append({"op": "add", "path": "volumes", "value": []})
        made.append({"op": "add", "path": "containers/0/volumeMounts", "value": []})
    for mount in images:
        made.append({"op": "add", "path": "volumes/-", "value": volume_of(mount)})
        made.append({"op": "add", "path": "containers/0/volumeMounts/-", "value": mount_of(mount)})
    return made
