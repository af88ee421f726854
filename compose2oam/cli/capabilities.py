"""``compose2oam capabilities``: what an application can use, by the catalogue, or by what a cluster has."""

from __future__ import annotations

import pathlib
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Optional

from compose2oam.cli import define, grouping, options, results
from compose2oam.cli.declaring import Argument, Option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compose2oam.cluster.definitions import Snapshot
    from compose2oam.oam.catalogue import Catalogue
    from compose2oam.oam.definition import Definition, Kind

app = grouping.App(
    help="See which components, traits, policies and workflow steps there are.",
)


class KindName(str, Enum):
    """A kind of definition, as people call it."""

    COMPONENT = "component"
    TRAIT = "trait"
    POLICY = "policy"
    STEP = "step"
    SCOPE = "scope"


Context = Annotated[
    str, Option("--context", metavar="NAME", help="Read the cluster of this context; . is the current one.")
]
Kubeconfig = Annotated[str, Option("--kubeconfig", metavar="FILE", help="Read a cluster of this kubeconfig.")]
Namespaces = Annotated[
    Optional[list[str]],
    Option("-n", "--namespace", metavar="NAME", help="Also read the definitions of this namespace."),
]
OfKind = Annotated[Optional[KindName], Option("--kind", help="Only this kind.")]


@app.command("list")
def list_them(
    kind: OfKind = None,
    format: options.TableOrJson = options.ListFormat.TABLE,
    capabilities: options.Capabilities = None,
    context: Context = "",
    kubeconfig: Kubeconfig = "",
    namespace: Namespaces = None,
) -> None:
    """List what an application can use: of the catalogue, of a folder, or of a cluster.

    Example: compose2oam capabilities list --kind trait
    """
    from compose2oam.cli import capability_text

    known, troubles = _known(capabilities, context, kubeconfig, namespace)
    found = [item for item in known.all() if kind is None or item.kind is _kind(kind)]
    if format is options.ListFormat.JSON:
        results.as_json([_row(item, troubles) for item in found])
        return
    for line in capability_text.table(found, troubles):
        results.line(line)


@app.command("show")
def show(
    name: Annotated[
        str,
        Argument(metavar="TYPE", help="What an application writes after type.", completes="definitions"),
    ],
    kind: OfKind = None,
    format: options.TableOrJson = options.ListFormat.TABLE,
    capabilities: options.Capabilities = None,
    context: Context = "",
    kubeconfig: Kubeconfig = "",
    namespace: Namespaces = None,
) -> None:
    """Show one type: its parameters, where it applies, what it needs and does not go with, and an example.

    Example: compose2oam capabilities show gateway
    """
    from compose2oam.cli import capability_text
    from compose2oam.errors import UsageError
    from compose2oam.oam.definition import Kind
    from compose2oam.oam.findings import suggest
    from compose2oam.oam.sample import sample_of
    from compose2oam.oam.written import tree_of

    known, troubles = _known(capabilities, context, kubeconfig, namespace)
    kinds = list(Kind) if kind is None else [_kind(kind)]
    found = [item for one in kinds if (item := known.find(one, name)) is not None]
    if not found:
        sort = "type" if kind is None else kind.value
        names = [other for one in kinds for other in known.names(one)]
        holding = [other for other in names if name in other]
        hint = f"did you mean {' or '.join(holding[:3])}?" if name and holding else suggest(name, names)
        raise UsageError(f"there is no {sort} {name}{'; ' + hint if hint else ''}")
    if format is options.ListFormat.JSON:
        results.as_json([_row(item, troubles) | tree_of(item) | {"example": sample_of(item)} for item in found])
        return
    for index, item in enumerate(found):
        if index:
            results.line("")
        for line in capability_text.details(item, known.addons, troubles.get((item.kind, item.name), "")):
            results.line(line)


@app.command("pull")
def pull(
    output: Annotated[pathlib.Path, Option("-o", "--output", metavar="DIR", help="The folder to fill.")],
    context: Context = "",
    kubeconfig: Kubeconfig = "",
    namespace: Namespaces = None,
    format: options.TextOrJson = options.TextFormat.TEXT,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
) -> None:
    """Save what a cluster has, for --capabilities: one file a definition. Files of your own stay as they are.

    Example: compose2oam capabilities pull --context prod -o capabilities
    """
    from compose2oam import capabilities as reading
    from compose2oam.cli.console import Console
    from compose2oam.emitter import files

    console = Console(quiet, verbose)
    snapshot = _snapshot(context or ".", kubeconfig, namespace)
    found = reading.pull(snapshot, output)
    written = [files.OutputFile(output / item.path, item.text) for item in found if item.text]
    files.write_all(written, make_folders=True)
    if format is options.TextFormat.JSON:
        results.as_json([{"file": str(output / item.path), "fate": item.fate} for item in found])
    for item in found:
        if item.fate == "kept":
            console.note(f"kept: {output / item.path} is your own, and hides what the cluster has")
        elif item.fate == "gone":
            console.note(f"gone: the cluster has no {item.path.with_suffix('')} any more; remove {output / item.path}")
        elif verbose:
            console.note(f"{item.fate}: {output / item.path}")
    counts = {fate: sum(item.fate == fate for item in found) for fate in ("new", "changed", "same")}
    told = ", ".join(f"{number} {fate}" for fate, number in counts.items() if number)
    console.note(f"{output}: {told} ({_versions(snapshot)})")


app.command("define")(define.define)


def _kind(name: KindName) -> Kind:
    from compose2oam.oam.definition import Kind

    return Kind.STEP if name is KindName.STEP else Kind(name.value)


def _known(
    folders: list[pathlib.Path] | None, context: str, kubeconfig: str, namespaces: list[str] | None
) -> tuple[Catalogue, Mapping[tuple[Kind, str], str]]:
    """Return the definitions to show, and what speaks against them in the cluster if one was asked."""
    from compose2oam import capabilities
    from compose2oam.cli.console import Console
    from compose2oam.errors import UsageError
    from compose2oam.oam.catalogue import catalogue_of

    if not (context or kubeconfig):
        if namespaces:
            raise UsageError("-n names a namespace of a cluster: name its --context too")
        return catalogue_of(folders or ()), {}
    if folders:
        raise UsageError("--capabilities is a folder and --context a cluster: name one of them")
    snapshot = _snapshot(context, kubeconfig, namespaces)
    Console().note(_versions(snapshot))
    catalogue = capabilities.catalogue_from(snapshot)
    troubles = {(item.kind, item.name): capabilities.readiness(item, snapshot) for item in catalogue.all()}
    return catalogue, {key: text for key, text in troubles.items() if text}


def _snapshot(context: str, kubeconfig: str, namespaces: list[str] | None) -> Snapshot:
    from compose2oam.cluster.client import Cluster
    from compose2oam.cluster.definitions import read_definitions

    return read_definitions(Cluster("" if context == "." else context, kubeconfig), namespaces or ())


def _versions(snapshot: Snapshot) -> str:
    return f"context {snapshot.context}: {snapshot.runtime}, Kubernetes {snapshot.kubernetes}"


def _row(item: Definition, troubles: Mapping[tuple[Kind, str], str]) -> dict[str, Any]:
    """Return one line of a list as data."""
    row: dict[str, Any] = {"kind": item.kind.value, "name": item.name, "summary": item.summary}
    plain = {
        "workload": item.workload,
        "appliesTo": list(item.applies_to),
        "needs": [{sort: name} for sort, name in item.needs],
        "deprecated": item.deprecated,
        "trouble": troubles.get((item.kind, item.name), ""),
    }
    return row | {key: value for key, value in plain.items() if value}
