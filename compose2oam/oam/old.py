"""Documents of the older runtime (``core.oam.dev/v1alpha2``): their shape, and whether they fit one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from compose2oam.diagnostics import Diagnostic
from compose2oam.model.dataclass import dataclass, replace
from compose2oam.model.path import Path
from compose2oam.model.versions import V1ALPHA2
from compose2oam.oam.catalogue import builtin
from compose2oam.oam.definition import Parameter
from compose2oam.oam.findings import Findings, suggest
from compose2oam.oam.names import is_name
from compose2oam.oam.parameters import check_shape
from compose2oam.oam.references import find_circles
from compose2oam.oam.view import items, mapping
from compose2oam.source.position import Position

Origin = Callable[[Path], Position | None]


@dataclass(frozen=True, slots=True)
class _Document:
    """A document, and where to note what is wrong with it."""

    manifest: Mapping[str, Any]
    findings: Findings

    @property
    def kind(self) -> str:
        return str(self.manifest.get("kind"))

    @property
    def name(self) -> str:
        return str(mapping(self.manifest.get("metadata")).get("name", ""))

    @property
    def spec(self) -> Mapping[str, Any]:
        return mapping(self.manifest.get("spec"))


def is_old(manifest: Any) -> bool:
    """Whether a document is one of the kinds that are checked here."""
    if not isinstance(manifest, Mapping) or manifest.get("apiVersion") != V1ALPHA2:
        return False
    return builtin().old_spec(str(manifest.get("kind"))) is not None


def check_old(documents: Sequence[tuple[Mapping[str, Any], Origin]]) -> list[Diagnostic]:
    """Check documents of v1alpha2 that are applied together.

    Args:
        documents: each with what gives the place in the user's text for a place in it; those that are not
            :func:`is_old` are passed over.

    Returns:
        What was found, document by document.
    """
    known = [_Document(manifest, Findings(origin)) for manifest, origin in documents if is_old(manifest)]
    for document in known:
        _shape(document)
    components = {document.name: document for document in known if document.kind == "Component"}
    scopes = {(document.kind, document.name) for document in known if document.kind.endswith("Scope")}
    for document in known:
        if document.kind == "ApplicationConfiguration":
            _configuration(document, components, scopes)
    return [one for document in known for one in document.findings.found]


def _shape(document: _Document) -> None:
    catalogue = builtin()
    spec = catalogue.old_spec(document.kind)
    if spec is None:
        return
    shape = Parameter(
        fields={
            "apiVersion": Parameter(("string",)),
            "kind": Parameter(("string",)),
            "metadata": catalogue.application.fields["metadata"],
            "spec": Parameter(spec.types, required=True, fields=spec.fields, values=spec.values),
            "status": Parameter(("any",)),
        }
    )
    check_shape(shape, document.manifest, document.findings, subject=document.kind)
    if document.name and not is_name(document.name):
        hint = "use small letters, digits, - and ., and begin and end with a letter or a digit"
        document.findings.add("OAM-111", ("metadata", "name"), f"{document.name!r} is no name", hint)
    if document.kind == "Component" and "workload" in document.spec:
        _inner(document.spec["workload"], ("spec", "workload"), document.findings)


def _inner(inner: Any, path: Path, findings: Findings) -> None:
    """Check an object inside a document: that it says what it is, and its shape if that is known."""
    given = mapping(inner)
    for key in ("apiVersion", "kind"):
        if not isinstance(given.get(key), str):
            findings.add("OAM-104", path, f"{path[-1]} needs {key}", f"it is a whole object: {key} is a string")
    spec = builtin().old_spec(str(given.get("kind"))) if given.get("apiVersion") == V1ALPHA2 else None
    if spec is not None:
        # The runtime fills in what a trait is about.
        fields = {
            name: replace(one, required=one.required and name != "workloadRef") for name, one in spec.fields.items()
        }
        check_shape(
            replace(spec, fields=fields),
            given.get("spec", {}),
            findings,
            subject=str(given.get("kind")),
            path=(*path, "spec"),
        )


def _configuration(document: _Document, components: Mapping[str, _Document], scopes: set[tuple[str, str]]) -> None:
    findings = document.findings
    given: dict[str, str] = {}
    for path, entry, name in _entries(document):
        given |= {str(output.get("name")): name for output, _ in _data(entry, path, "dataOutputs")}
        if ("componentName" in entry) == ("revisionName" in entry):
            findings.add("OAM-104", path, "a component needs componentName or revisionName, and not both")
        elif "componentName" in entry:
            _component(document, path, entry, components)
        for index, trait in items(entry.get("traits")):
            if "trait" in trait:
                _inner(trait["trait"], (*path, "traits", index, "trait"), findings)
        for index, scope in items(entry.get("scopes")):
            reference = mapping(scope.get("scopeRef"))
            wanted = str(reference.get("kind")), str(reference.get("name"))
            if scopes and wanted not in scopes:
                message = f"{name} is put into the {wanted[0]} {wanted[1]}, which is not here"
                hint = suggest(
                    wanted[1], [one for kind, one in scopes if kind == wanted[0]], "the cluster must have it"
                )
                findings.add("OAM-127", (*path, "scopes", index, "scopeRef"), message, hint)
    waits: dict[str, list[str]] = {}
    for path, entry, name in _entries(document):
        for key in ("dataInputs", "dataOutputs"):
            for data, place in _data(entry, path, key):
                _conditions(data, place, findings)
        for data, place in _data(entry, path, "dataInputs"):
            source = mapping(data.get("valueFrom")).get("dataOutputName")
            if isinstance(source, str) and source not in given:
                message = f"{name} takes {source}, and no dataOutputs has that name"
                findings.add("OAM-122", (*place, "valueFrom", "dataOutputName"), message, suggest(source, given))
            elif isinstance(source, str):
                waits.setdefault(name, []).append(given[source])
    where = {name: path for path, _, name in _entries(document)}
    for circle in find_circles(waits):
        way = " → ".join([*circle, circle[0]])
        findings.add("OAM-123", where[circle[0]], f"components wait for one another: {way}")


def _entries(document: _Document) -> Iterator[tuple[Path, Mapping[str, Any], str]]:
    for index, entry in items(document.spec.get("components")):
        name = str(entry.get("componentName", entry.get("revisionName", "")))
        yield ("spec", "components", index), entry, name


def _data(entry: Mapping[str, Any], path: Path, key: str) -> Iterator[tuple[Mapping[str, Any], Path]]:
    """Go through what a component and its traits give, or take, each with its place."""
    for index, one in items(entry.get(key)):
        yield one, (*path, key, index)
    for place, trait in items(entry.get("traits")):
        for index, one in items(trait.get(key)):
            yield one, (*path, "traits", place, key, index)


def _conditions(data: Mapping[str, Any], path: Path, findings: Findings) -> None:
    for index, condition in items(data.get("conditions")):
        if "fieldPath" not in condition:
            message = "a condition without a fieldPath is never met"
            findings.add("OAM-165", (*path, "conditions", index), message, "set fieldPath to what it looks at")


def _component(document: _Document, path: Path, entry: Mapping[str, Any], components: Mapping[str, _Document]) -> None:
    findings, name = document.findings, entry["componentName"]
    component = components.get(name) if isinstance(name, str) else None
    if component is None:
        if components:
            hint = suggest(str(name), components, "the cluster must have it")
            findings.add("OAM-127", (*path, "componentName"), f"there is no Component {name} here", hint)
        return
    parameters = {str(one.get("name")): one for _, one in items(component.spec.get("parameters"))}
    given = set()
    for index, value in items(entry.get("parameterValues")):
        given.add(str(value.get("name")))
        if value.get("name") not in parameters:
            message = f"the Component {name} has no parameter {value.get('name')}"
            place = (*path, "parameterValues", index, "name")
            findings.add("OAM-141", place, message, suggest(str(value.get("name")), parameters))
    for needed, one in parameters.items():
        if one.get("required") is True and needed not in given:
            findings.add("OAM-143", path, f"the Component {name} needs the parameter {needed}")
