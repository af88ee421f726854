"""The hash of a service's configuration, by which Docker Compose tells whether a container must be made anew.

It is the SHA-256 of the service as Go writes it in JSON, without what does not change a container: how its image is
built and pulled, how many there are, what it waits for, which profiles enable it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from compose2oam.emitter.printed import Printer
from compose2oam.emitter.shapes import shape
from compose2oam.model.compose import Project

_LEFT_OUT: Final = frozenset(["build", "depends_on", "env_file", "profiles", "pull_policy", "scale"])

# Go writes these as escapes, so that the text can stand in HTML and in JavaScript.
_ESCAPES: Final = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def service_hash(project: Project, name: str) -> str:
    """Return the hash of a service of the project, in hexadecimal digits."""
    service: dict[str, Any] = dict(project.section("services")[name])
    platform = project.environment.get("DOCKER_DEFAULT_PLATFORM", "")
    if "build" in service and not service.get("platform") and platform:
        service["platform"] = platform
    made = Printer(json=True, escape=False, ordered=True).part(
        {key: value for key, value in service.items() if key not in _LEFT_OUT}, shape("service")
    )
    if "deploy" in made:
        made["deploy"].pop("replicas", None)
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
