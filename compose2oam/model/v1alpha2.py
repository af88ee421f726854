"""Documents of the older runtime of OAM, oam-kubernetes-runtime (``core.oam.dev/v1alpha2``).

There a component is an object of its own, which holds the object that runs, and an application configuration names the
components that make an application. Each class has ``to_dict``, as those of
:mod:`compose2oam.model.oam` have; what the objects inside hold stays plain data, and is read-only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from compose2oam.model.versions import V1ALPHA2

Manifest = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OldComponent:
    """A ``Component``.

    Attributes:
        name: the name by which application configurations use it.
        namespace: where it is.
        workload: the object that runs (``spec.workload``): of a kind of OAM's own, or any other.
        parameters: what an application configuration may set in it (``spec.parameters``).
    """

    name: str
    namespace: str
    workload: Manifest
    parameters: tuple[Manifest, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the manifest."""
        spec: dict[str, Any] = {"workload": dict(self.workload)}
        if self.parameters:
            spec["parameters"] = [dict(item) for item in self.parameters]
        return _manifest("Component", {"name": self.name, "namespace": self.namespace}, spec)


@dataclass(frozen=True, slots=True)
class ConfiguredComponent:
    """A component in an application configuration (``spec.components[]``).

    Attributes:
        name: the component; the runtime takes its latest revision.
        revision: one revision of it instead (``web-v2``), empty for the latest.
        data_inputs: what it waits for: outputs of other components.
        data_outputs: what others can wait for: fields of its object, each under a name.
        traits: the objects that operate it.
        scopes: the scopes that it is in: apiVersion, kind and name each.
    """

    name: str
    revision: str = ""
    data_inputs: tuple[Manifest, ...] = ()
    data_outputs: tuple[Manifest, ...] = ()
    traits: tuple[Manifest, ...] = ()
    scopes: tuple[Manifest, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the entry of the manifest."""
        parts: dict[str, Any] = {
            "dataInputs": [dict(item) for item in self.data_inputs],
            "dataOutputs": [dict(item) for item in self.data_outputs],
            "traits": [{"trait": dict(item)} for item in self.traits],
            "scopes": [{"scopeRef": dict(item)} for item in self.scopes],
        }
        # The runtime takes a name or a revision, and refuses both.
        head = {"revisionName": self.revision} if self.revision else {"componentName": self.name}
        return {**head, **{key: value for key, value in parts.items() if value}}


@dataclass(frozen=True, slots=True)
class ApplicationConfiguration:
    """An ``ApplicationConfiguration``: an application, and how it is operated.

    Attributes:
        name: its name.
        namespace: where it is, and all that it makes.
        labels: the runtime gives them to all that it makes.
        annotations: likewise.
        components: in the order in which they are applied.
    """

    name: str
    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    components: tuple[ConfiguredComponent, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the manifest."""
        metadata: dict[str, Any] = {"name": self.name, "namespace": self.namespace}
        for key, value in (("labels", self.labels), ("annotations", self.annotations)):
            if value:
                metadata[key] = dict(value)
        spec = {"components": [item.to_dict() for item in self.components]}
        return _manifest("ApplicationConfiguration", metadata, spec)


@dataclass(frozen=True, slots=True)
class HealthScope:
    """A ``HealthScope``: whether the components that are in it are healthy, taken together.

    Attributes:
        name: its name.
        namespace: where it is.
        timeout: seconds after which a look counts as failed (``probe-timeout``), ``None`` for the runtime's own.
        interval: seconds between two looks (``probe-interval``), ``None`` for the runtime's own.
    """

    name: str
    namespace: str
    timeout: int | None = None
    interval: int | None = None

    @property
    def reference(self) -> dict[str, str]:
        """What a component names it by."""
        return {"apiVersion": V1ALPHA2, "kind": "HealthScope", "name": self.name}

    def to_dict(self) -> dict[str, Any]:
        """Return the manifest; the runtime fills in which objects are in it."""
        times = (("probe-timeout", self.timeout), ("probe-interval", self.interval))
        spec = {**{key: value for key, value in times if value is not None}, "workloadRefs": []}
        return _manifest("HealthScope", {"name": self.name, "namespace": self.namespace}, spec)


def _manifest(kind: str, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    shown = {key: value for key, value in metadata.items() if value}
    return {"apiVersion": V1ALPHA2, "kind": kind, "metadata": shown, "spec": dict(spec)}
