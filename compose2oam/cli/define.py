"""``compose2oam capabilities define``: a component or trait type of one's own."""

from __future__ import annotations

import pathlib
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Optional

from compose2oam.cli import options
from compose2oam.cli.declaring import Argument, Option

if TYPE_CHECKING:
    from compose2oam.oam.crds import Resource


class NewKind(str, Enum):
    """What can be defined."""

    COMPONENT = "component"
    TRAIT = "trait"


class Runtime(str, Enum):
    """Whose definition is written."""

    KUBEVELA = "kubevela"
    OLD = "oam-v1alpha2"


def define(
    name: Annotated[str, Argument(metavar="NAME", help="What an application will write after type.")],
    kind: Annotated[NewKind, Option("--kind", help="What it is.")] = NewKind.COMPONENT,
    crd: Annotated[
        str, Option("--crd", metavar="FILE", help="The CustomResourceDefinition of the object that it makes.")
    ] = "",
    resource: Annotated[
        str,
        Option("--resource", metavar="GROUP/VERSION/KIND", help="The object that it makes, without its CRD."),
    ] = "",
    parameter: Annotated[
        Optional[list[str]],
        Option("--parameter", metavar="NAME:TYPE[=DEFAULT|!]", help="A key of the object's spec; ! makes it required."),
    ] = None,
    about: Annotated[str, Option("--about", metavar="TEXT", help="One sentence on what it is for.")] = "",
    applies_to: Annotated[
        Optional[list[str]],
        Option("--applies-to", metavar="RESOURCE", help="A workload of a trait, such as deployments.apps."),
    ] = None,
    conflicts_with: Annotated[
        Optional[list[str]],
        Option("--conflicts-with", metavar="TRAIT", help="A trait that it does not go with."),
    ] = None,
    namespace: Annotated[
        str, Option("-n", "--namespace", metavar="NAME", help="Where the definition goes.")
    ] = "vela-system",
    target: Annotated[Runtime, Option("--target", help="Whose definition to write.")] = Runtime.KUBEVELA,
    output: Annotated[str, Option("-o", "--output", metavar="FILE", help="A file instead of standard output.")] = "",
    format: options.YamlOrJson = options.Format.YAML,
    capabilities: Annotated[
        Optional[pathlib.Path],
        Option("--capabilities", metavar="DIR", help="Also save it in this folder of definitions."),
    ] = None,
) -> None:
    """Write the definition that registers a kind of object as a component or trait type.

    Example: compose2oam capabilities define redis --crd redis-crd.yaml -o redis-definition.yaml
    """
    from compose2oam.cli import results
    from compose2oam.cli.console import Console
    from compose2oam.emitter import yaml
    from compose2oam.oam.define import NewType, definition_of, manifest_of, old_manifest_of
    from compose2oam.oam.definition import Kind
    from compose2oam.oam.written import tree_of

    made = _resource(crd, resource, parameter or [])
    new = NewType(Kind(kind.value), name, made, about, tuple(applies_to or ()), tuple(conflicts_with or ()), namespace)
    new.check()
    manifest = manifest_of(new) if target is Runtime.KUBEVELA else old_manifest_of(new)
    results.text_to(output, results.text_of([manifest], format))
    console = Console()
    if manifest["metadata"]["name"] != name:
        console.note(f"note: v1alpha2 calls a definition by its resource, so it is {made.name} and not {name}")
    if capabilities is not None:
        from compose2oam.emitter import files

        path = capabilities / kind.value / f"{name}.yaml"
        files.write_all([files.OutputFile(path, yaml.dump([tree_of(definition_of(new))]))], make_folders=True)
        console.note(f"wrote {path}")


def _resource(crd: str, named: str, parameters: list[str]) -> Resource:
    from compose2oam.errors import UsageError
    from compose2oam.oam.crds import read_crd, resource
    from compose2oam.oam.define import parameters_of
    from compose2oam.source.reader import parse, read_text
    from compose2oam.source.tree import plain

    if bool(crd) == bool(named):
        raise UsageError("name the object that it makes: --crd FILE, or --resource with --parameter for each key")
    if crd:
        if parameters:
            raise UsageError("--crd says the parameters; --parameter goes with --resource")
        return read_crd([plain(document) for document in parse(read_text(pathlib.Path(crd), pipes=True), crd)], crd)
    return resource(named, parameters_of(parameters))
