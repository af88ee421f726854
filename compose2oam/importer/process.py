"""The program of a container: image, command, environment, hooks, security."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compose2oam.importer import writing
from compose2oam.importer.expansion import Variables, expanded, references, variables
from compose2oam.importer.inventory import Inventory
from compose2oam.importer.rendered import Rendered

Keys = dict[str, Any]

_DOCKERS = {
    "privileged": False,
    "allowPrivilegeEscalation": True,
    "readOnlyRootFilesystem": False,
    "runAsNonRoot": False,
}
_PULL = {"Always": "always", "Never": "never", "IfNotPresent": "missing"}


def image(made: Rendered, _: Inventory) -> Keys:
    """``image`` and ``pull_policy``."""
    container = made.container
    keys: Keys = {"image": container["image"]} if container.get("image") else {}
    policy = _PULL.get(str(container.get("imagePullPolicy")))
    return {**keys, "pull_policy": policy} if policy else keys


def command(made: Rendered, _: Inventory) -> Keys:
    """``entrypoint`` and ``command``, as lists; a reference to a value that is not known stays the component's."""
    known = variables(made.container.get("env") or ())
    keys = {}
    for name, key in (("command", "entrypoint"), ("args", "command")):
        words = made.container.get(name)
        if words and not any(references(str(word), known.others) for word in words):
            keys[key] = [expanded(str(word), known.values) for word in words]
    return keys


def environment(made: Rendered, _: Inventory) -> Keys:
    """``environment``: the variables whose values are known."""
    known = variables(made.container.get("env") or ())
    values = {name: value for name, value in known.values.items() if not references(value, known.others)}
    return {"environment": values} if values or made.container.get("env") == [] else {}


def terminal(made: Rendered, _: Inventory) -> Keys:
    """``working_dir``, ``tty``, ``stdin_open`` and ``stop_grace_period``."""
    container = made.container
    keys = {
        "working_dir": container.get("workingDir"),
        "tty": container.get("tty"),
        "stdin_open": container.get("stdin"),
    }
    grace = made.pod.get("terminationGracePeriodSeconds")
    keys["stop_grace_period"] = None if grace is None else writing.duration(grace)
    return {key: value for key, value in keys.items() if value is not None}


def hooks(made: Rendered, _: Inventory) -> Keys:
    """``post_start``, ``pre_stop`` and ``pre_start``."""
    keys: Keys = {}
    for name, key in (("postStart", "post_start"), ("preStop", "pre_stop")):
        words = ((made.container.get("lifecycle") or {}).get(name) or {}).get("exec", {}).get("command")
        if words:
            keys[key] = [{"command": list(words)}]
    before = made.pod.get("initContainers") or ()
    known = variables(made.container.get("env") or ())
    steps = [_step(item, known, made.container.get("image")) for item in before]
    if steps and all(item.get("name") == f"pre-start-{index}" for index, item in enumerate(before)):
        keys["pre_start"] = steps
    return keys


def _step(container: Any, inherited: Variables, image_of_service: Any) -> Keys:
    own = variables(container.get("env") or ())
    context = container.get("securityContext") or {}
    words = container.get("args")
    keys = {
        "image": container.get("image") if container.get("image") != image_of_service else None,
        "command": [expanded(str(word), own.values) for word in words] if words else None,
        "working_dir": container.get("workingDir"),
        "environment": {name: text for name, text in own.values.items() if inherited.values.get(name) != text} or None,
        "user": user_of(context),
        "privileged": context.get("privileged"),
    }
    return {key: value for key, value in keys.items() if value is not None}


def user_of(context: Any) -> str | None:
    """Return ``user`` for a security context."""
    user, group = context.get("runAsUser"), context.get("runAsGroup")
    if user is None:
        return None if group is None else f":{group}"
    return str(user) if group is None else f"{user}:{group}"


def security(made: Rendered, _: Inventory) -> Keys:
    """``user``, capabilities, ``privileged``, ``read_only``, ``security_opt``, ``group_add``, ``sysctls``..."""
    context = made.container.get("securityContext") or {}
    pod = made.pod.get("securityContext") or {}
    capabilities = context.get("capabilities") or {}
    keys = {
        "user": user_of(context),
        "cap_add": capabilities.get("add"),
        "cap_drop": capabilities.get("drop"),
        "privileged": context.get("privileged") or None,
        "read_only": context.get("readOnlyRootFilesystem") or None,
        "security_opt": list(_options(context)) or None,
        "group_add": [str(group) for group in pod.get("supplementalGroups") or ()] or None,
        "sysctls": {item["name"]: str(item["value"]) for item in pod.get("sysctls") or ()} or None,
        "userns_mode": "host" if made.pod.get("hostUsers") else None,
        "runtime": made.pod.get("runtimeClassName"),
    }
    said = {key: value for key, value in keys.items() if value}
    # Docker's own rights, written out: the cluster's defaults are others.
    return {**said, "read_only": False} if context == _DOCKERS else said


def _options(context: Any) -> Iterable[str]:
    if context.get("allowPrivilegeEscalation") is False:
        yield "no-new-privileges:true"
    for key, name in (("seccompProfile", "seccomp"), ("appArmorProfile", "apparmor")):
        profile = context.get(key) or {}
        words = {"Unconfined": "unconfined", "RuntimeDefault": "runtime/default"}
        value = words.get(str(profile.get("type")), profile.get("localhostProfile"))
        if value:
            yield f"{name}={value}"
    if context.get("procMount") == "Unmasked":
        yield "systempaths=unconfined"
    for label, value in (context.get("seLinuxOptions") or {}).items():
        yield "label=disable" if (label, value) == ("type", "spc_t") else f"label={label}:{value}"


def metadata(made: Rendered, _: Inventory) -> Keys:
    """``labels``: Compose's labels are annotations on a cluster."""
    found = made.template["metadata"].get("annotations") or {}
    labels = {key: value for key, value in found.items() if not key.startswith("compose2oam.io/")}
    return {"labels": labels} if labels else {}
