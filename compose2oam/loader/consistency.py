"""Consistency: what a project says in one place must fit what it says in another.

Each check is a generator over one service, in the table ``SERVICE_CHECKS``; all of them run for which a service has a
key, so that all errors are reported at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from compose2oam.diagnostics import Diagnostic
from compose2oam.loader.codes import error
from compose2oam.loader.cycles import find_cycle
from compose2oam.loader.trees import section
from compose2oam.loader.validate import nearest
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.path import Path, render
from compose2oam.source.tree import Map, Seq, locate


class _Service(NamedTuple):
    """One enabled service and what it may refer to."""

    name: str
    body: Map
    tree: Map
    disabled: Map

    def error(self, code: str, message: str, *path: str | int, hint: str = "") -> Diagnostic:
        """Make a diagnostic for a key of this service."""
        full: Path = ("services", self.name, *path)
        return error(code, message, full, locate(self.tree, full), hint)

    def undefined(self, sort: str, name: str, *path: str | int) -> Diagnostic:
        """Make the diagnostic for a reference that leads nowhere; ``sort`` is the section that lacks ``name``."""
        message = f"service `{self.name}` refers to undefined {sort.removesuffix('s')} `{name}`"
        hint = nearest(name, section(self.tree, sort)) or f"declare `{name}` in the top-level `{sort}`"
        return self.error("CF-501", message, *path, hint=hint)


def check(tree: Map, disabled: Map) -> list[Diagnostic]:
    """Check a project in its final form and return everything that does not fit.

    Args:
        tree: the project.
        disabled: the services that no active profile enables.
    """
    findings: list[Diagnostic] = []
    services = section(tree, "services")
    for name, body in services.items():
        service = _Service(name, body, tree, disabled)
        keys = body.keys()
        for needed, rule in SERVICE_CHECKS:
            if not (needed and keys.isdisjoint(needed)):
                findings.extend(rule(service))
    findings.extend(_jobs(tree, disabled))
    findings.extend(_secrets(tree))
    findings.extend(_cycles(tree))
    return findings


def settle_scale(tree: Map) -> None:
    """Say in ``deploy.replicas`` what ``scale`` says, where a service has a ``deploy``."""
    for body in section(tree, "services").values():
        deploy = body.get("deploy")
        if isinstance(deploy, Map) and body.get("scale") is not None:
            deploy.setdefault("replicas", body["scale"])


def check_names(tree: Map) -> list[Diagnostic]:
    """Check that no two services ask for the same container name."""
    findings: list[Diagnostic] = []
    owners: dict[str, str] = {}
    for name, body in section(tree, "services").items():
        wanted = body.get("container_name")
        if wanted and owners.setdefault(wanted, name) != name:
            path: Path = ("services", name, "container_name")
            message = f"services `{owners[wanted]}` and `{name}` have the same container name `{wanted}`"
            findings.append(error("CF-505", message, path, locate(tree, path)))
    return findings


def _origin(service: _Service) -> Iterator[Diagnostic]:
    body = service.body
    if "build" not in body and not body.get("image") and "provider" not in body:
        message = f"service `{service.name}` has neither an image nor a build context"
        yield service.error("CF-500", message, hint="set `image` or `build`")


def _build(service: _Service) -> Iterator[Diagnostic]:
    build = service.body.get("build")
    if not isinstance(build, Map):
        return
    if build.get("dockerfile_inline") and build.get("dockerfile"):
        yield service.error("CF-503", "`dockerfile` and `dockerfile_inline` exclude one another", "build", "dockerfile")
    services = section(service.tree, "services")
    for name, context in section(build, "additional_contexts").items():
        target = context.removeprefix("service:")
        if target == context:
            continue
        known = services.get(target, service.disabled.get(target))
        path = ("build", "additional_contexts", name)
        if known is None:
            yield service.error("CF-501", f"no service `{target}` to build from", *path, hint=nearest(target, services))
        elif "build" not in known:
            yield service.error("CF-503", f"service `{target}` has nothing to build from", *path)
    platforms, platform = build.get("platforms"), service.body.get("platform")
    if platforms and platform and platform not in platforms:
        yield service.error("CF-503", f"`build.platforms` must include `{platform}`", "build", "platforms")


def _networks(service: _Service) -> Iterator[Diagnostic]:
    wanted, known = section(service.body, "networks"), section(service.tree, "networks")
    if service.body.get("network_mode") and wanted:
        yield service.error("CF-503", "`network_mode` and `networks` exclude one another", "network_mode")
    for name in wanted:
        if name not in known:
            yield service.undefined("networks", name, "networks", name)


def _healthcheck(service: _Service) -> Iterator[Diagnostic]:
    test = section(service.body, "healthcheck").get("test")
    if test and test[0] not in ("CMD", "CMD-SHELL", "NONE"):
        message = "the list of `healthcheck.test` must begin with CMD, CMD-SHELL or NONE"
        yield service.error("CF-503", message, "healthcheck", "test")


def _depends_on(service: _Service) -> Iterator[Diagnostic]:
    services, jobs = section(service.tree, "services"), section(service.tree, "jobs")
    for name, wait in section(service.body, "depends_on").items():
        if name in services or (name in service.disabled and not wait.get("required")):
            continue
        message = f"service `{service.name}` depends on undefined service `{name}`"
        hint = nearest(name, services)
        if name in service.disabled:
            message, hint = _disabled(f"service `{service.name}`", name, service.disabled)
        elif name in jobs:
            message, hint = f"service `{service.name}` depends on `{name}`, which is a job", ""
        yield service.error("CF-501", message, "depends_on", name, hint=hint)


def _disabled(who: str, name: str, disabled: Map) -> tuple[str, str]:
    """Return the message and the hint for a dependency on a service that no active profile enables."""
    profiles = ", ".join(disabled[name].get("profiles") or ())
    hint = f"activate one of its profiles ({profiles}), or set `required: false`"
    return f"{who} depends on `{name}`, which no active profile enables", hint


def _network_mode(service: _Service) -> Iterator[Diagnostic]:
    mode = service.body.get("network_mode") or ""
    name = mode.removeprefix("service:")
    services = section(service.tree, "services")
    if name != mode and name not in services:
        message = f"no service `{name}` for `network_mode: {mode}`"
        yield service.error("CF-501", message, "network_mode", hint=nearest(name, services))


def _volumes(service: _Service) -> Iterator[Diagnostic]:
    known = section(service.tree, "volumes")
    for index, mount in enumerate(service.body.get("volumes") or ()):
        source = mount.get("source")
        if mount.get("type") == "volume" and source and source not in known:
            yield service.undefined("volumes", source, "volumes", index)


def _files(service: _Service) -> Iterator[Diagnostic]:
    places: list[tuple[Path, Any, str]] = [
        (("build", "secrets"), section(service.body, "build").get("secrets"), "secrets"),
        (("configs",), service.body.get("configs"), "configs"),
        (("secrets",), service.body.get("secrets"), "secrets"),
    ]
    for path, mounts, sort in places:
        known = section(service.tree, sort)
        for index, mount in enumerate(mounts or ()):
            if mount.get("source", "") not in known:
                yield service.undefined(sort, mount.get("source", ""), *path, index)


def _models(service: _Service) -> Iterator[Diagnostic]:
    known = section(service.tree, "models")
    for name in section(service.body, "models"):
        if name not in known:
            yield service.undefined("models", name, "models", name)


def _twice(service: _Service) -> Iterator[Diagnostic]:
    """What can be said in two places must be said alike."""
    body = service.body
    deploy = section(body, "deploy")
    resources = section(deploy, "resources")
    limits, reservations = resources.get("limits"), resources.get("reservations")
    pairs: list[tuple[str, Any, Any, tuple[str, ...]]] = [
        ("mem_limit", limits, "memory", ("resources", "limits", "memory")),
        ("mem_reservation", reservations, "memory", ("resources", "reservations", "memory")),
        ("pids_limit", limits, "pids", ("resources", "limits", "pids")),
        ("cpus", limits, "cpus", ("resources", "limits", "cpus")),
    ]
    if "scale" in body and "replicas" in deploy and body["scale"] != deploy["replicas"]:
        yield service.error("CF-503", "`scale` and `deploy.replicas` differ; keep one", "scale")
    for key, where, other, path in pairs:
        value = body.get(key)
        if value not in (None, 0, "0") and isinstance(where, Map) and where.get(other, 0) != value:
            yield service.error("CF-503", f"`{key}` and `{render(('deploy', *path))}` differ; keep one", key)


def _replicas(service: _Service) -> Iterator[Diagnostic]:
    body = service.body
    deploy = section(body, "deploy")
    if body.get("scale", 0) < 0:
        yield service.error("CF-503", "`scale` cannot be negative", "scale")
    elif deploy.get("replicas", 0) < 0:
        yield service.error("CF-503", "`deploy.replicas` cannot be negative", "deploy", "replicas")
    count = body.get("scale", deploy.get("replicas", 1))
    if count > 1 and body.get("container_name"):
        key = "scale" if "scale" in body else "deploy.replicas"
        message = f"`container_name` and `{key}: {count}` exclude one another: a container name is unique"
        yield service.error("CF-503", message, "container_name")


def _watch(service: _Service) -> Iterator[Diagnostic]:
    for index, trigger in enumerate(section(service.body, "develop").get("watch") or ()):
        if not trigger.get("target") and trigger.get("action") not in ("rebuild", "restart"):
            message = f"the action `{trigger.get('action')}` needs a `target`"
            yield service.error("CF-503", message, "develop", "watch", index)


def _mounts(service: _Service) -> Iterator[Diagnostic]:
    taken: dict[str, Path] = {}
    places: list[tuple[str, Path]] = [
        (entry.partition(":")[0], ("tmpfs", index)) for index, entry in enumerate(service.body.get("tmpfs") or ())
    ]
    places += [(mount.get("target", ""), ("volumes", index)) for index, mount in enumerate(_list(service, "volumes"))]
    for target, path in places:
        if taken.setdefault(target, path) != path:
            message = f"`{target}` is mounted twice, as {render(taken[target])} and as {render(path)}"
            yield service.error("CF-504", message, *path)


def _list(service: _Service, key: str) -> Iterable[Any]:
    found = service.body.get(key)
    return found if isinstance(found, Seq) else ()


def _jobs(tree: Map, disabled: Map) -> Iterator[Diagnostic]:
    services, jobs = section(tree, "services"), section(tree, "jobs")
    for name, body in jobs.items():
        path: Path = ("jobs", name)
        if name in services or name in disabled:
            message = f"`{name}` is both a service and a job"
            yield error("CF-505", message, path, locate(tree, path))
        for other, wait in section(body, "depends_on").items():
            if other in jobs or other in services or (other in disabled and not wait.get("required")):
                continue
            path = ("jobs", name, "depends_on", other)
            message = f"job `{name}` depends on undefined service or job `{other}`"
            hint = nearest(other, (*services, *jobs))
            if other in disabled:
                message, hint = _disabled(f"job `{name}`", other, disabled)
            yield error("CF-501", message, path, locate(tree, path), hint)


def _secrets(tree: Map) -> Iterator[Diagnostic]:
    for name, secret in section(tree, "secrets").items():
        if secret.get("external") is not True and not secret.get("file") and not secret.get("environment"):
            path: Path = ("secrets", name)
            message = f"secret `{name}` has no source: set `file` or `environment`"
            yield error("CF-407", message, path, locate(tree, path))


def _cycles(tree: Map) -> Iterator[Diagnostic]:
    services = section(tree, "services")
    graph = {
        name: [other for other in section(body, "depends_on") if other in services] for name, body in services.items()
    }
    cycle = find_cycle(graph)
    if cycle:
        path: Path = ("services", cycle[0], "depends_on", cycle[1])
        message = f"services depend on one another in a circle: {' -> '.join(cycle)}"
        yield error("CF-502", message, path, locate(tree, path))


SERVICE_CHECKS: Final[tuple[tuple[tuple[str, ...], Callable[[_Service], Iterator[Diagnostic]]], ...]] = (
    ((), _origin),
    (("build",), _build),
    (("networks",), _networks),
    (("healthcheck",), _healthcheck),
    (("depends_on",), _depends_on),
    (("network_mode",), _network_mode),
    (("volumes",), _volumes),
    (("build", "configs", "secrets"), _files),
    (("models",), _models),
    (("cpus", "mem_limit", "mem_reservation", "pids_limit", "scale"), _twice),
    (("deploy", "scale"), _replicas),
    (("develop",), _watch),
    (("tmpfs", "volumes"), _mounts),
)
"""Each check, after the keys of which a service has one if there is anything to check; none for a check of them all."""
