"""Custom resource definitions: the resource that one declares, and what its spec takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from compose2oam.errors import InputError
from compose2oam.oam.definition import Parameter
from compose2oam.oam.published import read_schema, resource_of

_KIND = "CustomResourceDefinition"


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of object.

    Attributes:
        api_version: such as ``keda.sh/v1alpha1``.
        kind: such as ``ScaledObject``.
        name: of its definition, as ``scaledobjects.keda.sh``.
        spec: what its spec takes.
        about: one sentence, ``""`` if nobody says one.
    """

    api_version: str
    kind: str
    name: str
    spec: Parameter
    about: str = ""


def resource(text: str, spec: Parameter) -> Resource:
    """Make a resource of ``group/version/Kind`` (``v1/ConfigMap`` for those without a group).

    Raises:
        InputError: the text is not of that form.
    """
    api_version, _, kind = text.rpartition("/")
    if not api_version or not kind[:1].isupper():
        raise InputError(f"{text!r} is no kind of object: write GROUP/VERSION/Kind, such as apps/v1/Deployment")
    return Resource(api_version, kind, resource_of(api_version, kind), spec)


def read_crd(documents: Iterable[Any], file: str) -> Resource:
    """Return the resource of the first CustomResourceDefinition among documents.

    Its stored version is taken, with the schema of that version.

    Raises:
        InputError: there is none, or it is not in its shape; the message names the file.
    """
    crd = next((item for item in documents if isinstance(item, Mapping) and item.get("kind") == _KIND), None)
    if crd is None:
        raise InputError(f"{file}: holds no {_KIND}")
    try:
        spec, names = crd["spec"], crd["spec"]["names"]
        # The first version of the API of such definitions had one schema for all versions.
        versions = spec.get("versions") or [{"name": spec["version"], "storage": True}]
        version = next((one for one in versions if one.get("storage")), versions[0])
        holder = version.get("schema") or spec.get("validation") or {}
        schema = holder.get("openAPIV3Schema") or {}
        inner = (schema.get("properties") or {}).get("spec")
        return Resource(
            api_version=f"{spec['group']}/{version['name']}",
            kind=str(names["kind"]),
            name=f"{names['plural']}.{spec['group']}",
            spec=Parameter(values=Parameter(("any",))) if inner is None else read_schema(inner),
            about=_sentence(schema.get("description", "")),
        )
    except (AttributeError, KeyError, TypeError, IndexError) as error:
        raise InputError(f"{file}: not a {_KIND}: {type(error).__name__} {error}") from None


def _sentence(text: str) -> str:
    return " ".join(text.split()).partition(". ")[0]
