"""How the pod fields of a guest go into those of its host, field by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from compose2oam.diagnostics import Severity
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import FromRoot, Path
from compose2oam.model.workload import Part, Workload
from compose2oam.rules.ledger import Ledger
from compose2oam.rules.names import object_name

ONE_OF_A_POD = "C2O-009"
# What Kubernetes gives a pod to stop that does not say how long it takes, in seconds.
_GRACE = 30


class Meeting(NamedTuple):
    """A guest and its host, over one field.

    Attributes:
        host: the workload of the pod.
        guest: the one that moves in.
        services: the trees of their services, the host's first.
        pod: the fields of the pod so far.
        field: the field that they meet over.
        ledger: is told what the pod has no room for.
    """

    host: Workload
    guest: Workload
    services: tuple[Any, Any]
    pod: dict[str, Any]
    field: str
    ledger: Ledger

    def lost(self, outcome: Outcome, say: str, hint: str = "", *, of_host: bool = False) -> None:
        """Say what becomes of all lines that the field was made from."""
        workload = self.host if of_host else self.guest
        self.ledger.lost(("services", workload.service), self.field, ONE_OF_A_POD, outcome, say, hint)

    def note(self, path: Path, outcome: Outcome, say: str, hint: str = "", severity: Severity | None = None) -> None:
        """Say what becomes of one line of the guest."""
        place = ("services", self.guest.service)
        self.ledger.note((*place, *path), ONE_OF_A_POD, outcome, say, hint, severity)


def move(field: str, value: Any, meeting: Meeting) -> bool:
    """Bring a field of a guest into its pod.

    Returns:
        whether the pod now says it; where not, the ledger has been told.
    """
    mine = meeting.pod.get(field)
    join = _JOINED.get(field)
    if join is not None:
        meeting.pod[field] = join(mine, value, meeting)
        return True
    if mine == value or (field == "replicas" and (mine or 1) == (value or 1)):
        return True
    outcome = Outcome.REFUSED if field == "replicas" else Outcome.DROPPED
    host = meeting.host.service
    say = f"a pod has one `{field}`, and it is that of `{host}`"
    if field == "replicas":
        say = f"the containers of a pod are there equally often, and `{host}` says how often"
    meeting.lost(outcome, say, f"write it at `{host}`")
    return False


def _from_root(item: Any, meeting: Meeting) -> Any:
    if isinstance(item, Part) and item.path:
        return Part(item, FromRoot(("services", meeting.guest.service, *item.path)))
    return item


def _all(mine: Any, theirs: Any, meeting: Meeting) -> list[Any]:
    return [*(mine or ()), *(_from_root(item, meeting) for item in theirs if item not in (mine or ()))]


def _ports(mine: Any, theirs: Any, meeting: Meeting) -> list[Any]:
    """Join ports; one that the host opens in the place of a guest of its network is the guest's."""
    made = list(mine or ())
    own = {(port["containerPort"], port["protocol"]) for port in meeting.host.fields.get("ports", ())}
    taken = {(port["containerPort"], port["protocol"]) for port in made}
    shares_network = str(meeting.services[1].get("network_mode") or "").startswith("service:")
    for port in theirs:
        key = (port["containerPort"], port["protocol"])
        path = getattr(port, "path", ())
        if key not in taken:
            made.append(_from_root(port, meeting))
        elif key in own and shares_network:
            say = f"port {key[0]} is the one that `{meeting.host.service}` opens"
            meeting.note(path, Outcome.INFERRED, say, severity=Severity.INFO)
        else:
            say = f"two containers of one pod cannot both listen on port {key[0]}"
            meeting.note(path, Outcome.REFUSED, say, "give one of the two services another port")
    return made


def _longest(mine: Any, theirs: Any, meeting: Meeting) -> Any:
    longest = max(_GRACE if mine is None else mine, theirs)
    say = f"the pod has {longest} seconds to stop, as long as the slowest of its containers"
    if theirs < longest:
        meeting.lost(Outcome.APPROXIMATED, say)
    elif mine is not None and mine < longest:
        meeting.lost(Outcome.APPROXIMATED, say, of_host=True)
    return None if mine is None and longest == _GRACE else longest


def _labels(mine: Any, theirs: Any, meeting: Meeting) -> dict[str, Any]:
    mine = mine or {}
    for key, value in theirs.items():
        if mine.get(key, value) != value:
            say = f"a pod has one `{key}`, and it is that of `{meeting.host.service}`"
            meeting.note(_line_of(key, meeting), Outcome.DROPPED, say, "give it another name")
    return {**theirs, **mine}


def _line_of(key: str, meeting: Meeting) -> Path:
    section = next((name for name in ("annotations", "labels") if key in (meeting.services[1].get(name) or ())), "")
    return (section, key) if section else ()


def _host_aliases(mine: Any, theirs: Any, meeting: Meeting) -> list[Any]:
    names: dict[str, list[str]] = {}
    for entry in (*(mine or ()), *theirs):
        known = names.setdefault(entry["ip"], [])
        known.extend(name for name in entry["hostnames"] if name not in known)
    return [{"ip": address, "hostnames": known} for address, known in names.items()]


def _security(mine: Any, theirs: Any, meeting: Meeting) -> dict[str, Any]:
    made = dict(mine or {})
    for key, value in theirs.items():
        present = made.get(key)
        if isinstance(value, list) and isinstance(present, list):
            names = {item["name"] for item in present if isinstance(item, dict)}
            new = [item for item in value if item not in present]
            for item in new:
                if isinstance(item, dict) and item["name"] in names:
                    say = f"a pod has one `{item['name']}`, and it is that of `{meeting.host.service}`"
                    meeting.note((key, item["name"]), Outcome.DROPPED, say, f"write it at `{meeting.host.service}`")
            made[key] = [*present, *(item for item in new if not isinstance(item, dict) or item["name"] not in names)]
        elif present is None:
            made[key] = value
        elif present != value:
            meeting.lost(Outcome.APPROXIMATED, f"a pod has one `{key}`, and it is that of `{meeting.host.service}`")
    return made


def _whole_pod(mine: Any, theirs: Any, meeting: Meeting) -> Any:
    if theirs and not mine:
        meeting.lost(Outcome.APPROXIMATED, f"it holds for the whole pod of `{meeting.host.service}`")
    return mine or theirs


def _least(mine: Any, theirs: Any, meeting: Meeting) -> Any:
    return theirs if mine is None else mine and theirs


def _init_containers(mine: Any, theirs: Any, meeting: Meeting) -> list[Any]:
    named = [{**item, "name": object_name(f"{meeting.guest.name}-{item['name']}", 63)} for item in theirs]
    return [*(mine or ()), *named]


def _controller(mine: Any, theirs: Any, meeting: Meeting) -> Any:
    """Data of a guest's own makes the pod one that keeps data."""
    if {mine, theirs} == {"Deployment", "StatefulSet"}:
        return "StatefulSet"
    if mine != theirs:
        meeting.lost(
            Outcome.DROPPED, f"a pod runs where `{meeting.host.service}` runs", "give both the same `deploy.mode`"
        )
    return mine


def _gateway(mine: Any, theirs: Any, meeting: Meeting) -> Any:
    if mine is not None:
        meeting.lost(Outcome.DROPPED, f"a pod has one route, and it is that of `{meeting.host.service}`")
        return mine
    ports = meeting.guest.fields.get("ports")
    return {"paths": {"/": ports[0]["containerPort"]}, **theirs} if ports else theirs


def _isolation(mine: Any, theirs: Any, meeting: Meeting) -> Any:
    """A pod is on the networks of all its services, so what one of them lets through comes through."""
    both = mine
    if mine and not mine.get("nothing") and not theirs.get("nothing"):
        both = {key: [*mine[key], *theirs[key]] for key in ("reaches",) if key in mine and key in theirs}
        both = {"published": True, **both} if mine.get("published") or theirs.get("published") else both
    if both != theirs:
        say = f"its pod is on the networks of `{meeting.host.service}` too"
        meeting.lost(Outcome.APPROXIMATED, say)
    return both


_JOINED: dict[str, Callable[[Any, Any, Meeting], Any]] = {
    "controller": _controller,
    "dependsOn": _all,
    "enableServiceLinks": _least,
    "gateway": _gateway,
    "hostAliases": _host_aliases,
    "hostIPC": _whole_pod,
    "hostPID": _whole_pod,
    "imagePullSecrets": _all,
    "initContainers": _init_containers,
    "isolation": _isolation,
    "nodeRequirements": _all,
    "podAnnotations": _labels,
    "podLabels": _labels,
    "podSecurityContext": _security,
    "ports": _ports,
    "publish": lambda mine, theirs, meeting: mine or theirs,
    "shareProcessNamespace": lambda mine, theirs, meeting: True,
    "terminationGracePeriodSeconds": _longest,
    "tolerations": _all,
    "workloadAnnotations": _labels,
}
