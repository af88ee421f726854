"""A component as the workload that it renders to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from compose2oam.model.oam import Component, Trait

Tree = dict[str, Any]

# The component types whose rendering is known, and the kind of each.
KINDS = {
    "webservice": "Deployment",
    "worker": "Deployment",
    "statefulset": "StatefulSet",
    "daemon": "DaemonSet",
    "task": "Job",
    "cron-task": "CronJob",
}


@dataclass(slots=True)
class Rendered:
    """A component as its workload.

    Attributes:
        component: what it was rendered from.
        manifest: the workload: ``metadata`` and ``spec``, with the pod template in its place.
        ports: the ports that get a Service: ``port``, ``protocol``.
        hpa: the properties of an autoscaler.
        gateway: the properties of a route from outside.
        implied: the resources whose request and limit were said in one number.
        properties: the properties that are not rendered.
        traits: the traits that are not rendered, in order.
    """

    component: Component
    manifest: Tree
    ports: list[Tree] = field(default_factory=list)
    hpa: Tree = field(default_factory=dict)
    gateway: Tree = field(default_factory=dict)
    implied: frozenset[str] = frozenset()
    properties: Tree = field(default_factory=dict)
    traits: list[Trait] = field(default_factory=list)

    @property
    def spec(self) -> Tree:
        """The ``spec`` of the workload."""
        found: Tree = self.manifest["spec"]
        return found

    @property
    def template(self) -> Tree:
        """The pod template."""
        spec = self.spec["jobTemplate"]["spec"] if "jobTemplate" in self.spec else self.spec
        found: Tree = spec["template"]
        return found

    @property
    def pod(self) -> Tree:
        """The ``spec`` of the pod."""
        found: Tree = self.template["spec"]
        return found

    @property
    def container(self) -> Tree:
        """The first container of the pod: the one of the component's name."""
        found: Tree = self.pod["containers"][0]
        return found
