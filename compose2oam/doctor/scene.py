"""What checks are made of, and what they hand on to one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from compose2oam.model.namedtuple import NamedTuple
from compose2oam.rules.settings import Settings

if TYPE_CHECKING:
    from compose2oam.api import Conversion
    from compose2oam.cluster.client import Cluster
    from compose2oam.cluster.definitions import Snapshot
    from compose2oam.diagnostics import Diagnostic
    from compose2oam.model.compose import Project
    from compose2oam.oam.catalogue import Catalogue
    from compose2oam.rules.rulebook import Rulebook


class State(str, Enum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"


class Found(NamedTuple):
    """What a check found.

    Attributes:
        state: how it ended.
        said: what was found, in a line.
        hint: what to do, ``""`` where nothing is to be done.
        code: the exit code that a command would end with because of it, 0 if it fails nothing.
    """

    state: State
    said: str
    hint: str = ""
    code: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What to look at.

    Attributes:
        load: the arguments of :func:`compose2oam.api.load`, ``files`` among them.
        settings: those of the conversion.
        target: the target to write for; ``""`` for that of the runtime that the cluster has.
        mappings: folders of rules.
        context: of the kubeconfig, ``""`` for the current one.
        kubeconfig: the file, ``""`` for the usual one.
        offline: leave the cluster alone.
    """

    load: Mapping[str, Any] = field(default_factory=lambda: {"files": ()})
    settings: Settings = field(default_factory=Settings)
    target: str = ""
    mappings: tuple[str, ...] = ()
    context: str = ""
    kubeconfig: str = ""
    offline: bool = False


@dataclass(slots=True)
class Scene:
    """What the checks of one run have found so far.

    A check sets what later ones need; what no check could set is no attribute.

    Attributes:
        asked: what to look at.
        project: the Compose project.
        rules: the rules of the target.
        cluster: the cluster that the kubeconfig names.
        answer: the version of the API server, once it has answered.
        snapshot: what the cluster has, if it has a runtime.
        catalogue: its definitions.
        conversion: what the project becomes.
    """

    asked: Asked
    project: Project = field(init=False)
    rules: Rulebook = field(init=False)
    cluster: Cluster = field(init=False)
    answer: str = field(init=False)
    snapshot: Snapshot = field(init=False)
    catalogue: Catalogue = field(init=False)
    conversion: Conversion = field(init=False)


SET_BY: Final = {
    "project": "compose file", "rules": "rules", "cluster": "kubeconfig", "answer": "cluster",
    "conversion": "translation",
}  # fmt: skip
"""The check that sets an attribute of the scene."""


class Check(NamedTuple):
    """A check.

    Attributes:
        name: a word for it.
        look: looks.
        needs: the attributes of the scene that must be set.
        remote: whether it has to do with a cluster.
    """

    name: str
    look: Callable[[Scene], Found]
    needs: tuple[str, ...] = ()
    remote: bool = False


class Result(NamedTuple):
    """A check and what it found.

    Attributes:
        check: the check.
        found: what it found.
        seconds: how long it took.
    """

    check: Check
    found: Found
    seconds: float = 0.0


def ok(said: str) -> Found:
    """Return that all is well."""
    return Found(State.OK, said)


def warn(said: str, hint: str) -> Found:
    """Return that something may not go as it should."""
    return Found(State.WARN, said, hint)


def findings(found: Iterable[Diagnostic], most: int = 3) -> str:
    """Return the first of some findings with their places, and how many more there are."""
    texts = ((item.position, item.message.rstrip(".")) for item in found)
    said = list(dict.fromkeys(f"{place}: {text}" if place else text for place, text in texts))
    more = [f"and {len(said) - most} more"] if len(said) > most else []
    return "; ".join(said[:most] + more)


def few(names: list[str], most: int = 4) -> str:
    """Return the first of some names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def count(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
