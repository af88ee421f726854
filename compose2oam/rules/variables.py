"""Where the value of an environment variable is kept: in the component, in a Secret, or in a ConfigMap."""

from __future__ import annotations

import base64
import pathlib
import re
from typing import Any

from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.secrecy import is_sensitive
from compose2oam.rules.context import Context
from compose2oam.rules.resources import secret_group
from compose2oam.source.tree import mark_of


class Kept(NamedTuple):
    """The place of a variable's value in an object of its own.

    Attributes:
        secret: whether it is a Secret, not a ConfigMap.
        name: the object's name.
        key: the key that holds the value.
    """

    secret: bool
    name: str
    key: str

    @property
    def kind(self) -> str:
        """The kind of the object."""
        return "Secret" if self.secret else "ConfigMap"

    @property
    def reference(self) -> dict[str, Any]:
        """The ``valueFrom`` of the variable (EnvVarSource, v1)."""
        source = "secretKeyRef" if self.secret else "configMapKeyRef"
        return {source: {"name": self.name, "key": self.key}}


def keep(name: str, text: str, context: Context) -> Kept | None:
    """Put a value where the settings want it; ``None`` for in the component.

    Args:
        name: the variable.
        text: its value.
        context: the service that it is set for.
    """
    application = context.facts["application"]
    named = context.facts["hints"].get("secrets", ())
    if name in named or _is_for_secret(name, str(context.settings.secret_env)):
        value = base64.b64encode(text.encode()).decode()
        return _put(Kept(True, f"{application}-env", name), "variables", value, context)
    file = _file_of(name, context) if context.settings.env_from == "configmap" else None
    if file is not None:
        return _put(Kept(False, f"{application}-{file.name}", name), f"env file {file}", text, context)
    return None


def object_with(kept: Kept, context: Context) -> dict[str, Any]:
    """Return the object that a variable is kept in; what later services keep there is in it too."""
    manifest: dict[str, Any] = {"apiVersion": "v1", "kind": kept.kind, "metadata": {"name": kept.name}}
    if kept.secret:
        manifest["metadata"]["labels"] = {"compose2oam.io/project": context.project.name}
        manifest["type"] = "Opaque"
    group = secret_group(context) if kept.secret else "configs"
    # Not a copy: services that come later add to it.
    return {"group": group, "manifest": {**manifest, "data": context.facts["project"].variables[kept.kind, kept.name]}}


def _is_for_secret(name: str, pattern: str) -> bool:
    if pattern == "off":
        return False
    return is_sensitive(name) if pattern == "auto" else bool(re.search(pattern, name))


def _put(place: Kept, owner: str, value: str, context: Context) -> Kept:
    project = context.facts["project"]
    title = project.register.name(place.kind, place.name, owner)
    data = project.variables.setdefault((place.kind, title), {})
    # Services may give a variable different values; the first keeps the short key.
    key = place.key if data.setdefault(place.key, value) == value else f"{context.facts['name']}.{place.key}"
    data[key] = value
    return Kept(place.secret, title, key)


def _file_of(name: str, context: Context) -> pathlib.Path | None:
    """Return the env file that a variable's value comes from, if from one."""
    mark = mark_of(context.entity.get("environment"), name)
    if mark is None:
        return None
    source = _resolved(mark.file, context)
    files = (file["path"] for file in context.entity.get("env_file") or ())
    return next((pathlib.Path(file) for file in files if _resolved(file, context) == source), None)


def _resolved(file: str, context: Context) -> pathlib.Path:
    # Every variable of every service asks, and the disk says the same of a file each time.
    return context.once(("resolved", file), lambda: pathlib.Path(file).resolve())
