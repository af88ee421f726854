"""What a cluster has of what the project needs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Final

from compose2oam.doctor.rights import look, namespace_of
from compose2oam.doctor.scene import Check, Found, Scene, State, few, ok, warn

_CLASSES: Final = "/apis/storage.k8s.io/v1/storageclasses"
_USUAL: Final = "storageclass.kubernetes.io/is-default-class"
_INGRESSES: Final = "/apis/networking.k8s.io/v1/ingressclasses"


def _kubeconfig(scene: Scene) -> Found:
    from compose2oam.cluster.client import Cluster

    scene.cluster = Cluster(scene.asked.context, scene.asked.kubeconfig, "up")
    return ok(f"context {scene.cluster.context}, {scene.cluster.server}")


def _reach(scene: Scene) -> Found:
    begin = time.monotonic()
    version = scene.cluster.get("/version") or {}
    taken = (time.monotonic() - begin) * 1000
    scene.answer = str(version.get("gitVersion") or "of no known version")
    return ok(f"Kubernetes {scene.answer} answers within {taken:.0f} ms")


def _runtime(scene: Scene) -> Found:
    from compose2oam.capabilities import catalogue_from
    from compose2oam.cluster import runtimes
    from compose2oam.cluster.client import Refused
    from compose2oam.cluster.definitions import read_definitions
    from compose2oam.rules.rulebook import load_rulebook

    if scene.asked.target:
        runtimes.require(scene.cluster, runtimes.OF_WRITTEN[scene.rules.target.writes])
    else:
        scene.rules = load_rulebook(runtimes.target_for(scene.cluster), scene.asked.mappings)
    if scene.rules.target.writes == "objects":
        return ok("plain objects need none")
    try:
        snapshot = read_definitions(scene.cluster, [namespace_of(scene)])
    except Refused as error:
        if error.status != 403:
            raise
        hint = "the definitions that ship with compose2oam stand in; for more, ask whoever runs the cluster"
        return warn("its definitions may not be read", hint)
    scene.snapshot, scene.catalogue = snapshot, catalogue_from(snapshot)
    said = f"{snapshot.runtime}, {len(snapshot.manifests)} definitions"
    if not snapshot.manifests:
        return warn(said, "the runtime is not whole: install it again")
    return ok(said)


def _addons(scene: Scene) -> Found:
    from compose2oam.capabilities import readiness
    from compose2oam.oam.catalogue import builtin

    if scene.conversion.application is None:
        return ok("the target has none")
    if not hasattr(scene, "snapshot"):
        return Found(State.SKIP, "not looked at, because of: runtime")
    used = set(_types(scene.conversion.application.to_dict()))
    needing, lacking, hints = set(), [], []
    for definition in scene.catalogue.all():
        if definition.name not in used:
            continue
        known = builtin().find(definition.kind, definition.name)
        needing |= {name for sort, name in (known or definition).needs if sort == "addon"}
        why = readiness(definition, scene.snapshot)
        if why:
            lacking.append(f"{definition.name} cannot work: {why}")
            addons = [builtin().addons.get(name) for sort, name in definition.needs if sort == "addon"]
            hints += [addon.install for addon in addons if addon and addon.install]
    if lacking:
        return warn("; ".join(lacking), "; ".join(dict.fromkeys(hints)) or "install what is missing")
    return ok(f"all there: {few(sorted(needing))}" if needing else "the project needs none")


def _types(application: dict[str, Any]) -> Iterator[str]:
    """Go through the types that an application names."""
    spec = application.get("spec") or {}
    steps = (spec.get("workflow") or {}).get("steps") or []
    parts = [*(spec.get("components") or []), *(spec.get("policies") or []), *steps]
    for part in parts:
        for item in (part, *(part.get("traits") or []), *(part.get("subSteps") or [])):
            yield str(item.get("type", ""))


def _storage(scene: Scene) -> Found:
    volumes = list(scene.project.section("volumes"))
    if not volumes:
        return ok("the project has no volumes")
    classes = _listed(scene, _CLASSES)
    if classes is None:
        return _unseen("storage classes")
    names = [str(item["metadata"]["name"]) for item in classes]
    wanted = scene.asked.settings.storage_class
    if wanted and wanted not in names:
        return warn(f"there is no storage class {wanted}", f"there is {few(names) or 'none at all'}")
    usual = [item for item in classes if (item["metadata"].get("annotations") or {}).get(_USUAL) == "true"]
    if usual or wanted:
        return ok(wanted or f"{usual[0]['metadata']['name']} is the default")
    hint = f"name one with --storage-class: {few(names)}" if names else "install a provisioner of volumes"
    return warn(f"no storage class is the default, for {few(volumes)}", hint)


def _ingress(scene: Scene) -> Found:
    made = scene.conversion
    kinds = {str(document.get("kind")) for document in made.documents}
    kinds |= set(_types(made.application.to_dict())) if made.application else set()
    if kinds.isdisjoint({"Ingress", "gateway"}):
        return ok("the project has no Ingress")
    classes = _listed(scene, _INGRESSES)
    if classes is None:
        return _unseen("ingress classes")
    names = [str(item["metadata"]["name"]) for item in classes]
    wanted = scene.asked.settings.ingress_class
    if not names or (wanted and wanted not in names):
        missing = f"there is no ingress class {wanted or 'at all'}"
        return warn(
            missing, f"name one with --ingress-class: {few(names)}" if names else "install an Ingress controller"
        )
    return ok(few(names))


def _listed(scene: Scene, path: str) -> list[dict[str, Any]] | None:
    """Return the objects of a list, ``None`` if they may not be read."""
    from compose2oam.cluster.client import Refused

    try:
        return list(scene.cluster.items(path) or ())
    except Refused as error:
        if error.status != 403:
            raise
        return None


def _unseen(what: str) -> Found:
    return warn(f"the {what} may not be read", "ask whoever runs the cluster whether there is one")


FIRST: Final = (
    Check("kubeconfig", _kubeconfig, (), True),
    Check("cluster", _reach, ("cluster",), True),
    Check("runtime", _runtime, ("answer", "rules"), True),
)
REST: Final = (
    Check("addons", _addons, ("answer", "conversion"), True),
    Check("rights", look, ("answer", "rules"), True),
    Check("storage", _storage, ("answer", "project"), True),
    Check("ingress", _ingress, ("answer", "conversion"), True),
)
