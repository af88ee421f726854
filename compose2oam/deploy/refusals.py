"""What a cluster refuses, said at the line of the Compose project that it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from compose2oam.cluster.codes import REFUSED
from compose2oam.cluster.objects import Unfit
from compose2oam.cluster.refusals import Refused
from compose2oam.deploy.planning import Manifest, Plan
from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import ClusterError
from compose2oam.model.path import Path
from compose2oam.source.position import Position

# The server names fields in a way of its own: `spec.ports[0].name`, `.spec.containers[name="web"].image`.
_STEP = re.compile(r"\.?([^.\[\]\s:]+)|\[(\d+)\]|\[([^\]]+)\]")
_KEYED = re.compile(r"(\w+)=\"?([^,\"]+)\"?")
_TYPED = re.compile(r"(?<=\s)(\.[a-z][^\s:]*(?:\[[^\]]*\][^\s:]*)*): (.*?)(?=\s\.[a-z][^\s:]*: |$)")
# What KubeVela's webhook says (pkg/webhook, pkg/appfile, pkg/cue), each with what it names.
_OF_WORKLOAD = re.compile(r"validation failed for workload ([\w.-]+):")
_OF_TRAIT = re.compile(r"validation failed for trait ([\w.-]+):")
_COMPILED = re.compile(r"failed to compile workload ([\w.-]+) after .*? context: (.*)")
_PARAMETER = re.compile(r"parameter\.([\w.-]+): (.*?)(?= parameter\.[\w.-]+: |\.? \(requestUID|$)")
_TRAIT_IN = re.compile(r"component\(([\w.-]+)\) parse trait\(([\w.-]+)\)")
_TYPE_OF = re.compile(r"type of ([\w.-]+):")
_STEP_TYPE = re.compile(r"workflow step definition ([\w.-]+):")
_COMPONENT_AT = re.compile(r"\"components\[(\d+)\]([^\"]*)\"")
# What stands around the reason, and tells a person nothing.
_FRAME = re.compile(r"^admission webhook \"[^\"]*\" denied the request: (?:1\) )?|\.? \(requestUID=[^)]*\)$")

_Place = tuple[Path, str]


@contextmanager
def explained(plan: Plan, manifest: Manifest) -> Iterator[None]:
    """Say what a cluster refuses of an object at the lines that it comes from.

    Raises:
        ClusterError: with findings, in the place of what was refused, where a line is known.
    """
    try:
        yield
    except Unfit as error:
        findings = _findings(plan, manifest, error.refused)
        if not any(item.position for item in findings):
            raise
        raise ClusterError.of(findings) from None


def _findings(plan: Plan, manifest: Manifest, refused: Refused) -> list[Diagnostic]:
    what = f"{manifest['kind']} {manifest['metadata']['name']}"
    places = list(dict.fromkeys(places_of(manifest, refused))) or [((), _FRAME.sub("", refused.said))]
    return [
        Diagnostic(REFUSED, Severity.ERROR, f"the cluster refuses the {what}: {said}", (), _line(plan, manifest, path))
        for path, said in places
    ]


def _line(plan: Plan, manifest: Manifest, path: Path) -> Position | None:
    documents = plan.made.documents
    key = manifest["kind"], manifest["metadata"]["name"]
    for index, document in enumerate(documents):
        if plan.made.origins is not None and (document["kind"], document["metadata"]["name"]) == key:
            return plan.made.origins.of(index)(path)
    return None


def places_of(manifest: Manifest, refused: Refused) -> Iterator[_Place]:
    """Yield the places of a manifest that a cluster refuses, each with the cluster's words."""
    if refused.causes:
        for field, said in refused.causes:
            yield _path(field, manifest), f"{field}: {said}" if field else said
    elif "typed patch object" in refused.said:
        for found in _TYPED.finditer(refused.said):
            yield _path(found[1], manifest), f"{found[1][1:]}: {found[2]}"
    elif manifest["kind"] == "Application":
        yield from _in_application(manifest, refused.said)


def _path(field: str, manifest: Manifest) -> Path:
    """Return the place that the server calls so; an item that it names by its keys by its number."""
    path: Path = ()
    node: Any = manifest
    for name, number, key in _STEP.findall(field):
        step: str | int = int(number) if number else name or key
        if key and isinstance(node, list):
            wanted = dict(_KEYED.findall(key))
            same = (i for i, item in enumerate(node) if all(str(item.get(k)) == v for k, v in wanted.items()))
            step = next(same, 0)
        path = (*path, step)
        node = _below(node, step)
    return path


def _below(node: Any, step: str | int) -> Any:
    if isinstance(node, Mapping):
        return node.get(step)
    return node[step] if isinstance(node, list) and isinstance(step, int) and step < len(node) else None


def _in_application(application: Manifest, said: str) -> Iterator[_Place]:
    """Yield the places of an Application that the webhook of KubeVela names."""
    components = list(application["spec"].get("components") or ())
    numbers = {str(one["name"]): number for number, one in enumerate(components)}
    text = _FRAME.sub("", said)

    def component(name: str, *below: str | int) -> Path:
        return ("spec", "components", numbers[name], *below) if name in numbers else ()

    workload, trait = _OF_WORKLOAD.search(said), _OF_TRAIT.search(said)
    for found in _PARAMETER.finditer(said) if workload or trait else ():
        steps = [int(step) if step.isdigit() else step for step in found[1].split(".")]
        if workload:
            yield component(workload[1], "properties", *steps), f"{workload[1]}: {found[1]}: {found[2]}"
        elif trait:
            # It does not say in which component: in the first that says this parameter of it.
            yield _of_trait(components, trait[1], steps), f"trait {trait[1]}: {found[1]}: {found[2]}"
    for found in _COMPILED.finditer(text):
        yield component(found[1], "type"), f"{found[1]}: {found[2]}"
    for found in _TRAIT_IN.finditer(said):
        traits = [str(one.get("type")) for one in _traits(components, numbers.get(found[1]))]
        place = traits.index(found[2]) if found[2] in traits else 0
        yield component(found[1], "traits", place, "type"), text
    for found in _TYPE_OF.finditer(said):
        policies = [str(one.get("name")) for one in application["spec"].get("policies") or ()]
        of_policy: Path = ("spec", "policies", policies.index(found[1]), "type") if found[1] in policies else ()
        yield component(found[1], "type") or of_policy, text
    for found in _STEP_TYPE.finditer(said):
        steps_of = (application["spec"].get("workflow") or {}).get("steps") or ()
        at = [number for number, step in enumerate(steps_of) if step.get("type") == found[1]]
        yield ("spec", "workflow", "steps", at[0], "type") if at else (), text
    for found in _COMPONENT_AT.finditer(said):
        yield ("spec", "components", int(found[1]), *_path(found[2], {})), text


def _traits(components: list[Any], number: int | None) -> list[Any]:
    return [] if number is None else list(components[number].get("traits") or ())


def _of_trait(components: list[Any], kind: str, steps: list[str | int]) -> Path:
    for number in range(len(components)):
        for place, trait in enumerate(_traits(components, number)):
            if trait.get("type") == kind and steps[0] in (trait.get("properties") or {}):
                return ("spec", "components", number, "traits", place, "properties", *steps)
    return ()
