"""The middle of the compiler: what a Compose project means in Kubernetes' own terms, for any target.

The vocabulary is closed: a rule that writes, or a carrier that carries, a field that is not in :data:`FIELDS` does not
load.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.model.dataclass import dataclass, field
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.path import Path

VALUE = "value"  # one rule writes it
LIST = "list"  # rules append to it
MAP = "map"  # rules write different keys of it


class Field(NamedTuple):
    """A field of the workload model.

    Attributes:
        shape: ``value``, ``list`` or ``map``: how the contributions of several rules come together.
        summary: what it holds, with the Kubernetes field it stands for.
    """

    shape: str
    summary: str


FIELDS: Mapping[str, Field] = {
    # The workload and what operates it.
    "controller": Field(VALUE, "Deployment, StatefulSet, DaemonSet, Job, CronJob, KnativeService or Function"),
    "replicas": Field(VALUE, "spec.replicas; parallelism and completions of a Job"),
    "schedule": Field(VALUE, "CronJob spec.schedule"),
    "concurrencyPolicy": Field(VALUE, "CronJob spec.concurrencyPolicy"),
    "restartPolicy": Field(VALUE, "restartPolicy of a Job's pods: Never or OnFailure"),
    "backoffLimit": Field(VALUE, "Job spec.backoffLimit"),
    "strategy": Field(VALUE, "spec.strategy of a Deployment, with integers"),
    "nodesAtOnce": Field(VALUE, "maxUnavailable of a DaemonSet's rolling update"),
    "minReadySeconds": Field(VALUE, "spec.minReadySeconds"),
    "autoscale": Field(VALUE, "min, max, cpu, memory (percent of the request) of a horizontal autoscaler"),
    "eventScaling": Field(VALUE, "min, max, triggers, pollingInterval, cooldownPeriod of an autoscaler by events"),
    "canary": Field(VALUE, "steps (weight, replicas, duration) and routing of a release in steps"),
    "dependsOn": Field(LIST, "names of workloads that must be healthy, or complete, before"),
    "publish": Field(VALUE, "how its ports are reached from outside: LoadBalancer or NodePort"),
    "nodePort": Field(VALUE, "nodePort of its one published port"),
    "externalTrafficPolicy": Field(VALUE, "externalTrafficPolicy of the Service that publishes its ports"),
    "hostPorts": Field(VALUE, "true: its published ports are hostPorts of the container"),
    "gateway": Field(VALUE, "domain, paths, class, tlsSecret, annotations of an HTTP route from outside"),
    # The container.
    "image": Field(VALUE, "containers[].image"),
    "imagePullPolicy": Field(VALUE, "containers[].imagePullPolicy"),
    "imagePullSecrets": Field(VALUE, "names of spec.imagePullSecrets"),
    "command": Field(VALUE, "containers[].command, escaped for Kubernetes' $(VAR)"),
    "args": Field(VALUE, "containers[].args, escaped for Kubernetes' $(VAR)"),
    "workingDir": Field(VALUE, "containers[].workingDir"),
    "tty": Field(VALUE, "containers[].tty"),
    "stdin": Field(VALUE, "containers[].stdin"),
    "env": Field(LIST, "containers[].env: name, and value or valueFrom"),
    "ports": Field(LIST, "containerPort, protocol, name; appProtocol, published, hostPort, hostIP where asked for"),
    "readinessProbe": Field(VALUE, "containers[].readinessProbe"),
    "livenessProbe": Field(VALUE, "containers[].livenessProbe"),
    "startupProbe": Field(VALUE, "containers[].startupProbe"),
    "lifecycle": Field(MAP, "containers[].lifecycle: postStart, preStop"),
    "resources": Field(MAP, "containers[].resources: limits, requests"),
    "securityContext": Field(MAP, "containers[].securityContext"),
    "mounts": Field(
        LIST,
        "volumes and volumeMounts in one: kind (pvc, configMap, secret, emptyDir, hostPath, image), volume, source, "
        "mountPath, subPath, readOnly, mode, items, medium, sizeLimit, propagation; shared if others mount it; "
        "prepopulate if it is filled from the image",
    ),
    # The pod.
    "podOf": Field(VALUE, "the workload in whose pod it is one more container; its pod fields join those of that one"),
    "shareProcessNamespace": Field(VALUE, "spec.shareProcessNamespace"),
    "volumes": Field(LIST, "spec.volumes that its guests alone mount, each as in `mounts`"),
    "podLabels": Field(MAP, "template.metadata.labels"),
    "podAnnotations": Field(MAP, "template.metadata.annotations"),
    "workloadAnnotations": Field(MAP, "metadata.annotations of the workload alone"),
    "hostname": Field(VALUE, "spec.hostname"),
    "subdomain": Field(VALUE, "spec.subdomain"),
    "hostNetwork": Field(VALUE, "spec.hostNetwork"),
    "hostPID": Field(VALUE, "spec.hostPID"),
    "hostIPC": Field(VALUE, "spec.hostIPC"),
    "hostUsers": Field(VALUE, "spec.hostUsers"),
    "enableServiceLinks": Field(VALUE, "spec.enableServiceLinks"),
    "dnsPolicy": Field(VALUE, "spec.dnsPolicy"),
    "dnsConfig": Field(MAP, "spec.dnsConfig: nameservers, searches, options"),
    "hostAliases": Field(VALUE, "spec.hostAliases"),
    "terminationGracePeriodSeconds": Field(VALUE, "spec.terminationGracePeriodSeconds"),
    "runtimeClassName": Field(VALUE, "spec.runtimeClassName"),
    "serviceAccountName": Field(VALUE, "spec.serviceAccountName"),
    "podSecurityContext": Field(MAP, "spec.securityContext"),
    "nodeRequirements": Field(LIST, "matchExpressions of one required nodeSelectorTerm"),
    "tolerations": Field(LIST, "spec.tolerations"),
    "onePerNode": Field(VALUE, "true: no two replicas on one node (required podAntiAffinity)"),
    "spread": Field(VALUE, "topology keys to spread over (topologySpreadConstraints, ScheduleAnyway)"),
    "initContainers": Field(LIST, "spec.initContainers"),
    # What stands beside it.
    "addresses": Field(LIST, "names under which other workloads find it: name, headless"),
    "extra": Field(MAP, "what rules of a platform say to carriers of its own, by name"),
    "isolation": Field(VALUE, "published: all reach its published ports; reaches: peers; nothing: no traffic at all"),
    "objects": Field(LIST, "objects to make: group (volumes, configs, network, secrets) and manifest"),
}

# The fields that stand in a container (Container v1 core) as they do here, in the order in which people read it.
CONTAINER_FIELDS = (
    "image",
    "imagePullPolicy",
    "command",
    "args",
    "workingDir",
    "tty",
    "stdin",
    "env",
    "resources",
    "readinessProbe",
    "livenessProbe",
    "startupProbe",
    "lifecycle",
)


@dataclass(frozen=True, slots=True)
class Workload:
    """One service, in Kubernetes' terms.

    Attributes:
        name: the name of the workload: an RFC 1035 label.
        service: the name of the Compose service.
        fields: values by the names of :data:`FIELDS`; an absent field is the cluster's default.
        writers: for each field, the codes of the rules that wrote it.
        guests: the workloads that are further containers of its pod, with the fields of a container alone.
        joined: of a guest, the fields that went into those of its host.
    """

    name: str
    service: str
    fields: Mapping[str, Any]
    writers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    guests: tuple[Workload, ...] = ()
    joined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Object:
    """A Kubernetes object that an application needs beside its workloads.

    Attributes:
        group: ``volumes``, ``configs``, ``network`` or ``secrets``; objects of a group travel together.
        manifest: the object, without a namespace.
        path: the place in the Compose model it comes from.
    """

    group: str
    manifest: Mapping[str, Any]
    path: Path = ()

    @property
    def target(self) -> Path:
        """Its place in the application, by kind and name."""
        return ("objects", self.manifest["kind"], self.manifest["metadata"]["name"])


@dataclass(frozen=True, slots=True)
class Workloads:
    """A whole project, in Kubernetes' terms.

    Attributes:
        name: the application's name: an RFC 1123 label.
        namespace: where it goes.
        workloads: one per service, in file order.
        objects: what stands beside them, in the order of their places in the project.
    """

    name: str
    namespace: str
    workloads: tuple[Workload, ...]
    objects: tuple[Object, ...] = ()


class Part(dict[str, Any]):
    """An item of a list field that knows the place of the Compose service it was made from."""

    __slots__ = ("path",)

    def __init__(self, items: Any = (), path: Path = ()) -> None:
        super().__init__(items)
        self.path = path


class Rendered(dict[str, Any]):
    """A part of a manifest whose entries know the fields of the workload that they were made from."""

    __slots__ = ("fields",)

    def __init__(self, items: Any = (), fields: Mapping[str, str] | None = None) -> None:
        super().__init__(items)
        self.fields = fields or {}
