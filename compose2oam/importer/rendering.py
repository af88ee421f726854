"""What a component renders to: its workload, as KubeVela makes it of properties, traits and patches.

Only what Compose may have a word for is rendered. What is not stays in :attr:`Rendered.properties` and
:attr:`Rendered.traits` as it was written. One table holds the properties, the other the traits.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from compose2oam.importer import mounts
from compose2oam.importer.patches import PatchError, merge, operate
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
        objects: objects that its traits make.
        properties: the properties that are not rendered.
        traits: the traits that are not rendered, in order.
    """

    component: Component
    manifest: Tree
    ports: list[Tree] = field(default_factory=list)
    hpa: Tree = field(default_factory=dict)
    gateway: Tree = field(default_factory=dict)
    implied: frozenset[str] = frozenset()
    objects: list[Tree] = field(default_factory=list)
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


def render(component: Component) -> Rendered:
    """Render a component of one of the types in :data:`KINDS`, or of a type that takes the same properties."""
    template: Tree = {"metadata": {}, "spec": {"containers": [{"name": component.name}]}}
    spec: Tree = {"template": template}
    if component.type == "cron-task":
        spec = {"jobTemplate": {"spec": spec}}
    made = Rendered(component, {"metadata": {}, "spec": spec})
    for key, value in component.properties.items():
        rendered = PROPERTIES.get(key)
        if rendered is None or not _is_rendered(rendered, made, value):
            made.properties[key] = value
    _settle_resources(made)
    for trait in component.traits:
        rendered_trait = TRAITS.get(trait.type)
        if rendered_trait is None or not _tried(rendered_trait, made, trait):
            made.traits.append(trait)
    return made


def _is_rendered(rendered: Callable[[Rendered, Any], bool], made: Rendered, value: Any) -> bool:
    """Render a property; one that has not its shape is left as it was written."""
    try:
        return rendered(made, copy.deepcopy(value))
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def _tried(rendered: Callable[[Rendered, Tree], bool], made: Rendered, trait: Trait) -> bool:
    """Render a trait; one that does not fit what is there is left as it was written."""
    before = copy.deepcopy(made.manifest)
    try:
        done = rendered(made, copy.deepcopy(trait.properties))
    except (PatchError, AttributeError, KeyError, TypeError, ValueError):
        done = False
    if not done:
        made.manifest = before
    return done


def _of_container(name: str, shape: type) -> Callable[[Rendered, Any], bool]:
    def put(made: Rendered, value: Any) -> bool:
        if not isinstance(value, shape):
            return False
        made.container[name] = value
        return True

    return put


def _variables(made: Rendered, value: Any) -> bool:
    """Take variables as a list, or by their names, as definitions of others do."""
    if isinstance(value, dict):
        made.container["env"] = [{"name": name, "value": str(text)} for name, text in value.items()]
        return True
    made.container["env"] = [{**item, "name": str(item["name"])} for item in value]
    return True


def _of_template(name: str) -> Callable[[Rendered, Any], bool]:
    def put(made: Rendered, value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        made.template["metadata"].setdefault(name, {}).update({key: str(text) for key, text in value.items()})
        return True

    return put


def _ports(made: Rendered, value: Any) -> bool:
    """Take ports that Compose can say: all in the Service, under the number that the container has."""
    if made.component.properties.get("exposeType", "ClusterIP") != "ClusterIP":
        return False
    plain = True
    for item in value:
        protocol = str(item.get("protocol") or "TCP")
        known = set(item) <= {"port", "protocol", "expose", "containerPort"}
        plain = plain and known and item.get("containerPort", item["port"]) == item["port"] and bool(item.get("expose"))
        if item.get("expose"):
            made.ports.append({"port": int(item["port"]), "protocol": protocol})
    return plain


def _older_volumes(made: Rendered, value: Any) -> bool:
    """Take the older way to mount, which the newer one puts out of force."""
    return "volumeMounts" not in made.component.properties and mounts.render_list(made.pod, value)


def _pull_secrets(made: Rendered, value: Any) -> bool:
    made.pod["imagePullSecrets"] = [{"name": name} for name in value]
    return True


def _host_aliases(made: Rendered, value: Any) -> bool:
    made.pod["hostAliases"] = value
    return True


def _quantity(name: str) -> Callable[[Rendered, Any], bool]:
    def put(made: Rendered, value: Any) -> bool:
        resources = made.container.setdefault("resources", {})
        resources.setdefault("requests", {})[name] = str(value)
        return True

    return put


def _limit(made: Rendered, value: Any) -> bool:
    resources = made.container.setdefault("resources", {})
    resources["limits"] = {key: str(amount) for key, amount in value.items()}
    return True


def _settle_resources(made: Rendered) -> None:
    """What ``limit`` does not say, is limited to what is requested; a limit alone says nothing (webservice)."""
    resources = made.container.get("resources")
    if resources is not None:
        requests = resources.setdefault("requests", {})
        limits = {key: amount for key, amount in resources.get("limits", {}).items() if key in requests}
        made.implied = frozenset(requests) - frozenset(limits)
        resources["limits"] = {**requests, **limits}


def _count(made: Rendered, value: Any) -> bool:
    made.spec["count"] = value
    return True


def _restart(made: Rendered, value: Any) -> bool:
    made.pod["restartPolicy"] = value
    return True


def _of_spec(name: str) -> Callable[[Rendered, Any], bool]:
    def put(made: Rendered, value: Any) -> bool:
        made.spec[name] = value
        return True

    return put


PROPERTIES: dict[str, Callable[[Rendered, Any], bool]] = {
    "image": _of_container("image", str),
    "imagePullPolicy": _of_container("imagePullPolicy", str),
    "imagePullSecrets": _pull_secrets,
    "cmd": _of_container("command", list),
    "args": _of_container("args", list),
    "env": _variables,
    "cpu": _quantity("cpu"),
    "memory": _quantity("memory"),
    "limit": _limit,
    "ports": _ports,
    "labels": _of_template("labels"),
    "annotations": _of_template("annotations"),
    "readinessProbe": _of_container("readinessProbe", dict),
    "livenessProbe": _of_container("livenessProbe", dict),
    "volumeMounts": lambda made, value: mounts.render(made.pod, value),
    "volumes": _older_volumes,
    "hostAliases": _host_aliases,
    "count": _count,
    "restart": _restart,
    "schedule": _of_spec("schedule"),
    "backoffLimit": _of_spec("backoffLimit"),
}


def _is_own(made: Rendered, given: Tree) -> bool:
    """Whether a trait is about the component's own container, and says it in the plain form."""
    return "containers" not in given and given.pop("containerName", made.component.name) == made.component.name


def _scaler(made: Rendered, given: Tree) -> bool:
    made.spec["replicas"] = int(given.get("replicas", 1))
    return True


def _hpa(made: Rendered, given: Tree) -> bool:
    expected = "StatefulSet" if made.component.type == "statefulset" else "Deployment"
    known = set(given) <= {"min", "max", "cpu", "mem", "targetKind"}
    kinds = all(given[key].get("type") == "Utilization" for key in ("cpu", "mem") if key in given)
    if not known or not kinds or "cpu" not in given or given.get("targetKind", "Deployment") != expected:
        return False
    made.hpa = given
    return True


def _gateway(made: Rendered, given: Tree) -> bool:
    known = set(given) <= {"domain", "http", "class", "classInSpec", "secretName", "existingServiceName"}
    own = given.get("existingServiceName") == made.component.name and given.get("classInSpec") is True
    if not known or not own or not made.ports or not given.get("domain"):
        return False
    made.gateway = given
    return True


def _strategy(made: Rendered, given: Tree) -> bool:
    if made.component.type not in ("webservice", "worker") or given.get("strategy") != {"type": "Recreate"}:
        return False
    made.spec["strategy"] = {"type": "Recreate"}
    return True


def _resource(made: Rendered, given: Tree) -> bool:
    requests, limits = given.get("requests"), given.get("limits")
    if requests is None and limits is None and {"cpu", "memory"} <= set(given):
        requests = limits = {"cpu": given["cpu"], "memory": given["memory"]}
        made.implied = frozenset(requests)
    if not requests or not limits or not all({"cpu", "memory"} <= set(half) for half in (requests, limits)):
        return False
    texts = [{key: str(amount) for key, amount in half.items()} for half in (requests, limits)]
    made.container["resources"] = {"requests": texts[0], "limits": texts[1]}
    return True


def _command(made: Rendered, given: Tree) -> bool:
    if not _is_own(made, given) or not set(given) <= {"command", "args"}:
        return False
    made.container.update(given)
    return True


def _env(made: Rendered, given: Tree) -> bool:
    if not _is_own(made, given) or not set(given) <= {"env", "replace", "unset"}:
        return False
    present = {item["name"]: item for item in made.container.get("env", ())}
    if given.get("replace"):
        present = {}
    for name in given.get("unset") or ():
        present.pop(name, None)
    present.update({name: {"name": name, "value": str(value)} for name, value in (given.get("env") or {}).items()})
    made.container["env"] = list(present.values())
    return True


def _host_ports(made: Rendered, given: Tree) -> bool:
    if not _is_own(made, given):
        return False
    made.container["ports"] = given["ports"]
    return all(port.get("hostPort") for port in given["ports"])


def _startup_probe(made: Rendered, given: Tree) -> bool:
    if not _is_own(made, given) or "probes" in given:
        return False
    made.container["startupProbe"] = given
    return True


def _lifecycle(made: Rendered, given: Tree) -> bool:
    made.container["lifecycle"] = given
    return True


_SECURITY = {"privileged": False, "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": False}


def _security_context(made: Rendered, given: Tree) -> bool:
    if not _is_own(made, given):
        return False
    context = made.container.setdefault("securityContext", {})
    for key, name in (("add", "addCapabilities"), ("drop", "dropCapabilities")):
        if given.get(name):
            context.setdefault("capabilities", {})[key] = given[name]
        given.pop(name, None)
    context.update({**_SECURITY, "runAsNonRoot": True, **given})
    return True


def _pod_security_context(made: Rendered, given: Tree) -> bool:
    made.pod.setdefault("securityContext", {}).update({"runAsNonRoot": True, **given})
    return True


def _service_account(made: Rendered, given: Tree) -> bool:
    if set(given) != {"name"}:
        return False
    made.pod["serviceAccountName"] = given["name"]
    return True


def _host_alias(made: Rendered, given: Tree) -> bool:
    made.pod.setdefault("hostAliases", []).extend(given["hostAliases"])
    return True


def _affinity(made: Rendered, given: Tree) -> bool:
    tolerations = given.pop("tolerations", None)
    if tolerations:
        made.pod["tolerations"] = tolerations
    if given:
        made.pod["affinity"] = given
    return True


def _spread(made: Rendered, given: Tree) -> bool:
    made.pod["topologySpreadConstraints"] = given["constraints"]
    return True


def _sidecar(made: Rendered, given: Tree) -> bool:
    """Take a further container; its mounts are of volumes that the pod has."""
    if not set(given) <= {"name", "image", "cmd", "args", "env", "volumes", "livenessProbe", "readinessProbe"}:
        return False
    container = {"name": given["name"], "image": given["image"]}
    for name, key in (("cmd", "command"), ("args", "args"), ("env", "env")):
        if given.get(name):
            container[key] = given[name]
    for key in ("livenessProbe", "readinessProbe"):
        if given.get(key):
            container[key] = given[key]
    if given.get("volumes"):
        known = [volume["name"] for volume in made.pod.get("volumes") or ()]
        if not all(item["name"] in known for item in given["volumes"]):
            return False
        container["volumeMounts"] = [{"name": item["name"], "mountPath": item["path"]} for item in given["volumes"]]
    made.pod["containers"].append(container)
    return True


def _merge_patch(made: Rendered, given: Tree) -> bool:
    containers = made.pod["containers"]
    merge(made.manifest, given)
    return bool(made.pod.get("containers")) and made.pod["containers"][0].get("name") == containers[0]["name"]


def _json_patch(made: Rendered, given: Tree) -> bool:
    for item in given.get("operations") or ():
        operate(made.manifest, item)
    return True


TRAITS: dict[str, Callable[[Rendered, Tree], bool]] = {
    "scaler": _scaler,
    "hpa": _hpa,
    "gateway": _gateway,
    "k8s-update-strategy": _strategy,
    "resource": _resource,
    "command": _command,
    "env": _env,
    "container-ports": _host_ports,
    "startup-probe": _startup_probe,
    "lifecycle": _lifecycle,
    "securitycontext": _security_context,
    "podsecuritycontext": _pod_security_context,
    "service-account": _service_account,
    "hostalias": _host_alias,
    "storage": lambda made, given: mounts.store(made.pod, given, made.objects),
    "affinity": _affinity,
    "topologyspreadconstraints": _spread,
    "labels": lambda made, given: _of_template("labels")(made, given),
    "annotations": lambda made, given: _of_template("annotations")(made, given),
    "json-merge-patch": _merge_patch,
    "json-patch": _json_patch,
    "sidecar": _sidecar,
}
