"""From one workload a service to one workload a pod: what lives in another service's pod becomes a container of it.

The fields of a container stay with the guest. Its pod fields go into those of the host, each in the way that fits it;
what a pod has only once is the host's, and the ledger says so of the guest's line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from compose2oam.model.dataclass import replace
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import FromRoot, Path
from compose2oam.model.workload import CONTAINER_FIELDS, Part, Workload, Workloads
from compose2oam.rules.arrangement import arrange
from compose2oam.rules.facts import ProjectFacts
from compose2oam.rules.ledger import Ledger
from compose2oam.rules.names import object_name
from compose2oam.rules.podfields import ONE_OF_A_POD, Meeting, move
from compose2oam.rules.pods import named, reaches

HAS_ITS_OWN = "C2O-250"

# What a guest keeps for itself.
_CONTAINER = frozenset({"podOf", *CONTAINER_FIELDS, "securityContext", "mounts"})
_JOBS = ("Job", "CronJob")


def join(made: Workloads, services: Mapping[str, Any], facts: ProjectFacts, ledger: Ledger) -> Workloads:
    """Put every workload that lives in the pod of another one there.

    Args:
        made: a workload for each service.
        services: the services of the project.
        facts: what is known of them.
        ledger: is told what a pod has no room for.
    """
    if not any("podOf" in workload.fields for workload in made.workloads):
        return made
    by_name = {workload.name: workload for workload in made.workloads}
    guests: dict[str, list[Workload]] = {}
    alone: list[Workload] = []
    for workload in made.workloads:
        host = workload.fields.get("podOf")
        if host is None:
            alone.append(workload)
            continue
        why, hint = _obstacle(workload, by_name.get(host), host, facts)
        if why:
            for field in ("podOf", "shareProcessNamespace"):
                ledger.lost(_place(workload), field, HAS_ITS_OWN, Outcome.REFUSED, why, hint)
            alone.append(_without(workload, "podOf", "shareProcessNamespace"))
        else:
            guests.setdefault(host, []).append(workload)
    pods = {guest.name: host for host, those in guests.items() for guest in those}
    joined = [
        _Pod(workload, services, ledger).joined(guests[workload.name]) if workload.name in guests else workload
        for workload in alone
    ]
    return replace(made, workloads=tuple(_order(joined, pods, services, facts, ledger)))


def _obstacle(guest: Workload, host: Workload | None, name: str, facts: ProjectFacts) -> tuple[str, str]:
    """Say why a workload cannot be a container of another one's pod, and what to do; nothing where it can."""
    if host is None:
        return f"`{name}` does not become a pod that it could be in", f"say what `{name}` runs"
    if "component" in facts.services[host.service]["extension"]:
        return (
            f"`x-oam.component` stands in the place of `{name}`, which has no pod to be in",
            "leave out the one or the other",
        )
    kinds = [str(workload.fields.get("controller")) for workload in (guest, host)]
    if "CronJob" in kinds or (kinds[0] in _JOBS) != (kinds[1] in _JOBS):
        ends, stays = (guest.service, host.service) if kinds[0] in _JOBS else (host.service, guest.service)
        hint = f"`restart: unless-stopped` if `{ends}` runs on; else let the two reach each other by their names"
        return f"`{ends}` is a job that ends, and cannot be in one pod with `{stays}`", hint
    return "", ""


def _place(workload: Workload) -> Path:
    return ("services", workload.service)


def _without(workload: Workload, *fields: str) -> Workload:
    return replace(workload, fields={key: value for key, value in workload.fields.items() if key not in fields})


def _order(
    workloads: list[Workload],
    pods: Mapping[str, str],
    services: Mapping[str, Any],
    facts: ProjectFacts,
    ledger: Ledger,
) -> Iterable[Workload]:
    """Let what waits for a guest wait for its pod, and no pod for itself or for what waits for it."""
    waits = {
        workload.name: {pods.get(name, name) for name in workload.fields.get("dependsOn", ())} - {workload.name}
        for workload in workloads
    }
    for workload in workloads:
        if "dependsOn" not in workload.fields:
            yield workload
            continue
        kept = []
        for name in dict.fromkeys(pods.get(name, name) for name in workload.fields["dependsOn"]):
            if name == workload.name:
                continue
            if workload.guests and reaches([name], workload.name, lambda other: waits.get(other, ())):
                waits[workload.name].discard(name)
                say = f"`{name}` waits for the pod of `{workload.name}`, which so cannot wait for it"
                for member in (workload, *workload.guests):
                    for needed in services[member.service].get("depends_on") or ():
                        own = facts.names.get(needed, "")
                        if pods.get(own, own) == name:
                            path = (*_place(member), "depends_on", needed)
                            ledger.note(path, ONE_OF_A_POD, Outcome.DROPPED, say)
                continue
            kept.append(name)
        fields = {**workload.fields, "dependsOn": kept}
        yield replace(workload, fields=fields) if kept else _without(workload, "dependsOn")


class _Pod:
    """The workload of a host while its guests move in."""

    def __init__(self, host: Workload, services: Mapping[str, Any], ledger: Ledger) -> None:
        self._host = host
        self._services = services
        self._ledger = ledger
        self._fields = dict(host.fields)
        # Which volumes there are, by name; an equal volume of a guest is the same.
        self._volumes: dict[str, tuple[Any, ...]] = {}
        self._mounts = arrange(host.fields.get("mounts", ()), self._volumes).mounts

    def joined(self, guests: list[Workload]) -> Workload:
        """Return the workload of the pod."""
        moved = tuple(self._move_in(guest) for guest in guests)
        if self._fields.get("controller") not in _JOBS:
            self._fields["addresses"] = self._addresses(guests)
        fields = {key: value for key, value in self._fields.items() if value is not None}
        return replace(self._host, fields=fields, guests=moved)

    def _move_in(self, guest: Workload) -> Workload:
        services = (self._services[self._host.service], self._services[guest.service])
        own = {key: value for key, value in guest.fields.items() if key in _CONTAINER}
        others = {key: value for key, value in guest.fields.items() if key not in own and key != "addresses"}
        self._keep_inside(others)
        joined = ["addresses"]
        for field, value in others.items():
            if move(field, value, Meeting(self._host, guest, services, self._fields, field, self._ledger)):
                joined.append(field)
        mounts = self._mount(guest)
        if mounts:
            own["mounts"] = mounts
        return replace(guest, fields=own, joined=tuple(joined))

    def _keep_inside(self, guest: dict[str, Any]) -> None:
        """Open outside what one side wants to be open, and nothing of the other's."""
        for here, other in ((self._fields, guest), (guest, self._fields)):
            if "ports" in here and "publish" in other and "publish" not in here:
                here["ports"] = [
                    Part({key: value for key, value in port.items() if key != "published"}, getattr(port, "path", ()))
                    for port in here["ports"]
                ]

    def _mount(self, guest: Workload) -> list[Part]:
        """Return the mounts of a guest with the names that their volumes have in the pod; take down the new ones."""
        mounts = [_own_space(mount, guest.name) for mount in map(_part, guest.fields.get("mounts", ()))]
        if named(self._services[guest.service], "ipc") and not any(map(_is_shared_memory, mounts)):
            mounts += [Part(item, ("ipc",)) for item in self._mounts if _is_shared_memory(item)]
        known = set(self._volumes)
        names = {}
        for mount in arrange(mounts, self._volumes).mounts:
            names[mount.path, mount["mountPath"]] = mount["volume"]
            if mount["volume"] not in known:
                known.add(mount["volume"])
                path = mount.path and FromRoot((*_place(guest), *mount.path))
                self._fields["volumes"] = [*self._fields.get("volumes", ()), Part(mount, path)]
        return [
            Part({**mount, "volume": names.get((mount.path, mount["mountPath"]), mount["volume"])}, mount.path)
            for mount in mounts
        ]

    def _addresses(self, guests: list[Workload]) -> list[Part]:
        """Return the names that lead to the pod: those of the host and of its guests."""
        headless = not self._fields.get("ports")
        made: dict[str, Part] = {}
        for workload in (self._host, *guests):
            if workload is not self._host:
                made[workload.name] = Part({"name": workload.name, "headless": headless})
            for address in workload.fields.get("addresses", ()):
                path = address.path and FromRoot((*_place(workload), *address.path))
                is_headless = headless or bool(address.get("shared"))
                made.setdefault(address["name"], Part({**address, "headless": is_headless}, path))
        if not headless:
            # With ports, the component makes the Service of its own name itself.
            made.pop(self._host.name, None)
        return list(made.values())


def _part(mount: Any) -> Part:
    """Return a mount that knows its place; one that a rule wrote as it stands knows none."""
    return mount if isinstance(mount, Part) else Part(mount)


def _is_shared_memory(mount: Part) -> bool:
    """Whether a mount is where programs of one IPC namespace share memory."""
    return mount["kind"] == "emptyDir" and str(mount["mountPath"]).rstrip("/").endswith("/shm")


def _own_space(mount: Part, name: str) -> Part:
    """Keep the scratch space of a container apart from that of the others; with a source it is a named volume."""
    if mount["kind"] != "emptyDir" or mount.get("source"):
        return mount
    return Part({**mount, "volume": object_name(f"{name}-{mount['volume']}", 63)}, mount.path)
