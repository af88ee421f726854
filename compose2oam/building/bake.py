"""``docker buildx bake``: one file with all images, as Docker Compose makes it, which goes to no folder of the user.

Values of arguments that look secret are variables of that file; bake takes them from its environment.
"""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from compose2oam.building.codes import CANNOT
from compose2oam.building.job import Command, Job, dockerfile, fields, ssh_keys, ulimits
from compose2oam.building.wanted import SERVICE, Build, Choices
from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.model.namedtuple import NamedTuple

_NO_NAME = re.compile(r"[^A-Za-z0-9_-]")


class Bakefile(NamedTuple):
    """A file for bake.

    Attributes:
        document: the file, without a secret.
        targets: the name of each service in it.
        variables: what its variables and its secrets are; for the environment.
    """

    document: dict[str, Any]
    targets: dict[str, str]
    variables: dict[str, str]


def bakefile(builds: Sequence[Build], choices: Choices) -> Bakefile:
    """Return what bake is to build."""
    targets = _names(build.service for build in builds)
    variables: dict[str, str] = {}
    document: dict[str, Any] = {
        "group": {"default": {"targets": [targets[one.service] for one in builds if one.asked]}}
    }
    references = {build.service: _references(build, variables) for build in builds}
    if variables:
        document["variable"] = {name: {} for name in variables}
    for build in builds:
        variables |= {secret.variable: secret.value for secret in build.secrets if secret.variable}
    document["target"] = {
        targets[build.service]: _target(build, choices, targets, references[build.service]) for build in builds
    }
    return Bakefile(document, targets, variables)


def job(program: tuple[str, ...], builds: Sequence[Build], choices: Choices, scratch: pathlib.Path) -> Job:
    """Return what to run.

    Args:
        program: the program, up to its own arguments: ``docker buildx``.
        builds: what to build.
        choices: how.
        scratch: a folder for the digests, if they are wanted.
    """
    made = bakefile(builds, choices)
    # From its standard input bake first reads a Compose file, and warns of each `$` in it.
    file = scratch / "docker-bake.json"
    words = [*program, "bake", "--file", str(file)]
    if choices.quiet or choices.progress:
        words += ["--progress", "quiet" if choices.quiet else choices.progress]
    if choices.builder:
        words += ["--builder", choices.builder]
    metadata = scratch / "metadata.json"
    if choices.digests:
        words += ["--metadata-file", str(metadata)]
    for right in _rights(builds):
        words += ["--allow", right]
    asked = tuple(build.service for build in builds if build.asked)
    document = json.dumps(made.document, indent=2, ensure_ascii=False)
    command = Command(tuple(words), asked, document, file, made.variables)

    def digests() -> dict[str, str]:
        found = json.loads(metadata.read_text(encoding="utf-8"))
        return {name: str((found.get(made.targets[name]) or {}).get("containerimage.digest") or "") for name in asked}

    return Job((command,), tuple(said for build in builds for said in _losses(build)), digests)


def _names(services: Iterable[str]) -> dict[str, str]:
    """Give each service a name that bake takes, no two the same."""
    names: dict[str, str] = {}
    for service in services:
        name = _NO_NAME.sub("_", service)
        while name in names.values():
            name += "_"
        names[service] = name
    return names


def _references(build: Build, variables: dict[str, str]) -> dict[str, str]:
    """Return the private arguments of a build as references to variables, which are added."""
    found = {}
    for argument, value in build.private_args.items():
        name = re.sub(r"\W|^(?=\d)", "_", argument)
        while variables.get(name, value) != value:
            name += "_"
        variables[name] = value
        found[argument] = f"${{{name}}}"
    return found


def _rights(builds: Sequence[Build]) -> list[str]:
    """Return what bake has to be allowed: what the Compose file says is what its owner wants."""
    rights = {"fs.read=*": None}
    for build in builds:
        tree = build.tree
        if any("type=local" in str(item) for item in tree.get("cache_to") or ()):
            rights["fs.write=*"] = None
        if tree.get("network") == "host":
            rights["network.host"] = None
        rights |= dict.fromkeys(map(str, _entitlements(tree)))
        if tree.get("ssh"):
            rights["ssh"] = None
    return list(rights)


def _target(build: Build, choices: Choices, targets: Mapping[str, str], private: Mapping[str, str]) -> dict[str, Any]:
    tree = build.tree
    found: dict[str, Any] = {}
    for key, say in KEYS.items():
        if key in tree and tree[key] not in (None, ""):
            found |= say(tree[key])
    context = str(tree.get("context") or ".")
    found["context"] = _text(context)
    if tree.get("dockerfile") and not tree.get("dockerfile_inline"):
        found["dockerfile"] = _text(dockerfile(context, str(tree["dockerfile"])))
    contexts = {
        name: f"target:{targets[value.removeprefix(SERVICE)]}" if value.startswith(SERVICE) else _text(value)
        for name, value in build.contexts()
    }
    secrets = [
        fields(f"id={item.name}", "type=env", f"env={item.variable}")
        if item.variable
        else fields(f"id={item.name}", "type=file", f"src={item.file}")
        for item in build.secrets
    ]
    more: dict[str, Any] = {
        "contexts": contexts,
        "args": {name: private.get(name) or _text(value) for name, value in build.args.items()},
        "secret": [_text(item) for item in secrets],
        "ssh": [_text(item) for item in (*ssh_keys(tree), *choices.ssh)],
        "entitlements": _entitlements(tree),
        "platforms": list(build.platforms),
        "tags": [_text(tag) for tag in build.tags] if build.asked else [],
        "attest": _attestations(tree, choices),
        "output": _output(build, choices),
    }
    found |= {key: value for key, value in more.items() if value}
    if choices.no_cache:
        found["no-cache"] = True
    if choices.pull:
        found["pull"] = True
    return found


def _output(build: Build, choices: Choices) -> list[str]:
    if not build.asked:
        return []
    if choices.push:
        return ["type=registry"]
    # An image for several platforms cannot go to the classic store of Docker Engine.
    return ["type=image"] if len(build.platforms) > 1 else ["type=docker"]


def _attestations(tree: Mapping[str, Any], choices: Choices) -> list[str]:
    found = []
    for kind in ("provenance", "sbom"):
        value = str(tree.get(kind) or "")
        if value in ("true", "false"):
            found.append(f"type={kind}" if value == "true" else f"type={kind},disabled=true")
        elif value:
            found.append(_text(f"type={kind},{value}"))
        elif choices.digests and kind == "provenance":
            # It holds the time of the build, and so would give the same image another digest each time.
            found.append("type=provenance,disabled=true")
    return found


def _losses(build: Build) -> Iterable[Diagnostic]:
    isolation = build.tree.get("isolation")
    if isolation and isolation != "default":
        say = f"docker buildx knows no isolation, so `{isolation}` is left out"
        yield build.finding(CANNOT, Severity.WARNING, say, "isolation")
    for index, item in enumerate(build.tree.get("secrets") or ()):
        for key in ("uid", "gid", "mode"):
            if item.get(key) is not None:
                say = f"`{key}` of a secret of a build is said in the Dockerfile: RUN --mount=type=secret,{key}=..."
                yield build.finding(CANNOT, Severity.WARNING, say, "secrets", index, key)


def _text(value: object) -> str:
    """Return a text that bake takes as it is, not as a template."""
    return str(value).replace("${", "$${").replace("%{", "%%{")


def _entitlements(tree: Mapping[str, Any]) -> list[str]:
    privileged = ["security.insecure"] if tree.get("privileged") else []
    return list(dict.fromkeys((*map(str, tree.get("entitlements") or ()), *privileged)))


def _hosts(given: Iterable[str]) -> dict[str, str]:
    hosts: dict[str, list[str]] = {}
    for item in given:
        name, _, address = item.partition("=")
        hosts.setdefault(_text(name), []).append(_text(address))
    return {name: ",".join(addresses) for name, addresses in hosts.items()}


def _as(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda value: {name: _text(value)}


def _all(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda value: {name: [_text(item) for item in value]}


def _flag(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda value: {name: True} if value else {}


def _elsewhere(_value: Any) -> dict[str, Any]:
    """What `_target` takes together with other keys."""
    return {}


#: What each key of `build` (Compose Build Specification) is in a target of bake.
KEYS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "additional_contexts": _elsewhere,
    "args": _elsewhere,
    "cache_from": _all("cache-from"),
    "cache_to": _all("cache-to"),
    "context": _elsewhere,
    "dockerfile": _elsewhere,
    "dockerfile_inline": _as("dockerfile-inline"),
    "entitlements": _elsewhere,
    "extra_hosts": lambda value: {"extra-hosts": _hosts(value)},
    "isolation": _elsewhere,
    "labels": lambda value: {"labels": {name: _text(text) for name, text in value.items()}},
    "network": _as("network"),
    "no_cache": _flag("no-cache"),
    "no_cache_filter": _all("no-cache-filter"),
    "platforms": _elsewhere,
    "privileged": _elsewhere,
    "provenance": _elsewhere,
    "pull": _flag("pull"),
    "sbom": _elsewhere,
    "secrets": _elsewhere,
    "shm_size": _as("shm-size"),
    "ssh": _elsewhere,
    "tags": _elsewhere,
    "target": _as("target"),
    "ulimits": lambda value: {"ulimits": list(ulimits(value))},
}
