"""Which images are to be built, and under which names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from compose2oam.building.codes import CIRCLE, NOWHERE, UNGIVEN
from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import ComposeError, UsageError
from compose2oam.model.compose import Project
from compose2oam.model.path import Path
from compose2oam.model.secrecy import is_sensitive, without_passwords
from compose2oam.rules.extension import settle
from compose2oam.rules.images import built_name
from compose2oam.rules.settings import Settings
from compose2oam.source.tree import Map, locate

SERVICE = "service:"


@dataclass(frozen=True, slots=True)
class Choices:
    """What a caller chooses for all builds.

    Attributes:
        push: push what is built.
        digests: ask the builder for the digests of what it pushed.
        no_cache: build everything anew.
        pull: ask the registry for newer base images.
        args: build arguments that go before those of the file.
        ssh: agents or keys, as ``ID`` or ``ID=PATH``.
        builder: the instance of buildx to use; ``""`` for the current one.
        progress: the word for ``--progress`` of the builder; ``""`` for its own choice.
        quiet: let the builder say nothing.
    """

    push: bool = False
    digests: bool = False
    no_cache: bool = False
    pull: bool = False
    args: Mapping[str, str] = field(default_factory=dict)
    ssh: tuple[str, ...] = ()
    builder: str = ""
    progress: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that a build may read.

    Attributes:
        name: its id in the Dockerfile.
        file: the file that holds it, ``""`` if a variable does.
        variable: the variable that holds it.
        value: what the variable holds.
    """

    name: str
    file: str = ""
    variable: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Build:
    """One image to build.

    Attributes:
        service: the service that it is for.
        image: its name in the cluster.
        tags: all its names.
        tree: ``build`` of the service, in long form.
        args: build arguments by name; those of the caller go before those of the file.
        secrets: what the build may read.
        platforms: what it is built for; nothing for the builder's own.
        asked: whether it was asked for; the others are needed to build those.
        project: where it comes from.
    """

    service: str
    image: str
    tags: tuple[str, ...]
    tree: Map
    args: Mapping[str, str]
    secrets: tuple[Secret, ...]
    platforms: tuple[str, ...]
    asked: bool
    project: Project

    @property
    def private_args(self) -> dict[str, str]:
        """The arguments that must not be shown: they reach a builder as variables."""
        return {name: value for name, value in self.args.items() if _is_private(name, value)}

    @property
    def open_args(self) -> dict[str, str]:
        """All other arguments."""
        return {name: value for name, value in self.args.items() if not _is_private(name, value)}

    def contexts(self) -> Iterator[tuple[str, str]]:
        """Yield the further contexts by name."""
        for name, context in (self.tree.get("additional_contexts") or {}).items():
            yield name, str(context or "")

    def finding(self, code: str, severity: Severity, message: str, *key: str | int, hint: str = "") -> Diagnostic:
        """Say something of a key of this ``build``."""
        path: Path = ("services", self.service, "build", *key)
        return Diagnostic(code, severity, message, path, locate(self.project.tree, path), hint)


def wanted(
    project: Project, settings: Settings, choices: Choices, services: Collection[str] = (), *, with_needed: bool = False
) -> list[Build]:
    """Work out which images are to be built, those first that others are built from.

    Args:
        project: the Compose project.
        settings: where images are that are built and not named.
        choices: what else is chosen.
        services: the services that were asked for; all without one.
        with_needed: also build for the services that those depend on.

    Raises:
        UsageError: there is no such service.
        ComposeError: an image has nowhere to go, or a secret cannot be given to a build.
    """
    project, chosen = settle(project, settings)
    # What an image is built from may be a service that no profile enables.
    trees: Mapping[str, Map] = {**project.disabled, **project.section("services")}
    asked = _asked(project, services, with_needed)
    faults: list[Diagnostic] = []
    found = []
    for service in _ordered(project, asked, trees):
        build = _build(project, service, trees[service], chosen, choices, service in asked)
        if choices.push and build.asked and not _has_place(trees[service], chosen):
            say = f"the image of {service} has no registry to go to"
            hint = "name it with `image: registry.example.com/team/name`, or the registry with --registry"
            faults.append(build.finding(NOWHERE, Severity.ERROR, say, hint=hint))
        found.append(replace(build, secrets=tuple(_secrets(build, faults))))
    if faults:
        raise ComposeError.of(faults)
    return found


def _asked(project: Project, services: Collection[str], with_needed: bool) -> set[str]:
    trees = project.section("services")
    unknown = sorted(set(services) - set(trees))
    if unknown:
        disabled = [name for name in unknown if name in project.disabled]
        hint = "; --profile enables it" if disabled else f"; there is {', '.join(trees)}"
        raise UsageError(f"no such service: {', '.join(unknown)}{hint}")
    found: set[str] = set()
    open_ = list(services or trees)
    while open_:
        name = open_.pop()
        if name not in found and name in trees:
            found.add(name)
            if with_needed:
                open_.extend(trees[name].get("depends_on") or ())
    return {name for name in found if trees[name].get("build")}


def _ordered(project: Project, asked: Collection[str], trees: Mapping[str, Map]) -> list[str]:
    """Return services behind those whose images they are built from, all in the order of the file."""
    order: dict[str, None] = {}

    def add(service: str, way: tuple[str, ...]) -> None:
        if service in way:
            circle = " -> ".join((*way[way.index(service) :], service))
            path: Path = ("services", service, "build", "additional_contexts")
            say = f"images are built from one another in a circle: {circle}"
            raise ComposeError.of([Diagnostic(CIRCLE, Severity.ERROR, say, path, locate(project.tree, path))])
        for context in map(str, (trees[service]["build"].get("additional_contexts") or {}).values()):
            if context.startswith(SERVICE):
                add(context.removeprefix(SERVICE), (*way, service))
        order.setdefault(service)

    for service in trees:
        if service in asked:
            add(service, ())
    return list(order)


def _build(project: Project, service: str, tree: Map, settings: Settings, choices: Choices, asked: bool) -> Build:
    build = tree["build"]
    image = str(tree.get("image") or built_name(project.name, service, build, settings))
    own = {name: str(value) for name, value in (build.get("args") or {}).items() if value is not None}
    platforms = build.get("platforms") or ([tree["platform"]] if tree.get("platform") else [])
    return Build(
        service=service,
        image=image,
        tags=tuple(dict.fromkeys((image, *map(str, build.get("tags") or ())))),
        tree=build,
        args={**own, **choices.args},
        secrets=(),
        platforms=tuple(map(str, platforms)),
        asked=asked,
        project=project,
    )


def _secrets(build: Build, faults: list[Diagnostic]) -> Iterator[Secret]:
    known = build.project.section("secrets")
    for index, item in enumerate(build.tree.get("secrets") or ()):
        source = str(item["source"])
        name = str(item.get("target") or source)
        definition = known.get(source) or {}
        variable = str(definition.get("environment") or "")
        file = str(definition.get("file") or "")
        if variable and variable in build.project.environment:
            yield Secret(name, variable=variable, value=build.project.environment[variable])
        elif file and not variable:
            yield Secret(name, file=file)
        else:
            why = f"the variable {variable} is not set" if variable else "it is neither a file nor a variable here"
            say = f"the secret {source} cannot be given to the build: {why}"
            faults.append(build.finding(UNGIVEN, Severity.ERROR, say, "secrets", index))


def _has_place(tree: Mapping[str, Any], settings: Settings) -> bool:
    """Whether somebody said where an image goes."""
    return bool(tree.get("image") or tree["build"].get("tags") or settings.registry)


def _is_private(name: str, value: str) -> bool:
    return is_sensitive(name) or without_passwords(f"{name}={value}") != f"{name}={value}"
