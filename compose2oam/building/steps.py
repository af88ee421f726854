"""``podman build`` and ``buildah build``: a run for each image, and one for each name that is pushed."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from compose2oam.building.codes import CANNOT
from compose2oam.building.job import Command, Job, dockerfile, fields, ssh_keys, ulimits
from compose2oam.building.wanted import SERVICE, Build, Choices
from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.model.namedtuple import NamedTuple

# Options without a value, which are said once.
_SWITCHES = frozenset({"--layers", "--no-cache", "--pull=always"})


class Lost(NamedTuple):
    """What these builders cannot do, or do in another way."""

    message: str
    hint: str = ""


def job(program: tuple[str, ...], builds: Sequence[Build], choices: Choices, scratch: pathlib.Path) -> Job:
    """Return what to run; the arguments are those of :func:`compose2oam.building.bake.job`."""
    said: list[Diagnostic] = []
    commands = []
    files: dict[str, pathlib.Path] = {}
    for number, build in enumerate(builds):
        if len(build.platforms) > 1:
            # A list that is there from an earlier build would keep its old images.
            words = (*program, "manifest", "rm", full_name(build.image))
            commands.append(Command(words, (build.service,), may_fail=True))
        commands.append(_build(program, build, choices, builds, said))
        if choices.push and build.asked:
            files[build.service] = scratch / f"{number}.digest"
            commands += _pushes(program, build, files[build.service] if choices.digests else None, choices)
    said += [
        build.finding(CANNOT, Severity.WARNING, "an instance of buildx is not used by this builder", hint="--builder")
        for build in builds[:1]
        if choices.builder
    ]

    def digests() -> dict[str, str]:
        return {service: file.read_text(encoding="utf-8").strip() for service, file in files.items()}

    return Job(tuple(commands), tuple(said), digests)


def full_name(image: str) -> str:
    """Return the name of an image with its registry; one without is at Docker Hub, as Docker and Kubernetes have it."""
    first, slash, _ = image.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return image
    return f"docker.io/{image}" if slash else f"docker.io/library/{image}"


def _build(
    program: tuple[str, ...], build: Build, choices: Choices, builds: Sequence[Build], said: list[Diagnostic]
) -> Command:
    tree = build.tree
    context = str(tree.get("context") or ".")
    inline = str(tree.get("dockerfile_inline") or "")
    words = [*program, "build"]
    if inline:
        words += ["--file", "-"]
    elif tree.get("dockerfile"):
        words += ["--file", dockerfile(context, str(tree["dockerfile"]))]
    words += _names(build)
    for name, value in build.open_args.items():
        words += ["--build-arg", f"{name}={value}"]
    for name in build.private_args:
        # Without a value, the builder takes that of the variable.
        words += ["--build-arg", name]
    for secret in build.secrets:
        where = ("type=env", f"env={secret.variable}") if secret.variable else ("type=file", f"src={secret.file}")
        words += ["--secret", fields(f"id={secret.name}", *where)]
    for key in (*ssh_keys(tree), *choices.ssh):
        words += ["--ssh", key]
    for name, value in build.contexts():
        words += ["--build-context", f"{name}={_context(value, builds)}"]
    for key, say in KEYS.items():
        if key in tree and tree[key] not in (None, ""):
            for item in say(tree[key]):
                if isinstance(item, Lost):
                    message = f"{program[-1]} {item.message}"
                    said.append(build.finding(CANNOT, Severity.WARNING, message, key, hint=item.hint))
                elif item not in _SWITCHES or item not in words:
                    words.append(item)
    for wished, flag in ((choices.no_cache, "--no-cache"), (choices.pull, "--pull=always")):
        if wished and flag not in words:
            words.append(flag)
    if choices.quiet:
        words.append("--quiet")
    variables = {secret.variable: secret.value for secret in build.secrets if secret.variable}
    hidden = {**variables, **build.private_args}
    return Command((*words, context), (build.service,), inline, variables=hidden)


def _names(build: Build) -> Iterator[str]:
    """Yield the names of an image; one for several platforms is a list, which has but one."""
    names = [full_name(tag) for tag in build.tags]
    if len(build.platforms) > 1:
        yield from ("--manifest", names[0])
    else:
        for name in names:
            yield from ("--tag", name)
    if build.platforms:
        yield from ("--platform", ",".join(build.platforms))


def _pushes(program: tuple[str, ...], build: Build, digest: pathlib.Path | None, choices: Choices) -> Iterator[Command]:
    names = [full_name(tag) for tag in build.tags]
    for name in names:
        where = () if digest is None or name != names[0] else ("--digestfile", str(digest))
        quiet = ("--quiet",) if choices.quiet else ()
        if len(build.platforms) > 1:
            words: tuple[str, ...] = ("manifest", "push", "--all", *where, *quiet, names[0], f"docker://{name}")
        else:
            words = ("push", *where, *quiet, name)
        yield Command((*program, *words), (build.service,))


def _context(value: str, builds: Sequence[Build]) -> str:
    """Return a further context; the image of another service has been built before."""
    if not value.startswith(SERVICE):
        return value
    other = next(build for build in builds if build.service == value.removeprefix(SERVICE))
    return f"container-image://{full_name(other.image)}"


def _option(flag: str) -> Callable[[Any], Iterator[str]]:
    def say(value: Any) -> Iterator[str]:
        yield from (flag, str(value))

    return say


def _switch(flag: str) -> Callable[[Any], Iterator[str]]:
    def say(value: Any) -> Iterator[str]:
        if value:
            yield flag

    return say


def _elsewhere(_value: Any) -> Iterator[str]:
    """What `_build` takes together with other keys."""
    return iter(())


def _cache(flag: str) -> Callable[[Any], Iterator[str | Lost]]:
    """Say where layers are kept: these builders know repositories, without a tag."""

    def say(value: Any) -> Iterator[str | Lost]:
        for item in map(str, value):
            given = dict(part.partition("=")[::2] for part in item.split(",")) if "=" in item else {"ref": item}
            if given.get("type", "registry") != "registry" or not given.get("ref"):
                hint = "type=registry,ref=... works with every builder"
                yield Lost(f"keeps layers in repositories only, so `{item}` is left out", hint)
                continue
            yield from ("--layers", flag, repository(full_name(given["ref"])))

    return say


def repository(image: str) -> str:
    """Return the name of an image without its tag and its digest."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def _no_cache_filter(value: Any) -> Iterator[str | Lost]:
    yield "--no-cache"
    yield Lost(f"cannot build only {', '.join(map(str, value))} anew, so all stages are")


def _hosts(value: Any) -> Iterator[str]:
    for item in value:
        name, _, address = str(item).partition("=")
        yield from ("--add-host", f"{name}:{address}")


def _labels(value: Any) -> Iterator[str]:
    for name, text in value.items():
        yield from ("--label", f"{name}={text}")


def _ulimits(value: Any) -> Iterator[str]:
    for limit in ulimits(value):
        yield from ("--ulimit", limit)


def _isolation(value: Any) -> Iterable[str | Lost]:
    return [] if value == "default" else [Lost(f"isolates builds in its own ways, so `{value}` is left out")]


def _privileged(value: Any) -> Iterator[str | Lost]:
    if value:
        yield from ("--cap-add", "all")
        yield Lost("gives a build all capabilities, but not the devices of the machine")


def _entitlements(value: Any) -> Iterator[Lost]:
    for item in value:
        # The network of the host needs no permission here.
        if item != "network.host":
            yield Lost(f"knows no entitlement, so `{item}` is left out")


def _attestation(kind: str) -> Callable[[Any], Iterator[Lost]]:
    def say(value: Any) -> Iterator[Lost]:
        if str(value) != "false":
            yield Lost(f"writes no {kind} as BuildKit does, so it is left out", "build with docker buildx")

    return say


def _secrets(value: Any) -> Iterator[Lost]:
    for item in value:
        found = [key for key in ("uid", "gid", "mode") if item.get(key) is not None]
        if found:
            say = f"takes {', '.join(found)} of a secret from the Dockerfile: RUN --mount=type=secret,{found[0]}=..."
            yield Lost(say)


#: What each key of `build` (Compose Build Specification) is on the command line.
KEYS: Mapping[str, Callable[[Any], Iterable[str | Lost]]] = {
    "additional_contexts": _elsewhere,
    "args": _elsewhere,
    "cache_from": _cache("--cache-from"),
    "cache_to": _cache("--cache-to"),
    "context": _elsewhere,
    "dockerfile": _elsewhere,
    "dockerfile_inline": _elsewhere,
    "entitlements": _entitlements,
    "extra_hosts": _hosts,
    "isolation": _isolation,
    "labels": _labels,
    "network": _option("--network"),
    "no_cache": _switch("--no-cache"),
    "no_cache_filter": _no_cache_filter,
    "platforms": _elsewhere,
    "privileged": _privileged,
    "provenance": _attestation("provenance"),
    "pull": _switch("--pull=always"),
    "sbom": _attestation("sbom"),
    "secrets": _secrets,
    "shm_size": _option("--shm-size"),
    "ssh": _elsewhere,
    "tags": _elsewhere,
    "target": _option("--target"),
    "ulimits": _ulimits,
}
