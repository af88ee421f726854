"""Who waits for whom, and who takes values from whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from compose2oam.oam.findings import Findings, suggest
from compose2oam.oam.view import Part, View, items, strings

# Steps whose properties name policies, and those that name components: type to property.
_POLICY_LISTS = {"deploy": "policies"}
_POLICY_NAMES = {
    "deploy2env": "policy", "deploy-cloud-resource": "policy", "share-cloud-resource": "policy",
    "export-data": "topology", "export-service": "topology",
}  # fmt: skip
_COMPONENT_NAMES = {"apply-component": "component"}


def check_references(view: View, findings: Findings) -> None:
    """Check dependsOn, inputs and outputs, the names in steps and policies, and that nothing waits for itself."""
    names = {component.name for component in view.components}
    steps = {step.name for step in view.steps}
    # Where the workflow is written out, a component's dependsOn joins that of its apply-component step.
    waited_for = names | steps if view.steps else names
    _dependencies(view.components, waited_for, "component", findings)
    _dependencies(view.steps, steps, "workflow step", findings)
    _inputs(view, findings)
    for parts, sort in ((view.components, "components"), (view.steps, "workflow steps")):
        _circles(parts, sort, findings)
    for step in view.steps:
        _step(step, names, {policy.name for policy in view.policies}, findings)
    for policy in view.policies:
        _policy(policy, names, findings)


def _dependencies(parts: Iterable[Part], names: set[str], sort: str, findings: Findings) -> None:
    for part in parts:
        for index, name in strings(part.manifest.get("dependsOn")):
            if name not in names:
                message = f"{part.name} waits for {name}, and there is no {sort} of that name"
                findings.add("OAM-121", (*part.path, "dependsOn", index), message, suggest(name, names))


def _outputs(parts: Iterable[Part]) -> dict[str, str]:
    """Return who gives each output."""
    return {
        output["name"]: part.name
        for part in parts
        for _, output in items(part.manifest.get("outputs"))
        if isinstance(output.get("name"), str)
    }


def _inputs(view: View, findings: Findings) -> None:
    given = _outputs((*view.components, *view.steps))
    for part in (*view.components, *view.steps):
        for index, entry in items(part.manifest.get("inputs")):
            source = entry.get("from")
            # A step can read the workflow's own context without anybody putting it there.
            if isinstance(source, str) and source not in given and not source.startswith("context."):
                message = f"{part.name} takes {source}, and no output has that name"
                findings.add("OAM-122", (*part.path, "inputs", index, "from"), message, suggest(source, given))


def _circles(parts: tuple[Part, ...], sort: str, findings: Findings) -> None:
    giver = _outputs(parts)
    waits: dict[str, list[str]] = {}
    for part in parts:
        names = [name for _, name in strings(part.manifest.get("dependsOn"))]
        sources = [entry.get("from") for _, entry in items(part.manifest.get("inputs"))]
        givers = [giver[source] for source in sources if isinstance(source, str) and source in giver]
        waits.setdefault(part.name, []).extend(names + givers)
    where = {part.name: part for part in reversed(parts)}
    for circle in find_circles(waits):
        way = " → ".join([*circle, circle[0]])
        findings.add("OAM-123", (*where[circle[0]].path, "dependsOn"), f"{sort} wait for one another: {way}")


def find_circles(waits: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Find circles in a graph, each once and beginning with the node that comes first in ``waits``.

    One circle is told for every knot of nodes that all reach one another: taking it apart is the way to the next.
    """
    done: set[str] = set()
    circles: list[list[str]] = []
    for start in waits:
        if start in done:
            continue
        # Depth first without recursion: a chain of services may be longer than Python's stack.
        way: list[str] = [start]
        todo = [iter(waits[start])]
        on_way = {start}
        while todo:
            for node in todo[-1]:
                if node in on_way:
                    circles.append(way[way.index(node) :])
                elif node in waits and node not in done:
                    way.append(node)
                    on_way.add(node)
                    todo.append(iter(waits[node]))
                    break
            else:
                todo.pop()
                left = way.pop()
                on_way.discard(left)
                done.add(left)
    return circles


def _step(step: Part, components: set[str], policies: set[str], findings: Findings) -> None:
    key = _COMPONENT_NAMES.get(step.type)
    name = step.properties.get(key) if key else None
    if key and isinstance(name, str) and name not in components:
        message = f"the step {step.name} applies {name}, and there is no component of that name"
        findings.add("OAM-124", step.at(key), message, suggest(name, components))
    listed = _POLICY_LISTS.get(step.type, "")
    wanted = [(step.at(listed, index), name) for index, name in strings(step.properties.get(listed))]
    single = _POLICY_NAMES.get(step.type, "")
    if isinstance(step.properties.get(single), str) and step.properties[single]:
        wanted.append((step.at(single), step.properties[single]))
    for path, name in wanted:
        if name not in policies:
            message = f"the step {step.name} names the policy {name}, which this application does not hold"
            findings.add(
                "OAM-125", path, message, suggest(name, policies, "the cluster must have a Policy of that name")
            )


def _policy(policy: Part, components: set[str], findings: Findings) -> None:
    wanted = []
    if policy.type in ("override", "replication"):
        wanted += [(policy.at("selector", index), name) for index, name in strings(policy.properties.get("selector"))]
    for index, rule in items(policy.properties.get("rules")):
        selector = rule.get("selector")
        if isinstance(selector, Mapping):
            wanted += [
                (policy.at("rules", index, "selector", "componentNames", place), name)
                for place, name in strings(selector.get("componentNames"))
            ]
    if policy.type == "override":
        wanted += [
            (policy.at("components", index, "name"), entry["name"])
            for index, entry in items(policy.properties.get("components"))
            # With a type, a name that is new adds a component.
            if isinstance(entry.get("name"), str) and "type" not in entry
        ]
    for path, name in wanted:
        is_pattern = path[-1] == "name"
        if name not in components and not (is_pattern and any(matches(name, component) for component in components)):
            message = f"the policy {policy.name} names {name}, and there is no component of that name"
            findings.add("OAM-126", path, message, suggest(name, components))


def matches(pattern: str, name: str) -> bool:
    """Whether the name in an override policy means a component.

    KubeVela takes it for a regular expression that may match anywhere, with ``*`` for anything: ``web`` means
    ``webadmin`` too.
    """
    try:
        return re.search(pattern.replace("*", ".*"), name) is not None
    except re.error:
        return False
