"""``prepopulate``: what an image has at the place of a volume, copied into the volume while that is empty."""

from __future__ import annotations

import shlex
from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.arrangement import arrange
from compose2oam.rules.context import Context
from compose2oam.rules.names import object_name

_SEED = "/seed"


def prepopulate(mounts: Any, context: Context) -> list[dict[str, Any]]:
    """Return init containers that copy, each with one volume mounted elsewhere than where the image has its content."""
    made = []
    for mount in arrange(mounts).mounts:
        if not mount.get("prepopulate"):
            continue
        place = shlex.quote(f"{mount['mountPath'].rstrip('/')}/.")
        script = f"ls -A {_SEED} | grep -qvx lost+found || cp -a {place} {_SEED}"
        volume = {"name": mount["volume"], "mountPath": _SEED}
        if mount.get("subPath"):
            volume["subPath"] = mount["subPath"]
        made.append(
            {
                "name": object_name(f"prepopulate-{mount['volume']}"),
                "image": context.model["image"],
                "command": ["/bin/sh", "-c", script],
                "volumeMounts": [volume],
            }
        )
        say = f"what the image has at {mount['mountPath']} is copied into the volume while that is empty"
        context.note(Outcome.INFERRED, say, mount.path, "the image needs a shell, `ls`, `grep` and `cp`")
    return made
