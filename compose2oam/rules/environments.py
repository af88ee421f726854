"""Where an application goes, and what is otherwise there: ``clusters``, ``topology``, ``overrides``, ``environments``.

They become policies of the types ``topology`` and ``override``, and the steps of a workflow that deploys by them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from compose2oam.diagnostics import Diagnostic
from compose2oam.errors import ComposeError, UsageError
from compose2oam.model.compose import Project
from compose2oam.model.dataclass import replace
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.oam import Application, Component, Policy, WorkflowStep
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.rules import strict
from compose2oam.rules.faults import fault
from compose2oam.rules.ledger import Ledger
from compose2oam.rules.names import component_name
from compose2oam.rules.pods import hosts_of
from compose2oam.rules.settings import Settings
from compose2oam.source.tree import locate, plain

KEY = "x-oam"
# The meaning that reads the whole block.
READER = "C2O-057"
_WHERE = ("clusters", "clusterLabelSelector", "namespace", "allowEmpty")
# How many copies of a component run: a property of jobs, and nothing that could be said of what runs once or anywhere.
_COUNTED = {"task": "count"}
_UNCOUNTED = ("daemon", "cron-task", "knative", "openfaas", "k8s-objects", "ref-objects", "helmchart")
# Types that surely are nothing of Terraform's, which a step of the type deploy passes over unless it is told not to.
_PLAIN = frozenset(
    {
        *("webservice", "worker", "statefulset", "daemon", "task", "cron-task", "knative", "openfaas"),
        *("k8s-objects", "ref-objects", "helmchart", "raw"),
    }
)


class Delivery(NamedTuple):
    """How an application is delivered.

    Attributes:
        policies: where it goes, and what is otherwise there.
        steps: the workflow that deploys by them, empty where the runtime's own will do.
        made: for each place of ``x-oam``, the place of the application that it went to.
        unused: the environments that were not chosen.
        clashes: names that two policies would have, and the places of the second.
    """

    policies: tuple[Policy, ...]
    steps: tuple[WorkflowStep, ...]
    made: tuple[tuple[Path, Path], ...]
    unused: tuple[Path, ...] = ()
    clashes: tuple[tuple[str, Path], ...] = ()

    def leaves(self, namespace: str) -> bool:
        """Whether something goes to another place than the one that an application and its Secrets are in."""
        where = [policy.properties for policy in self.policies if policy.type == "topology"]
        return any(
            set(place.get("clusters") or ["local"]) != {"local"}
            or place.get("clusterLabelSelector")
            or place.get("namespace", namespace) != namespace
            for place in where
        )


class _Writer:
    """Collects policies, and which line each of them comes from."""

    def __init__(self, components: Mapping[str, tuple[str, str]]) -> None:
        self.policies: dict[str, Policy] = {}
        self.clashes: list[tuple[str, Path]] = []
        self.made: list[tuple[Path, Path]] = []
        self._components = components

    def topology(self, name: str, given: Mapping[str, Any], places: Collection[Path]) -> str:
        """Add a policy that says where components go."""
        return self._add(name, "topology", {key: given[key] for key in _WHERE if key in given}, places)

    def override(self, name: str, changes: Mapping[str, Any], place: Path) -> str:
        """Add a policy that says what is otherwise, by service; services that no profile enables are left out."""
        parts = [self._part(service, given or {}) for service, given in changes.items() if service in self._components]
        return self._add(name, "override", {"components": parts}, [place]) if parts else ""

    def free(self, name: str) -> str:
        """Return a name that no policy has."""
        number = 2
        made = name
        while made in self.policies:
            made, number = f"{name}-{number}", number + 1
        return made

    def _add(self, name: str, kind: str, properties: dict[str, Any], places: Collection[Path]) -> str:
        if name in self.policies:
            self.clashes.extend((name, place) for place in places)
        self.policies[name] = Policy(name, kind, properties)
        self.made.extend((place, ("policies", name)) for place in places)
        return name

    def _part(self, service: str, given: Mapping[str, Any]) -> dict[str, Any]:
        name, kind = self._components[service]
        properties = dict(given.get("properties") or {})
        traits = [dict(trait) for trait in given.get("traits") or ()]
        if "replicas" in given and kind in _COUNTED:
            properties[_COUNTED[kind]] = given["replicas"]
        elif "replicas" in given:
            traits.insert(0, {"type": "scaler", "properties": {"replicas": given["replicas"]}})
        # The runtime takes a name for a regular expression that may match anywhere in it.
        part: dict[str, Any] = {"name": f"^{name}$"}
        return {**part, **({"properties": properties} if properties else {}), **({"traits": traits} if traits else {})}


def delivery(
    given: Mapping[str, Any], components: Mapping[str, tuple[str, str]], chosen: Collection[str] | None
) -> Delivery:
    """Return how an application is delivered.

    Args:
        given: the ``x-oam`` of the project, as plain data.
        components: name and type of the component of each service.
        chosen: the environments that are wanted, ``None`` for all.
    """
    writer = _Writer(components)
    wanted = {name: entry or {} for name, entry in (given.get("environments") or {}).items()}
    unused = tuple((KEY, "environments", name) for name in wanted if chosen is not None and name not in chosen)
    steps: list[WorkflowStep] = []
    for name, entry in wanted.items():
        if chosen is None or name in chosen:
            steps += _environment(name, entry, writer)
    used = [writer.topology(f"to-{name}", {"clusters": [name]}, [(KEY, "clusters", index)])
            for index, name in enumerate(given.get("clusters") or ())]  # fmt: skip
    if given.get("topology"):
        used.append(writer.topology("topology", given["topology"], [(KEY, "topology")]))
    for index, entry in enumerate(given.get("overrides") or ()):
        name = entry.get("name") or writer.free(f"override-{components.get(entry['service'], ('',))[0]}")
        used.append(writer.override(name, {entry["service"]: entry}, (KEY, "overrides", index)))
    names = [name for name in used if name]
    if names:
        steps.append(WorkflowStep("deploy", "deploy", {"policies": names}))
        writer.made += [((KEY, key), ("workflow",)) for key in ("clusters", "topology", "overrides") if given.get(key)]
    types = {kind for _, kind in components.values()} | {item.get("type") for item in given.get("components") or ()}
    if not types <= _PLAIN:
        steps = [_with_all(step) for step in steps]
    return Delivery(tuple(writer.policies.values()), tuple(steps), tuple(writer.made), unused, tuple(writer.clashes))


def _with_all(step: WorkflowStep) -> WorkflowStep:
    if step.type != "deploy":
        return step
    return replace(step, properties={**step.properties, "ignoreTerraformComponent": False})


def deliver(
    project: Project, components: Mapping[str, tuple[str, str]], settings: Settings, ledger: Ledger
) -> Delivery:
    """Return how an application is delivered, and tell the ledger which line became what.

    Args:
        project: the project, whose ``x-oam`` is right.
        components: name and type of the component of each service.
        settings: which environments are wanted.
        ledger: takes down what became of the lines.

    Raises:
        ComposeError: for a number of copies of what has none, and for two policies of one name.
    """
    given = project.tree.get(KEY) or {}
    faults = list(_miscounted(project, components))
    if faults:
        raise ComposeError.of(faults)
    made = delivery(plain(given), components, settings.environments)
    if made.clashes:
        raise ComposeError.of(
            fault(
                f"there is another policy of the name `{name}`", path, locate(project.tree, path), "choose another name"
            )
            for name, path in made.clashes
        )
    for path, target in made.made:
        ledger.made(path, target)
    for path in made.unused if settings.environments else ():
        ledger.note(path, READER, Outcome.NOT_NEEDED, "another environment is asked for")
    for path, service in _named(given):
        if service in project.disabled:
            place = path[:-1] if path[-1] == "service" else path
            ledger.note(place, READER, Outcome.NOT_NEEDED, "no active profile enables this service")
    if "health" in given:
        ledger.note((KEY, "health"), READER, Outcome.NOT_NEEDED, "the runtime looks after health by itself")
    return made


def taken_along(application: str) -> str:
    """Return the name of the component that takes Secrets along."""
    return component_name(f"{application}-secrets")


def with_secrets(application: Application, secrets: Collection[str]) -> Application:
    """Return an application that takes Secrets along to where its parts go.

    They are no part of it, so they are referred to. Where one stays in its place, the runtime meets an object that is
    not its own; it may take that over, and leaves all of them when the application goes.
    """
    names = list(secrets)
    chosen = {"resourceTypes": ["Secret"], "resourceNames": names}
    referred = {"objects": [{"resource": "secret", "name": name} for name in names]}
    policies = [
        _ruled(application, "lifecycle", "garbage-collect", {"selector": chosen, "strategy": "never"}),
        _ruled(application, "adopt-secrets", "take-over", {"selector": chosen}),
    ]
    component = Component(taken_along(application.name), "ref-objects", referred)
    return replace(application.with_policies(*policies), components=(*application.components, component))


def _ruled(application: Application, name: str, kind: str, rule: Mapping[str, Any]) -> Policy:
    """Return the policy of a type with a further rule; the runtime looks at the first of a type alone."""
    present = next((policy for policy in application.policies if policy.type == kind), Policy(name, kind, {}))
    return replace(present, properties={**present.properties, "rules": [*present.properties.get("rules", ()), rule]})


def _environment(name: str, entry: Mapping[str, Any], writer: _Writer) -> Iterator[WorkflowStep]:
    place: Path = (KEY, "environments", name)
    policies = []
    if entry.get("services"):
        policies.append(writer.override(f"{name}-changes", entry["services"], (*place, "services")))
    where = [(*place, key) for key in _WHERE if key in entry]
    if where:
        policies.append(writer.topology(name, entry, where))
    writer.made.append((place, ("workflow",)))
    if entry.get("approve"):
        yield WorkflowStep(f"approve-{name}", "suspend", {})
    yield WorkflowStep(f"deploy-{name}", "deploy", {"policies": [policy for policy in policies if policy]})


def names_of(project: Project) -> tuple[str, ...]:
    """Return the names of the environments of a project, whether or not what is said of them is right."""
    given = project.tree.get(KEY)
    found = given.get("environments") if isinstance(given, Mapping) else None
    return tuple(found) if isinstance(found, Mapping) else ()


def unknown(project: Project, settings: Settings) -> Iterator[Diagnostic]:
    """Find what the root ``x-oam`` names that is not there, or not to be changed.

    Raises:
        UsageError: an environment was asked for that is not there.
    """
    given = project.tree.get(KEY) or {}
    environments = given.get("environments") or {}
    for name in settings.environments or ():
        if name not in environments:
            hint = strict.near(name, environments) or (
                f"there are: {', '.join(environments)}" if environments else "x-oam.environments declares them"
            )
            raise UsageError(f"there is no environment `{name}` ({hint})")
    hosts = hosts_of(project.section("services"))
    known = {**project.section("services"), **project.disabled}
    for path, service in _named(given):
        position = locate(project.tree, path)
        if service not in known:
            hint = strict.near(service, known) or f"there are: {', '.join(known)}"
            yield fault(f"there is no service `{service}`", path, position, hint)
        elif service in hosts and path[1] != "health":
            say = f"`{service}` is in the pod of `{hosts[service]}`, and has no component that could be changed"
            yield fault(say, path, position, f"say it of {hosts[service]}")
    yield from _meeting(project, settings)
    for name, entry in environments.items() if given.get("workflow") else ():
        if (entry or {}).get("approve"):
            path = (KEY, "environments", name, "approve")
            hint = "write a step of the type suspend into it"
            say = f"`approve` of `{name}` would do nothing beside a workflow of your own"
            yield fault(say, path, locate(project.tree, path), hint)


def _named(given: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for index, entry in enumerate(given.get("overrides") or ()):
        yield (KEY, "overrides", index, "service"), entry["service"]
    for name, entry in (given.get("environments") or {}).items():
        for service in (entry or {}).get("services") or ():
            yield (KEY, "environments", name, "services", service), service
    for index, service in enumerate((given.get("health") or {}).get("services") or ()):
        yield (KEY, "health", "services", index), service


def _meeting(project: Project, settings: Settings) -> Iterator[Diagnostic]:
    """Find environments that go to one place, where the second would take the place of the first."""
    first: dict[tuple[Any, ...], str] = {}
    for name, entry in ((project.tree.get(KEY) or {}).get("environments") or {}).items():
        if settings.environments is not None and name not in settings.environments:
            continue
        where = entry or {}
        labels = where.get("clusterLabelSelector")
        clusters = ("labels", *sorted(labels.items())) if labels else tuple(sorted(where.get("clusters") or ["local"]))
        other = first.setdefault((clusters, where.get("namespace")), name)
        if other != name:
            path = (KEY, "environments", name)
            say = f"the environments `{other}` and `{name}` go to the same clusters and the same namespace"
            hint = "give one of them clusters or a namespace, or choose one with --env"
            yield fault(say, path, locate(project.tree, path), hint)


def _miscounted(project: Project, components: Mapping[str, tuple[str, str]]) -> Iterator[Diagnostic]:
    """Find numbers of copies for what has none."""
    given = project.tree.get(KEY) or {}
    entries: list[tuple[Path, str, Mapping[str, Any]]] = [
        ((KEY, "overrides", index), entry["service"], entry) for index, entry in enumerate(given.get("overrides") or ())
    ]
    for name, environment in (given.get("environments") or {}).items():
        for service, change in ((environment or {}).get("services") or {}).items():
            entries.append(((KEY, "environments", name, "services", service), service, change or {}))
    for path, service, entry in entries:
        kind = components.get(service, ("", ""))[1]
        if "replicas" in entry and kind in _UNCOUNTED:
            say = f"`{service}` is a component of the type {kind}, which has no number of copies"
            yield fault(say, (*path, "replicas"), locate(project.tree, (*path, "replicas")))
