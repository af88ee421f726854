"""What a rule may know of a service that the service itself does not say: its name, and who else touches what it has.

========================  ==========================================================================================
``name``                  the name of the workload
``service``               the name of the Compose service
``application``           the name of the application
``namespace``             where the application goes
``awaited``               true if an enabled service waits until this one has completed
``isTask``                true if its name is that of a task that ends, and it does not ask to be started again
``imageUser``             the user that its image is known to run as, 0 where it is root or is not known
``runs``                  true if it says what it runs: an image, a build, or a component by ``x-oam``
``nestedVolumes``         the named volumes and folders in which a program wants an empty folder of its own
``sharedVolumes``         the named volumes and folders that a service of another pod mounts as well
``host``                  the workload in whose pod it asks to be, empty where it has a pod of its own
``strangers``             the keys by which it asks to share something with a service of yet another pod
``apart``                 true if another service shares no network with it
``expose``                how its published ports are reached from outside: ``internal``, ``loadbalancer``...
``routed``                true if HTTP from outside is routed to it
``httpPort``              the container port that it is routed to
``domain``                the domain of the settings for it
``liveness``              true if it is started again when its health check fails
``networkLabels``         the pod labels by which network policies know its networks
``isolated``              true if network policies keep it apart from services that share no network with it
``extension``             its ``x-oam``, an empty mapping where it has none
``hints``                 what labels of other converters and ``x-k8s`` say of it; see ``rules/hints.py``
``dependants``            the services that wait for this one
``usedPorts``             the ports of it that the project shows to be in use, by number; see ``rules/neighbours.py``
``early``                 true if it must be reached before it is healthy, by itself or by its like
``aliases``               the other names under which a service of the project reaches this one
``sharedAliases``         those of them that also name another service
========================  ==========================================================================================

Other parts of a project know ``application``, ``namespace``, and ``isolating``: whether policies keep networks apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import ComposeError
from compose2oam.model.compose import Project
from compose2oam.model.dataclass import dataclass, field
from compose2oam.model.path import Path
from compose2oam.model.regex import regex
from compose2oam.rules import isolation
from compose2oam.rules.hints import of_service as hints_of
from compose2oam.rules.images import user_of
from compose2oam.rules.isolation import Network
from compose2oam.rules.names import APPLICATION_LENGTH, COMPONENT_LENGTH, Register, component_name, object_name
from compose2oam.rules.neighbours import neighbours
from compose2oam.rules.outside import ways_out
from compose2oam.rules.pods import KEYS, hosts_of, lender, named
from compose2oam.rules.settings import Settings
from compose2oam.source.tree import locate

_WORDS = regex(r"[^a-z]+")
# `seed`, `bootstrap` and `provisioner` are as often the names of nodes that run on.
_TASKS = frozenset(
    {"chown", "configurator", "createbucket", "createbuckets", "init", "initialise", "initialize", "initializer"}
    | {"migrate", "migration", "migrations", "migrator", "permission", "permissions", "seeder", "setup"}
)
_EMPTY_AT_FIRST = ("/var/lib/postgresql/data", "/var/lib/mysql")


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What is known of a project as a whole.

    Attributes:
        application: the name of the application.
        namespace: where it goes.
        names: from Compose service to workload name.
        renamed: host names of Compose that had to change, to what they are now.
        services: the facts of each service, by its Compose name.
        prefixes: what the names of the variables begin with that Kubernetes sets for Services with ports.
        register: gives the objects of the conversion their names.
        sensitive: the variables that look like secrets; the rule that reads variables fills it.
        memo: what a function worked out for one service, and what is the same for all.
        settings: the settings by the names that rules use for them.
        networks: the networks, where some of them keep services apart.
        crowded: the named volumes and folders that more than one pod mounts.
        variables: what Secrets and ConfigMaps hold for variables, by kind and name; rules fill it as they go.
    """

    application: str
    namespace: str
    names: Mapping[str, str]
    renamed: Mapping[str, str]
    services: Mapping[str, dict[str, Any]]
    prefixes: frozenset[str] = frozenset()
    register: Register = field(default_factory=Register)
    sensitive: list[Path] = field(default_factory=list)
    memo: dict[Any, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    networks: Mapping[str, Network] = field(default_factory=dict)
    crowded: frozenset[str] = frozenset()
    variables: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)


def gather(project: Project, settings: Settings) -> ProjectFacts:
    """Work out the facts of a project, in one walk over its services.

    Raises:
        ComposeError: if two services would get the same name.
    """
    extension = _extension(project.tree)
    application = object_name(str(extension.get("name") or project.name), APPLICATION_LENGTH)
    namespace = settings.namespace or str(extension.get("namespace") or application)
    names = _names(project, application)
    pods = hosts_of(project.section("services"))
    mounts = _volume_mounts(project, pods)
    aliases = _aliases(project)
    owners: dict[str, set[str]] = {}
    for service, known in aliases.items():
        for alias in known:
            owners.setdefault(alias, set()).add(service)
    nested = _nested_volumes(project)
    dependants = _dependants(project)
    networks = {frozenset(tree.get("networks") or ()) for tree in project.section("services").values()}
    register = Register()
    apart = isolation.networks_of(project, settings, register)
    awaited = {name for name, waiting in dependants.items() if "service_completed_successfully" in waiting.values()}
    ways = ways_out(project, names, awaited, settings)
    near = neighbours(project, aliases)
    services = {}
    for service, tree in project.section("services").items():
        services[service] = {
            "name": names[service],
            "service": service,
            "application": application,
            "namespace": namespace,
            "awaited": service in awaited,
            "isTask": _is_task(service, tree) and service not in pods,
            "imageUser": user_of(tree.get("image")),
            "runs": bool(tree.get("image") or tree.get("build") or "component" in _extension(tree)),
            "nestedVolumes": nested,
            "sharedVolumes": [source for source in _mounted(project, service) if len(mounts[source]) > 1],
            "host": names[pods[service]] if service in pods else "",
            "strangers": _strangers(service, tree, pods),
            "dependants": list(dependants[service]),
            "usedPorts": near.ports.get(service, {}),
            "early": service in near.early,
            "aliases": aliases[service],
            "sharedAliases": [alias for alias in aliases[service] if len(owners[alias]) > 1],
            "apart": _are_apart(tree, networks),
            "liveness": bool(_extension(tree).get("liveness", settings.liveness)),
            **ways[service],
            **isolation.of_service(tree, apart),
            "extension": _extension(tree),
            "hints": hints_of(tree)[0],
        }
    hosts = {**names, **{alias: component_name(alias) for known in aliases.values() for alias in known}}
    renamed = {old: new for old, new in hosts.items() if old.lower() != new}
    return ProjectFacts(
        application,
        namespace,
        names,
        renamed,
        services,
        _prefixes(project, names, pods),
        register,
        settings=settings.document(),
        networks=apart,
        crowded=_crowded(project, mounts),
    )


def _prefixes(project: Project, names: Mapping[str, str], pods: Mapping[str, str]) -> frozenset[str]:
    services = project.section("services")
    serving = {pods.get(name, name) for name, tree in services.items() if tree.get("ports") or tree.get("expose")}
    return frozenset(
        re.sub("[^A-Z0-9]", "_", names[service].upper()) + "_"
        for service in services
        if pods.get(service, service) in serving
    )


def _extension(tree: Any) -> Mapping[str, Any]:
    found = tree.get("x-oam")
    return found if isinstance(found, dict) else {}


def _names(project: Project, application: str) -> dict[str, str]:
    # A Job is called <application>-<component> and its name is a label of its pods, which may have 63 characters.
    length = min(COMPONENT_LENGTH, 62 - len(application))
    names: dict[str, str] = {}
    taken: dict[str, str] = {}
    clashes: list[Diagnostic] = []
    for service, tree in project.section("services").items():
        name = component_name(str(_extension(tree).get("name") or service), length)
        other = taken.setdefault(name, service)
        names[service] = name
        if other != service:
            path = ("services", service)
            clashes.append(
                Diagnostic(
                    "C2O-001",
                    Severity.ERROR,
                    f"the services `{other}` and `{service}` would both be called `{name}`",
                    path,
                    locate(project.tree, path),
                    "rename one of them, or give it a name with `x-oam: {name: ...}`",
                )
            )
    if clashes:
        raise ComposeError.of(clashes)
    return names


def _is_task(service: str, tree: Any) -> bool:
    """Whether a service is called after a task that ends; what always runs, or in several copies, is none."""
    how = (tree.get("deploy") or {}).get("restart_policy") or {}
    policy = str(how.get("condition") or tree.get("restart") or "no").partition(":")[0]
    ends = policy in ("no", "none", "on-failure") and not has_copies(tree)
    return ends and not _TASKS.isdisjoint(_WORDS.split(service.lower()))


def _strangers(service: str, tree: Any, hosts: Mapping[str, str]) -> list[str]:
    if service not in hosts:
        return []
    others = ((key, named(tree, key)) for key in KEYS)
    return [key for key, other in others if other and hosts.get(other, other) != hosts[service]]


def _mounted(project: Project, service: str) -> Iterator[str]:
    """Yield the named volumes and the folders that a service mounts, itself or as another one does."""
    services = project.section("services")
    for mount in services[service].get("volumes") or ():
        if mount.get("type") in ("volume", "bind") and mount.get("source"):
            yield mount["source"]
    for entry in services[service].get("volumes_from") or ():
        other = lender(entry)
        if other in services:
            yield from _mounted(project, other)


def _volume_mounts(project: Project, hosts: Mapping[str, str]) -> dict[str, set[str]]:
    """For each named volume and each folder, the pods that mount it, by the services they are named after."""
    mounts: dict[str, set[str]] = {}
    for service in project.section("services"):
        for source in _mounted(project, service):
            mounts.setdefault(source, set()).add(hosts.get(service, service))
    return mounts


def _crowded(project: Project, mounts: Mapping[str, set[str]]) -> frozenset[str]:
    """The named volumes and folders that the pods of several services mount, or several pods of one."""
    services = project.section("services")
    return frozenset(
        source
        for source, users in mounts.items()
        if len(users) > 1 or any(has_copies(services[service]) for service in users)
    )


def has_copies(service: Any) -> bool:
    """Whether a service runs in several pods."""
    deploy = service.get("deploy") or {}
    return deploy.get("mode") == "global" or int(deploy.get("replicas") or service.get("scale") or 1) > 1


def _nested_volumes(project: Project) -> frozenset[str]:
    """The volumes that some service mounts where a program wants an empty folder.

    A new disk is not empty: most file systems put ``lost+found`` at its root, and these programs then refuse to start.
    """
    return frozenset(
        mount["source"]
        for tree in project.section("services").values()
        for mount in tree.get("volumes") or ()
        if mount.get("source") and str(mount["target"]).rstrip("/") in _EMPTY_AT_FIRST
    )


def _dependants(project: Project) -> dict[str, dict[str, str]]:
    """For each service, the services that wait for it, and until when."""
    services = project.section("services")
    found: dict[str, dict[str, str]] = {service: {} for service in services}
    for service, tree in services.items():
        for needed, how in (tree.get("depends_on") or {}).items():
            if needed in found:
                found[needed][service] = how.get("condition", "service_started")
    return found


def _are_apart(tree: Any, networks: set[frozenset[str]]) -> bool:
    own = frozenset(tree.get("networks") or ())
    return bool(own) and any(other and own.isdisjoint(other) for other in networks)


def _aliases(project: Project) -> dict[str, list[str]]:
    """For each service, the names other than its own that Docker's DNS gives it, each once, in order."""
    services = project.section("services")
    found: dict[str, dict[str, None]] = {service: {} for service in services}
    for service, tree in services.items():
        for network in (tree.get("networks") or {}).values():
            for alias in (network or {}).get("aliases") or ():
                found[service][alias] = None
        if tree.get("container_name"):
            found[service][tree["container_name"]] = None
        for link in tree.get("links") or ():
            linked, _, alias = link.partition(":")
            if alias and linked in found:
                found[linked][alias] = None
    return {
        service: [alias for alias in known if component_name(alias) != component_name(service)]
        for service, known in found.items()
    }
