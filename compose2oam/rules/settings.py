"""What a caller can choose about a conversion: one table, for the command line, ``x-oam.defaults`` and the rules.

A choice is a field of :class:`Settings`. Its flag is ``--shared-volumes``, its key in ``x-oam.defaults`` and its name
in the expressions of rules is ``sharedVolumes``. A flag goes before the Compose file, and that before the default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.model.dataclass import dataclass, field, fields, replace
from compose2oam.model.namedtuple import NamedTuple

WORD = "word"
TRUTH = "truth"
SIZE = "size"
NAME = "name"
TAG = "tag"
PATTERN = "pattern"
REGISTRY = "registry"

# Compiled when a value is checked: most runs of the command line check none.
_QUANTITY = r"(?!0+(\.0*)?([a-zA-Z]|\Z))\d+(\.\d+)?(m|[kKMGTPE]|[KMGTPE]i|[eE]\d+)?\Z"
_NAME = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\Z"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\Z"
_REGISTRY = r"[a-z0-9][a-z0-9.-]*(:\d+)?(/[a-z0-9][a-z0-9._-]*)*\Z"


class Choice(NamedTuple):
    """What a setting can be.

    Attributes:
        default: what it is if nobody says otherwise.
        kind: how a value is checked: one of the constants above.
        words: what it may be, for a ``word``.
        shown: how a value is called in a help text.
        decides: what it decides, in a line.
    """

    default: Any
    kind: str
    words: tuple[str, ...]
    shown: str
    decides: str


def _choice(default: Any, kind: str, decides: str, *words: str, shown: str = "") -> Any:
    """Declare a setting; ``None`` stands for "not chosen"."""
    return field(default=None, metadata={"choice": Choice(default, kind, words, shown or "|".join(words), decides)})


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices of one conversion; ``None`` leaves one to ``x-oam.defaults`` of the Compose file, else the default.

    ``x-oam`` of a service or a volume goes before all of them. What each decides stands in :data:`CHOICES`.

    Attributes:
        namespace: where the application goes; ``None`` for the project's name.
        environments: the environments of ``x-oam.environments`` that are wanted; ``None`` for all.

    Raises:
        UsageError: for values that are none, with the allowed ones.
    """

    namespace: str | None = None
    environments: tuple[str, ...] | None = None
    volume_size: str | None = _choice("1Gi", SIZE, "how large a volume is that says no size", shown="SIZE")
    storage_class: str | None = _choice("", NAME, "the storage class of volumes that name none", shown="NAME")
    shared_volumes: str | None = _choice(
        "rwo", WORD, "how a volume that several pods mount is claimed: by one node, or by many", "rwo", "rwx"
    )
    bind: str | None = _choice(
        "auto",
        WORD,
        "what a bind mount becomes: what suits it, a path of the node, a ConfigMap, nothing, or an error",
        "auto",
        "hostpath",
        "configmap",
        "drop",
        "error",
    )
    secrets: str | None = _choice(
        "separate",
        WORD,
        "where Secrets go: to a file of their own, into the application, or nowhere as they are there already",
        "separate",
        "inline",
        "external",
    )
    secret_env: str | None = _choice(
        "off",
        PATTERN,
        "which variables move to a Secret: none, those that look like secrets, or those whose names match",
        shown="off|auto|REGEX",
    )
    env_from: str | None = _choice(
        "inline",
        WORD,
        "where variables of an env_file go: into each component, or into a ConfigMap for each file",
        "inline",
        "configmap",
    )
    liveness: bool | None = _choice(False, TRUTH, "start a container again whose health check fails")
    depends_on: str | None = _choice(
        "strict",
        WORD,
        "what waits at the start: all of depends_on, only what asks for health or an end, or nothing",
        "strict",
        "healthy",
        "none",
    )
    expose: str | None = _choice(
        "internal",
        WORD,
        "how published ports are reached from outside the cluster",
        "internal",
        "loadbalancer",
        "nodeport",
        "ingress",
    )
    domain: str | None = _choice("", NAME, "the domain of an ingress", shown="NAME")
    ingress_class: str | None = _choice("", NAME, "the class of an ingress", shown="NAME")
    registry: str | None = _choice("", REGISTRY, "where images are that are built and not named", shown="NAME")
    tag: str | None = _choice("", TAG, "the tag of images that are built and not named", shown="TAG")
    network_policies: bool | None = _choice(False, TRUTH, "keep networks apart with NetworkPolicies")
    rewrite_hosts: bool | None = _choice(True, TRUTH, "rewrite host names that a cluster cannot have")
    infer_jobs: bool | None = _choice(True, TRUTH, "take what is never restarted, or called after a task, for a job")
    probe_http: bool | None = _choice(False, TRUTH, "let the node ask over HTTP where a health check is a plain curl")

    def __post_init__(self) -> None:
        faults = [
            f"the setting {flag_of(name)} {message}{f' ({hint})' if hint else ''}"
            for name, choice in CHOICES.items()
            if (value := getattr(self, name)) is not None
            for message, hint in faults_of(choice, value)
        ]
        if faults:
            from compose2oam.errors import UsageError

            raise UsageError("; ".join(faults))

    def over(self, defaults: Mapping[str, Any]) -> Settings:
        """Return these choices with those left open filled from ``defaults`` (by key), else by the defaults of all."""
        open_ = [name for name in CHOICES if getattr(self, name) is None]
        return replace(self, **{name: defaults.get(key_of(name), CHOICES[name].default) for name in open_})

    def document(self) -> dict[str, Any]:
        """Return what the expressions of rules see as ``settings``."""
        return {key_of(name): getattr(self, name) for name in CHOICES}


def flag_of(name: str) -> str:
    """Return ``shared-volumes`` for ``shared_volumes``."""
    return name.replace("_", "-")


def key_of(name: str) -> str:
    """Return ``sharedVolumes`` for ``shared_volumes``."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def is_quantity(text: str) -> bool:
    """Whether a text is an amount, above nothing, that Kubernetes takes (``10Gi``, ``500M``)."""
    return bool(re.match(_QUANTITY, text))


def is_domain(text: str) -> bool:
    """Whether a text is an RFC 1123 subdomain, which names and domains are."""
    return len(text) <= 253 and bool(re.match(_NAME, text))


def faults_of(choice: Choice, value: Any) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the value of a setting: the predicate of a sentence, and a hint."""
    if choice.kind == TRUTH:
        if not isinstance(value, bool):
            yield f"must be true or false, not `{value}`", ""
    elif not isinstance(value, str):
        yield f"must be a text, not `{value}`", ""
    elif choice.kind == WORD:
        if value not in choice.words:
            import difflib

            near = difflib.get_close_matches(value, choice.words, n=1, cutoff=0.6)
            hint = f"did you mean `{near[0]}`?" if near else f"allowed are: {', '.join(choice.words)}"
            yield f"cannot be `{value}`", hint
    elif choice.kind == PATTERN:
        try:
            re.compile(value)
        except re.error as error:
            yield f"is no regular expression: {error}", "off, auto, or an expression for the names of variables"
    elif (value or choice.default) and not _TAKES[choice.kind][0](value):
        yield f"cannot be `{value}`", _TAKES[choice.kind][1]


_TAKES: dict[str, tuple[Any, str]] = {
    SIZE: (is_quantity, "write an amount such as 10Gi"),
    NAME: (is_domain, "lower-case letters, digits, `-` and `.`"),
    TAG: (lambda text: re.match(_TAG, text), "letters, digits, `_`, `.` and `-`"),
    REGISTRY: (lambda text: re.match(_REGISTRY, text), "write it without https://, such as registry.example.com/team"),
}

# Each setting by its name, in the order of a help text.
CHOICES: Mapping[str, Choice] = {item.name: item.metadata["choice"] for item in fields(Settings) if item.metadata}
