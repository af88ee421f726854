"""How KubeVela's traits change a workload.

A renderer returns whether it rendered all of a trait; a trait that it leaves is kept as it was written.
"""

from __future__ import annotations

from collections.abc import Callable

from compose2oam.importer import mounts
from compose2oam.importer.patches import merge, operate
from compose2oam.importer.properties import of_template
from compose2oam.importer.rendered import Rendered, Tree


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
    present = {} if given.get("replace") else {item["name"]: item for item in made.container.get("env", ())}
    present.update({name: {"name": name, "value": str(value)} for name, value in (given.get("env") or {}).items()})
    # What is unset is not set either (definition `env`).
    made.container["env"] = [item for name, item in present.items() if name not in (given.get("unset") or ())]
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
    "storage": lambda made, given: mounts.store(made.pod, given),
    "affinity": _affinity,
    "topologyspreadconstraints": _spread,
    "labels": of_template("labels"),
    "annotations": of_template("annotations"),
    "json-merge-patch": _merge_patch,
    "json-patch": _json_patch,
    "sidecar": _sidecar,
}
