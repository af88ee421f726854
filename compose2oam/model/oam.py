"""An Open Application Model application, as KubeVela's ``core.oam.dev/v1beta1`` knows it.

Each class has ``to_dict``, which gives the manifest as plain data with the keys in one fixed order and without empty
parts, and ``from_dict``, which reads it back. Properties stay plain data: what a definition takes is the catalogue's
business (:mod:`compose2oam.oam.catalogue`). Neither direction copies properties; treat them as read-only.

Nothing here changes: ``of`` makes a part, and every ``with_...`` gives a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from compose2oam.errors import InputError
from compose2oam.model.dataclass import dataclass, field, replace
from compose2oam.model.versions import V1BETA1

API_VERSION = V1BETA1
KIND = "Application"


@dataclass(frozen=True, slots=True)
class Trait:
    """One operational behaviour of a component (``spec.components[].traits[]``)."""

    type: str
    properties: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, kind: str, /, **properties: Any) -> Trait:
        """Make a trait of a type with properties: ``Trait.of("scaler", replicas=3)``."""
        return cls(kind, properties)

    def to_dict(self) -> dict[str, Any]:
        """Return the manifest of the trait."""
        return _filled(type=self.type, properties=self.properties)

    @classmethod
    def from_dict(cls, manifest: Mapping[str, Any]) -> Trait:
        """Read a trait; raises InputError where the manifest has not its shape."""
        return cls(_text(manifest, "type"), _mapping(manifest, "properties"))


@dataclass(frozen=True, slots=True)
class Component:
    """One part of an application (``spec.components[]``).

    Attributes:
        name: an RFC 1035 label, unique in the application; it names the workload, its container and its Service.
        type: the ComponentDefinition.
        properties: the parameters of that definition.
        depends_on: names of the components that must be healthy first.
        inputs: ``{"from": ..., "parameterKey": ...}`` each, values taken from the outputs of others.
        outputs: ``{"name": ..., "valueFrom": ...}`` each.
        traits: in the order in which the runtime applies them.
        external_revision: the name to give the component's revision, ``""`` for the runtime's own.
        scopes: scope type to scope name; read by KubeVela and without effect there.
    """

    name: str
    type: str
    properties: dict[str, Any] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    inputs: tuple[dict[str, str], ...] = ()
    outputs: tuple[dict[str, str], ...] = ()
    traits: tuple[Trait, ...] = ()
    external_revision: str = ""
    scopes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, kind: str, /, **properties: Any) -> Component:
        """Make a component of a type with properties: ``Component.of("web", "webservice", image="nginx:1.27")``."""
        return cls(name, kind, properties)

    def trait(self, kind: str) -> Trait | None:
        """Return the trait of a type, ``None`` if there is none."""
        return next((trait for trait in self.traits if trait.type == kind), None)

    def with_traits(self, *traits: Trait) -> Component:
        """Return this component with traits; one takes the place of another of its type."""
        return replace(self, traits=_joined(self.traits, traits, lambda trait: trait.type))

    def without_trait(self, kind: str) -> Component:
        """Return this component without the trait of a type."""
        return replace(self, traits=tuple(trait for trait in self.traits if trait.type != kind))

    def with_properties(self, **properties: Any) -> Component:
        """Return this component with properties set; ``None`` takes one away."""
        made = {**self.properties, **properties}
        return replace(self, properties={key: value for key, value in made.items() if value is not None})

    def after(self, *names: str) -> Component:
        """Return this component waiting for others as well."""
        return replace(self, depends_on=tuple(dict.fromkeys((*self.depends_on, *names))))

    def to_dict(self) -> dict[str, Any]:
        """Return the manifest of the component."""
        return _filled(
            name=self.name,
            type=self.type,
            externalRevision=self.external_revision,
            dependsOn=list(self.depends_on),
            inputs=[dict(item) for item in self.inputs],
            outputs=[dict(item) for item in self.outputs],
            properties=self.properties,
            traits=[trait.to_dict() for trait in self.traits],
            scopes=self.scopes,
        )

    @classmethod
    def from_dict(cls, manifest: Mapping[str, Any]) -> Component:
        """Read a component; raises InputError where the manifest has not its shape."""
        return cls(
            name=_text(manifest, "name"),
            type=_text(manifest, "type"),
            properties=_mapping(manifest, "properties"),
            depends_on=tuple(_sequence(manifest, "dependsOn")),
            inputs=tuple(_sequence(manifest, "inputs")),
            outputs=tuple(_sequence(manifest, "outputs")),
            traits=tuple(Trait.from_dict(item) for item in _sequence(manifest, "traits")),
            external_revision=_text(manifest, "externalRevision", ""),
            scopes=_mapping(manifest, "scopes"),
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule for the application as a whole (``spec.policies[]``)."""

    name: str
    type: str
    properties: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, kind: str, /, **properties: Any) -> Policy:
        """Make a policy of a type: ``Policy.of("here", "topology", clusters=["local"])``."""
        return cls(name, kind, properties)

    def to_dict(self) -> dict[str, Any]:
        """Return the manifest of the policy; with its properties even if empty, as KubeVela refuses one without."""
        return {**_filled(name=self.name, type=self.type), "properties": self.properties}

    @classmethod
    def from_dict(cls, manifest: Mapping[str, Any]) -> Policy:
        """Read a policy; raises InputError where the manifest has not its shape."""
        return cls(_text(manifest, "name", ""), _text(manifest, "type"), _mapping(manifest, "properties"))


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """One step of the delivery (``spec.workflow.steps[]``).

    Attributes:
        name: unique in the workflow.
        type: the WorkflowStepDefinition.
        properties: the parameters of that definition.
        depends_on: names of steps that must have succeeded first.
        inputs: as in a component.
        outputs: as in a component.
        condition: the ``if`` expression, ``""`` for none.
        timeout: a Go duration such as ``10m``, ``""`` for none.
        alias: a name for people (``meta.alias``).
        mode: how the sub-steps run, ``DAG`` or ``StepByStep``; ``""`` for the runtime's own.
        sub_steps: only for a ``step-group``.
    """

    name: str
    type: str
    properties: dict[str, Any] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    inputs: tuple[dict[str, str], ...] = ()
    outputs: tuple[dict[str, str], ...] = ()
    condition: str = ""
    timeout: str = ""
    alias: str = ""
    mode: str = ""
    sub_steps: tuple[WorkflowStep, ...] = ()

    @classmethod
    def of(cls, name: str, kind: str, /, **properties: Any) -> WorkflowStep:
        """Make a step of a type: ``WorkflowStep.of("roll-out", "deploy", policies=["here"])``."""
        return cls(name, kind, properties)

    def to_dict(self) -> dict[str, Any]:
        """Return the manifest of the step."""
        manifest = _filled(
            name=self.name,
            type=self.type,
            meta=_filled(alias=self.alias),
            timeout=self.timeout,
            dependsOn=list(self.depends_on),
            inputs=[dict(item) for item in self.inputs],
            outputs=[dict(item) for item in self.outputs],
            properties=self.properties,
            mode=self.mode,
            subSteps=[step.to_dict() for step in self.sub_steps],
        )
        if self.condition:
            manifest["if"] = self.condition
        return manifest

    @classmethod
    def from_dict(cls, manifest: Mapping[str, Any]) -> WorkflowStep:
        """Read a step; raises InputError where the manifest has not its shape."""
        return cls(
            name=_text(manifest, "name", ""),
            type=_text(manifest, "type"),
            properties=_mapping(manifest, "properties"),
            depends_on=tuple(_sequence(manifest, "dependsOn")),
            inputs=tuple(_sequence(manifest, "inputs")),
            outputs=tuple(_sequence(manifest, "outputs")),
            condition=_text(manifest, "if", ""),
            timeout=_text(manifest, "timeout", ""),
            alias=_text(_mapping(manifest, "meta"), "alias", ""),
            mode=_text(manifest, "mode", ""),
            sub_steps=tuple(WorkflowStep.from_dict(item) for item in _sequence(manifest, "subSteps")),
        )


@dataclass(frozen=True, slots=True)
class Workflow:
    """The order of delivery (``spec.workflow``).

    Attributes:
        steps: without any, the runtime makes its own from the components and policies.
        steps_mode: ``StepByStep`` (the runtime's own choice for written steps) or ``DAG``; ``""`` for that choice.
        sub_steps_mode: the same for the sub-steps of a ``step-group``.
        ref: the name of a Workflow object to use instead of steps.
    """

    steps: tuple[WorkflowStep, ...] = ()
    steps_mode: str = ""
    sub_steps_mode: str = ""
    ref: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the manifest of the workflow."""
        return _filled(
            ref=self.ref,
            mode=_filled(steps=self.steps_mode, subSteps=self.sub_steps_mode),
            steps=[step.to_dict() for step in self.steps],
        )

    @classmethod
    def from_dict(cls, manifest: Mapping[str, Any]) -> Workflow:
        """Read a workflow; raises InputError where the manifest has not its shape."""
        mode = _mapping(manifest, "mode")
        return cls(
            steps=tuple(WorkflowStep.from_dict(item) for item in _sequence(manifest, "steps")),
            steps_mode=_text(mode, "steps", ""),
            sub_steps_mode=_text(mode, "subSteps", ""),
            ref=_text(manifest, "ref", ""),
        )


@dataclass(frozen=True, slots=True)
class Application:
    """An application: what a user hands to the runtime.

    Attributes:
        name: ``metadata.name``.
        namespace: ``metadata.namespace``, ``""`` to leave it to the caller's context.
        labels: ``metadata.labels``.
        annotations: ``metadata.annotations``.
        components: at least one, for the runtime to accept it.
        policies: in order; a ``deploy`` step names them.
        workflow: ``None`` for the runtime's own.
    """

    name: str
    namespace: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)
    components: tuple[Component, ...] = ()
    policies: tuple[Policy, ...] = ()
    workflow: Workflow | None = None

    def component(self, name: str) -> Component | None:
        """Return the component of a name, ``None`` if there is none."""
        return next((component for component in self.components if component.name == name), None)

    def with_components(self, *components: Component) -> Application:
        """Return this application with components; one takes the place of another of its name."""
        return replace(self, components=_joined(self.components, components, lambda component: component.name))

    def without_component(self, name: str) -> Application:
        """Return this application without the component of a name."""
        return replace(self, components=tuple(item for item in self.components if item.name != name))

    def with_policies(self, *policies: Policy) -> Application:
        """Return this application with policies; one takes the place of another of its name."""
        return replace(self, policies=_joined(self.policies, policies, lambda policy: policy.name))

    def with_steps(self, *steps: WorkflowStep) -> Application:
        """Return this application with further steps at the end of its workflow."""
        workflow = self.workflow or Workflow()
        return replace(self, workflow=replace(workflow, steps=(*workflow.steps, *steps)))

    def to_dict(self) -> dict[str, Any]:
        """Return the manifest: ``apiVersion``, ``kind``, ``metadata``, ``spec``."""
        return {
            "apiVersion": API_VERSION,
            "kind": KIND,
            "metadata": _filled(
                name=self.name, namespace=self.namespace, labels=self.labels, annotations=self.annotations
            ),
            "spec": {
                "components": [component.to_dict() for component in self.components],
                **_filled(
                    policies=[policy.to_dict() for policy in self.policies],
                    workflow=self.workflow.to_dict() if self.workflow else {},
                ),
            },
        }

    @classmethod
    def from_dict(cls, manifest: Mapping[str, Any]) -> Application:
        """Read an application; what a cluster adds (``status``, ``metadata.uid``...) is left out.

        Raises:
            InputError: it is no ``core.oam.dev/v1beta1`` Application, or has not its shape.
                :func:`compose2oam.oam.check.check_application` says more, and all at once.
        """
        found = f"{manifest.get('apiVersion')} {manifest.get('kind')}"
        if found != f"{API_VERSION} {KIND}":
            raise InputError(f"expected a manifest of {API_VERSION} {KIND}, found {found}")
        metadata, spec = _mapping(manifest, "metadata"), _mapping(manifest, "spec")
        workflow = _mapping(spec, "workflow")
        return cls(
            name=_text(metadata, "name", ""),
            namespace=_text(metadata, "namespace", ""),
            labels=_mapping(metadata, "labels"),
            annotations=_mapping(metadata, "annotations"),
            components=tuple(Component.from_dict(item) for item in _sequence(spec, "components")),
            policies=tuple(Policy.from_dict(item) for item in _sequence(spec, "policies")),
            workflow=Workflow.from_dict(workflow) if workflow else None,
        )


_Part = TypeVar("_Part")


def _joined(present: tuple[_Part, ...], more: tuple[_Part, ...], name: Callable[[_Part], str]) -> tuple[_Part, ...]:
    """Put parts in the places of those of the same names, the others at the end; a part without a name is another."""
    made = list(present)
    for part in more:
        places = [index for index, other in enumerate(made) if name(part) and name(other) == name(part)]
        if places:
            made[places[0]] = part
        else:
            made.append(part)
    return tuple(made)


def _filled(**parts: Any) -> dict[str, Any]:
    """Keep the parts that say something; an empty text, list or mapping does not."""
    return {key: value for key, value in parts.items() if value}


def _text(manifest: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = _fields(manifest).get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise InputError(f"{key} must be a string, found {_kind(value)}")
    return value


def _mapping(manifest: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = _fields(manifest).get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InputError(f"{key} must be a mapping, found {_kind(value)}")
    return value


def _sequence(manifest: Mapping[str, Any], key: str) -> list[Any]:
    value = _fields(manifest).get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError(f"{key} must be a list, found {_kind(value)}")
    return value


def _fields(manifest: Any) -> Mapping[str, Any]:
    if not isinstance(manifest, Mapping):
        raise InputError(f"expected a mapping, found {_kind(manifest)}")
    return manifest


def _kind(value: Any) -> str:
    return "nothing" if value is None else type(value).__name__
