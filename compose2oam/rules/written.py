"""What a target makes of a project in the end, and what it is made of."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compose2oam.model.compose import Project
from compose2oam.model.dataclass import dataclass
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.notes import APPLICATION, FILES, PODS, PROFILES, PROJECT, SERVICES, project_label
from compose2oam.model.oam import Application
from compose2oam.model.workload import Object, Workload
from compose2oam.rules.carriers import Carried
from compose2oam.rules.facts import ProjectFacts
from compose2oam.rules.ledger import Ledger
from compose2oam.rules.rulebook import Rulebook
from compose2oam.rules.settings import Settings

Manifest = Mapping[str, Any]

# Objects that are in no namespace.
_OF_THE_CLUSTER = frozenset({"PersistentVolume", "Namespace", "ClusterRole", "ClusterRoleBinding", "StorageClass"})


class Making(NamedTuple):
    """All that is known of a project when it is written.

    Attributes:
        project: the project.
        rulebook: the rules, with the target.
        settings: the caller's choices.
        facts: what is known of the project.
        ledger: takes down what became of the lines.
        carried: what the carriers made.
        groups: the objects beside the workloads by group, each once.
    """

    project: Project
    rulebook: Rulebook
    settings: Settings
    facts: ProjectFacts
    ledger: Ledger
    carried: Carried
    groups: Mapping[str, list[Object]]

    def of_groups(self, names: Iterable[str]) -> Iterator[Object]:
        """Yield the objects of some groups, in the order of these."""
        for name in names:
            yield from self.groups.get(name, ())


@dataclass(frozen=True, slots=True)
class Written:
    """Manifests, in the order in which they are applied.

    Attributes:
        application: the application, where the target writes one; it comes last.
        definitions: what registers the kinds of objects with the runtime, once for a cluster.
        objects: what must be in the cluster before the rest.
        manifests: the rest, but for the application.
    """

    application: Application | None = None
    definitions: tuple[Manifest, ...] = ()
    objects: tuple[Manifest, ...] = ()
    manifests: tuple[Manifest, ...] = ()

    @property
    def documents(self) -> tuple[Manifest, ...]:
        """All of them."""
        last = () if self.application is None else (self.application.to_dict(),)
        return (*self.definitions, *self.objects, *self.manifests, *last)


def placed(manifest: Manifest, namespace: str) -> dict[str, Any]:
    """Return a manifest in a namespace, unless objects of its kind are in none."""
    made = dict(manifest)
    if made["kind"] not in _OF_THE_CLUSTER:
        name, *others = made["metadata"].items()
        made["metadata"] = dict([name, ("namespace", namespace), *others])
    return made


def labelled(manifest: Manifest, making: Making) -> dict[str, Any]:
    """Return a manifest with the labels by which all objects of an application are found."""
    metadata = dict(manifest["metadata"])
    own = {APPLICATION: making.facts.application, PROJECT: project_label(making.project.name)}
    metadata["labels"] = {**metadata.get("labels", {}), **own}
    return {**manifest, "metadata": metadata}


def origin_notes(making: Making) -> dict[str, str]:
    """Return annotations that say where an application comes from, for people and for commands without the project."""
    project, names = making.project, making.facts.names
    files = [os.path.relpath(file, project.directory) if file != "-" else file for file in project.files]
    made = {PROJECT: project.name, FILES: ",".join(files)}
    if project.profiles:
        made[PROFILES] = ",".join(sorted(project.profiles))
    renamed = {name: service for service, name in names.items() if name != service}
    if renamed:
        made[SERVICES] = _json(renamed)
    pods = {guest.name: workload.name for workload, _ in making.carried.drafts for guest in workload.guests}
    if pods:
        made[PODS] = _json(pods)
    return made


def workload_notes(workload: Workload, making: Making) -> dict[str, str]:
    """Return the same for one workload, where no application could say it."""
    made = {key: value for key, value in origin_notes(making).items() if key in {FILES, PROFILES}}
    members = (workload, *workload.guests)
    renamed = {member.name: member.service for member in members if member.name != member.service}
    if renamed:
        made[SERVICES] = _json(renamed)
    if workload.guests:
        made[PODS] = _json({guest.name: workload.name for guest in workload.guests})
    return made


def _json(content: Mapping[str, str]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))
