"""Names, labels and annotations: what Kubernetes takes, how long, and each once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compose2oam.model.path import Path
from compose2oam.model.regex import regex
from compose2oam.oam.findings import Findings
from compose2oam.oam.view import Part, View, mapping

# RFC 1035 label: the name of a Service. RFC 1123 subdomain: the name of most other objects.
_LABEL = regex(r"[a-z]([-a-z0-9]*[a-z0-9])?\Z")
_SUBDOMAIN = regex(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\Z")
_LABEL_VALUE = regex(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?\Z")
_LABEL_NAME = regex(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?\Z")

# The runtime writes the names of applications and components into label values.
_LONGEST = 63

# What else is made from the name of a component, by the definition: how long it may be, and why.
_LONGEST_BY_TYPE = {
    "cron-task": (52, "a CronJob adds 11 characters to the names of its Jobs"),
    "statefulset": (52, "a StatefulSet adds 11 characters to its name in a label of its pods"),
}

# Where labels and annotations stand in properties, by the type of the part.
_POD = ("labels", "annotations")
_LABELLED = {
    "webservice": _POD, "statefulset": _POD, "daemon": _POD, "task": _POD, "cron-task": _POD,
    "gateway": ("labels", "annotations"), "expose": ("annotations", "matchLabels"),
}  # fmt: skip

_ALPHABET = "use small letters, digits and -, and begin and end with a letter or a digit"
_PLURAL = {"component": "components", "policy": "policies", "step": "workflow steps"}


def is_name(text: str) -> bool:
    """Whether Kubernetes takes a text for the name of most objects."""
    return len(text) <= 253 and _SUBDOMAIN.match(text) is not None


def check_names(view: View, findings: Findings) -> None:
    """Check the names of the application and its parts, and all labels and annotations."""
    _application(view, findings)
    for component in view.components:
        _component(view, component, findings)
    for parts, sort in ((view.components, "component"), (view.policies, "policy"), (view.steps, "step")):
        _once(parts, sort, findings)
    for part in (part for component in view.components for part in (component, *component.traits)):
        if part.type in ("labels", "annotations"):
            _labels(part.properties, part.type, part.at(), findings)
        for key in _LABELLED.get(part.type, ()):
            _labels(part.properties.get(key), key, part.at(key), findings)


def _application(view: View, findings: Findings) -> None:
    metadata = mapping(view.manifest.get("metadata"))
    for key in ("name", "namespace"):
        value = metadata.get(key)
        if not isinstance(value, str) or (key == "namespace" and not value):
            continue
        path: Path = ("metadata", key)
        if not _SUBDOMAIN.match(value):
            owner = "an application" if key == "name" else "a namespace"
            findings.add("OAM-111", path, f"{value!r} is no name for {owner}", _ALPHABET)
        elif len(value) > _LONGEST:
            findings.add("OAM-112", path, f"the name {value} is longer than {_LONGEST} characters")
    for key in ("labels", "annotations"):
        _labels(metadata.get(key), key, ("metadata", key), findings)


def _component(view: View, component: Part, findings: Findings) -> None:
    name, path = component.name, (*component.path, "name")
    if "name" not in component.manifest:
        return
    makes_service = component.definition is not None and "Service" in component.definition.makes
    if not (_LABEL if makes_service else _SUBDOMAIN).match(name):
        hint = _ALPHABET + ("; begin with a letter, as the Service has this name" if makes_service else "")
        findings.add("OAM-111", path, f"{name!r} is no name for a component", hint)
    longest, why = _LONGEST_BY_TYPE.get(component.type, (_LONGEST, "it becomes the value of a label"))
    if component.type == "task":
        longest, why = _LONGEST - len(view.name) - 1, f"the Job is called {view.name}-{name}"
    if len(name) > longest:
        findings.add("OAM-112", path, f"the name {name} is longer than {longest} characters", why)


def _once(parts: Iterable[Part], sort: str, findings: Findings) -> None:
    seen: set[str] = set()
    for part in parts:
        if part.name and part.name in seen:
            findings.add("OAM-113", (*part.path, "name"), f"there are two {_PLURAL[sort]} with the name {part.name}")
        seen.add(part.name)


def _labels(labels: Any, key: str, path: Path, findings: Findings) -> None:
    for label, value in mapping(labels).items():
        fault = _key_fault(label) if isinstance(label, str) else ""
        if not fault and key != "annotations" and isinstance(value, str):
            fault = _value_fault(value)
        if fault:
            sort = "annotation" if key == "annotations" else "label"
            findings.add("OAM-114", (*path, label), f"the {sort} {label} cannot be: {fault}")


def _key_fault(key: str) -> str:
    prefix, slash, name = key.rpartition("/")
    if len(name) > _LONGEST or not _LABEL_NAME.match(name):
        return "its name must be at most 63 letters, digits, -, _ and ., with a letter or digit at both ends"
    if slash and (len(prefix) > 253 or not _SUBDOMAIN.match(prefix)):
        return "what stands before the / must be a domain name"
    return ""


def _value_fault(value: str) -> str:
    if len(value) > _LONGEST or not _LABEL_VALUE.match(value):
        return "its value must be at most 63 letters, digits, -, _ and ., with a letter or digit at both ends"
    return ""
