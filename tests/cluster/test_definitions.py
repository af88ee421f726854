"""The definitions of a cluster as a catalogue, and whether what stands behind them works."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.capabilities import MARK, catalogue_from, pull, readiness
from compose2oam.cluster.client import Cluster
from compose2oam.cluster.definitions import Snapshot, read_definitions
from compose2oam.errors import ClusterError
from compose2oam.oam.catalogue import builtin, catalogue_of
from compose2oam.oam.check import check_application
from compose2oam.oam.definition import Definition, Kind

if TYPE_CHECKING:
    from conftest import FakeCluster

SCALER = {"type": "object", "properties": {"replicas": {"type": "integer", "default": 1}}, "required": ["replicas"]}
WARM = {"type": "object", "properties": {"size": {"type": "integer"}, "note": {"type": "string"}}, "required": ["size"]}
KEDA = {"ScaledObject": 'outputs: s: {\n apiVersion: "keda.sh/v1alpha1"\n kind: "ScaledObject"\n}'}


def seen(*namespaces: str) -> Snapshot:
    """What the fake cluster shows."""
    return read_definitions(Cluster(), namespaces)


def trait(snapshot: Snapshot, name: str) -> Definition:
    """A trait of a cluster."""
    found = catalogue_from(snapshot).find(Kind.TRAIT, name)
    assert found is not None
    return found


def template(text: str) -> dict[str, Any]:
    """The schematic of a definition."""
    return {"cue": {"template": text}}


def test_a_definition_of_the_platform_is_read_with_its_schema(cluster: FakeCluster) -> None:
    """Parameters, where it applies, what it does not go with: all that a built-in one has."""
    cluster.define(
        "TraitDefinition", "warm-up", WARM, appliesToWorkloads=["deployments.apps"], conflictsWith=["hpa"],
        podDisruptive=True, stage="PreDispatch", description="Warms copies up.",
    )  # fmt: skip
    found = trait(seen(), "warm-up")
    assert (found.summary, found.stage, found.pod_disruptive) == ("Warms copies up.", "PreDispatch", True)
    assert found.applies_to == ("deployments.apps",)
    assert set(found.conflicts_with) == {"hpa"}
    assert found.properties.fields["size"].required
    assert not found.properties.fields["note"].required


def test_a_definition_that_is_the_shipped_one_is_the_shipped_one(cluster: FakeCluster) -> None:
    """The catalogue knows more of it than a schema says."""
    cluster.define(
        "TraitDefinition", "scaler", SCALER, appliesToWorkloads=["deployments.apps", "statefulsets.apps"],
        podDisruptive=False,
    )  # fmt: skip
    assert trait(seen(), "scaler") == builtin().find(Kind.TRAIT, "scaler")


def test_a_definition_with_other_parameters_is_the_clusters(cluster: FakeCluster) -> None:
    """A platform may have replaced a built-in one; what it fights with stays known."""
    cluster.define(
        "TraitDefinition", "scaler", WARM, appliesToWorkloads=["deployments.apps", "statefulsets.apps"],
        podDisruptive=False,
    )  # fmt: skip
    found = trait(seen(), "scaler")
    assert set(found.properties.fields) == {"size", "note"}
    assert "hpa" in found.conflicts_with


def test_a_definition_without_a_schema_takes_anything(cluster: FakeCluster) -> None:
    """No schema is no reason for findings."""
    cluster.define("TraitDefinition", "plain", "{broken")
    assert trait(seen(), "plain").properties.values is not None


def test_the_definitions_of_a_namespace_go_before_the_systems(cluster: FakeCluster) -> None:
    """As KubeVela looks them up."""
    cluster.define("TraitDefinition", "warm-up", WARM)
    cluster.define("TraitDefinition", "warm-up", SCALER, namespace="team")
    assert set(trait(seen(), "warm-up").properties.fields) == {"size", "note"}
    assert set(trait(seen("team"), "warm-up").properties.fields) == {"replicas"}


def test_versions_are_told(cluster: FakeCluster) -> None:
    """The runtime's is that of the image which its controller runs."""
    cluster.deploy("kubevela-vela-core", image="ghcr.io/kubevela/oamdev/vela-core:v1.11.2@sha256:abc")
    snapshot = seen()
    assert (snapshot.kubernetes, snapshot.runtime, snapshot.context) == ("v1.31.0", "KubeVela v1.11.2", "test")


def test_an_addon_that_works_is_needed_no_more(cluster: FakeCluster) -> None:
    """Its resources are there, and its controllers are ready."""
    cluster.define("TraitDefinition", "keda-auto-scaler", schematic=template(KEDA["ScaledObject"]))
    cluster.resources("scaledobjects.keda.sh")
    cluster.deploy("keda-operator")
    snapshot = seen()
    assert trait(snapshot, "keda-auto-scaler").needs == ()
    assert readiness(trait(snapshot, "keda-auto-scaler"), snapshot) == ""


@pytest.mark.parametrize(
    ("resources", "ready", "trouble"),
    [
        ([], 1, "addon keda: no resource of keda.sh"),
        (["scaledobjects.keda.sh"], 0, "addon keda: the Deployment keda-operator is not ready"),
        (["scaledobjects.keda.sh"], None, "addon keda: no Deployment keda-operator"),
    ],
)
def test_an_addon_that_does_not_work_is_told(
    cluster: FakeCluster, resources: list[str], ready: int | None, trouble: str
) -> None:
    """A definition may be there without what it needs, and then an application hangs."""
    cluster.define("TraitDefinition", "keda-auto-scaler", schematic=template(KEDA["ScaledObject"]))
    cluster.resources(*resources)
    cluster.add("/apis/apps/v1/deployments")
    if ready is not None:
        cluster.deploy("keda-operator", ready=ready)
    snapshot = seen()
    assert readiness(trait(snapshot, "keda-auto-scaler"), snapshot) == trouble


def test_the_addon_of_a_definition_of_its_own_is_known_by_its_label(cluster: FakeCluster) -> None:
    """KubeVela labels what an addon brings along."""
    cluster.define("TraitDefinition", "warm-up", WARM, labels={"app.oam.dev/name": "addon-warmer"})
    cluster.deploy("warmer", ready=0, addon="warmer")
    snapshot = seen()
    assert readiness(trait(snapshot, "warm-up"), snapshot) == "addon warmer: the Deployment warmer is not ready"


def test_a_resource_that_is_not_there_is_needed(cluster: FakeCluster) -> None:
    """A template of the platform writes an object of a kind that the cluster has not."""
    text = 'outputs: w: {\n apiVersion: "warm.example.org/v1"\n kind: "Warmer"\n}'
    cluster.define("TraitDefinition", "warm-up", WARM, schematic=template(text))
    cluster.resources("others.example.org")
    assert trait(seen(), "warm-up").needs == (("crd", "warm.example.org"),)
    cluster.resources("warmers.warm.example.org")
    assert trait(seen(), "warm-up").needs == ()


def test_of_two_controllers_of_one_name_the_ready_one_counts(cluster: FakeCluster) -> None:
    """Deployments of other namespaces may be called alike."""
    cluster.define("TraitDefinition", "keda-auto-scaler", schematic=template(KEDA["ScaledObject"]))
    cluster.resources("scaledobjects.keda.sh")
    for ready in (1, 0):
        cluster.deploy("keda-operator", ready=ready)
    assert trait(seen(), "keda-auto-scaler").needs == ()


def test_the_files_of_the_working_folder_are_no_definitions_of_a_cluster(
    cluster: FakeCluster, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the command runs."""
    (tmp_path / "trait").mkdir()
    (tmp_path / "trait" / "mine.yaml").write_text("kind: trait\nname: mine\n")
    monkeypatch.chdir(tmp_path)
    cluster.define("TraitDefinition", "warm-up", WARM)
    assert catalogue_from(seen()).names(Kind.TRAIT) == ["warm-up"]


def test_what_may_not_be_read_is_taken_for_right(cluster: FakeCluster) -> None:
    """Not everybody may list Deployments and resources of a whole cluster."""
    cluster.define("TraitDefinition", "keda-auto-scaler", schematic=template(KEDA["ScaledObject"]))
    cluster.has["/apis/apps/v1/deployments"] = 403
    cluster.has["/apis/apiextensions.k8s.io/v1/customresourcedefinitions"] = 403
    assert trait(seen(), "keda-auto-scaler").needs == ()


def test_definitions_that_may_not_be_read_are_an_error(cluster: FakeCluster) -> None:
    """Without them there is nothing to say."""
    cluster.has["/apis/core.oam.dev/v1beta1/namespaces/vela-system/traitdefinitions"] = 403
    with pytest.raises(ClusterError, match=r"you may not read .*traitdefinitions"):
        seen()


def test_a_cluster_without_kubevela(cluster: FakeCluster) -> None:
    """The message says what is missing, and what to do."""
    del cluster.has["/apis/core.oam.dev/v1beta1"]
    with pytest.raises(ClusterError, match=r"no KubeVela in the cluster of the context test.*install KubeVela"):
        seen()


def test_only_what_the_cluster_has_is_known(cluster: FakeCluster) -> None:
    """A type that it has not is an error, with the way to get it where that is known."""
    cluster.define("TraitDefinition", "warm-up", WARM)
    catalogue = catalogue_from(seen())
    traits = [{"type": "keda-auto-scaler"}, {"type": "warm-up", "properties": {"sise": 1}}]
    component = {"name": "web", "type": "warm-up", "traits": traits}
    manifest = {"apiVersion": "core.oam.dev/v1beta1", "kind": "Application", "metadata": {"name": "a"}}
    found = check_application({**manifest, "spec": {"components": [component]}}, catalogue)
    assert [(one.code, one.severity.value) for one in found] == [
        ("OAM-131", "error"), ("OAM-131", "error"), ("OAM-141", "error"), ("OAM-143", "error"),
    ]  # fmt: skip
    assert "vela addon enable keda" in found[1].hint
    assert found[2].hint == "did you mean size?"


def test_a_pulled_folder_says_what_the_cluster_says(cluster: FakeCluster, tmp_path: pathlib.Path) -> None:
    """What is used offline is what was read."""
    cluster.define("TraitDefinition", "warm-up", WARM, conflictsWith=["hpa"])
    cluster.define("ComponentDefinition", "shop", SCALER, workload={"type": "deployments.apps"})
    snapshot = seen()
    folder = tmp_path / "capabilities"
    fill(snapshot, folder)
    offline, online = catalogue_of([folder]), catalogue_from(snapshot)
    assert list(offline.all()) == list(online.all())
    assert offline.complete


def fill(snapshot: Snapshot, folder: pathlib.Path) -> dict[str, str]:
    """Do what the command does, and return what became of each file."""
    found = pull(snapshot, folder)
    for item in found:
        if item.text:
            (folder / item.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / item.path).write_text(item.text)
    return {item.path.as_posix(): item.fate for item in found}


def test_pulling_again_keeps_what_a_user_wrote_and_deletes_nothing(
    cluster: FakeCluster, tmp_path: pathlib.Path
) -> None:
    """Only files that an earlier pull wrote are written anew; what the cluster lost is named."""
    cluster.define("TraitDefinition", "warm-up", WARM)
    cluster.define("TraitDefinition", "old", WARM)
    cluster.define("TraitDefinition", "mine", WARM)
    assert set(fill(seen(), tmp_path).values()) == {"new"}
    assert set(fill(seen(), tmp_path).values()) == {"same"}
    own = "kind: trait\nname: mine\nsummary: My own.\n"
    (tmp_path / "trait" / "mine.yaml").write_text(own)
    (tmp_path / "trait" / "extra.yaml").write_text("kind: trait\nname: extra\n")
    listed = cluster.has["/apis/core.oam.dev/v1beta1/namespaces/vela-system/traitdefinitions"]["items"]
    listed[:] = [item for item in listed if item["metadata"]["name"] != "old"]
    listed[0]["spec"]["appliesToWorkloads"] = ["*"]
    fates = fill(seen(), tmp_path)
    assert fates == {
        "cluster.yaml": "changed", "trait/warm-up.yaml": "changed", "trait/mine.yaml": "kept",
        "trait/old.yaml": "gone",
    }  # fmt: skip
    assert (tmp_path / "trait" / "mine.yaml").read_text() == own
    assert {path.stem for path in (tmp_path / "trait").iterdir()} == {"warm-up", "mine", "old", "extra"}
    assert (tmp_path / "trait" / "warm-up.yaml").read_text().startswith(MARK)


def test_the_published_definitions_of_kubevela_give_the_catalogue(cluster: FakeCluster, shared: pathlib.Path) -> None:
    """All that a KubeVela 1.11 publishes, read from a cluster, is what ships, but for needs that are met."""
    for entry in json.loads((shared / "kubevela" / "definitions.json").read_text()):
        words = entry["kind"].removesuffix("Definition").lower()
        file = shared / "kubevela" / "schemas" / words / f"{entry['name']}.json"
        schema = json.loads(file.read_text()) if file.is_file() else None
        description = entry["annotations"]["definition.oam.dev/description"]
        cluster.define(entry["kind"], entry["name"], schema, description=description, **entry["spec"])
    for path in ("deployments", "customresourcedefinitions", "ingressclasses"):
        group = {"deployments": "apps", "customresourcedefinitions": "apiextensions.k8s.io"}.get(
            path, "networking.k8s.io"
        )
        cluster.has[f"/apis/{group}/v1/{path}"] = 403
    other = [
        (item.kind.value, item.name)
        for item in catalogue_from(seen()).all()
        if item.properties != (builtin().find(item.kind, item.name) or item).properties
    ]
    assert other == [("trait", "pvc"), ("workflowstep", "notification")]


def test_a_raw_object_of_a_kind_that_the_cluster_has_needs_nothing(
    cluster: FakeCluster, tmp_path: pathlib.Path
) -> None:
    """Live and offline: the group is there."""
    cluster.define("ComponentDefinition", "k8s-objects", workload={"type": "autodetects.core.oam.dev"})
    objects = [{"apiVersion": "serving.knative.dev/v1", "kind": "Service"}]
    component = {"name": "thumbs", "type": "k8s-objects", "properties": {"objects": objects}}
    manifest = {"apiVersion": "core.oam.dev/v1beta1", "kind": "Application", "metadata": {"name": "a"}}
    manifest["spec"] = {"components": [component]}
    assert [one.code for one in check_application(manifest, catalogue_from(seen()))] == ["OAM-133"]
    cluster.resources("services.serving.knative.dev")
    snapshot = seen()
    fill(snapshot, tmp_path)
    assert check_application(manifest, catalogue_from(snapshot)) == []
    assert check_application(manifest, catalogue_of([tmp_path])) == []


def old_crd(plural: str, kind: str, **fields: Any) -> dict[str, Any]:
    """A custom resource of the older runtime."""
    spec = {"type": "object", "properties": fields, "required": list(fields)[:1]}
    schema = {"openAPIV3Schema": {"description": f"{kind} is one. Really.", "properties": {"spec": spec}}}
    versions = [{"name": "v1alpha2", "storage": True, "schema": schema}]
    return {"spec": {"group": "core.oam.dev", "names": {"plural": plural, "kind": kind}, "versions": versions}}


def test_the_older_runtime_is_read_by_the_resources_of_its_definitions(cluster: FakeCluster) -> None:
    """Workloads, traits and scopes of v1alpha2, with the parameters that their resources take."""
    del cluster.has["/apis/core.oam.dev/v1beta1"]
    cluster.has["/apis/core.oam.dev/v1alpha2"] = {"kind": "APIResourceList"}
    crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    for plural, kind, sort, spec in [
        ("containerizedworkloads", "ContainerizedWorkload", "workload", {}),
        ("manualscalertraits", "ManualScalerTrait", "trait", {"appliesToWorkloads": ["deployments.apps"]}),
        ("healthscopes", "HealthScope", "scope", {"allowComponentOverlap": True}),
    ]:
        name = f"{plural}.core.oam.dev"
        item = {"metadata": {"name": name}, "spec": {**spec, "definitionRef": {"name": name}}}
        cluster.add(f"/apis/core.oam.dev/v1alpha2/{sort}definitions", item)
        cluster.has[f"{crds}/{name}"] = old_crd(plural, kind, count={"type": "integer"})
        cluster.resources(name)
    lost = {"metadata": {"name": "lost.example.org"}, "spec": {"definitionRef": {"name": "lost.example.org"}}}
    cluster.add("/apis/core.oam.dev/v1alpha2/traitdefinitions", lost)
    cluster.deploy("oam", image="crossplane/oam-kubernetes-runtime:v0.3.2")
    snapshot = seen()
    assert snapshot.runtime == "oam-kubernetes-runtime v0.3.2"
    catalogue = catalogue_from(snapshot)
    scaler = catalogue.find(Kind.TRAIT, "manualscalertraits.core.oam.dev")
    assert scaler is not None
    assert (scaler.applies_to, scaler.makes, scaler.summary) == (
        ("deployments.apps",), ("ManualScalerTrait",), "ManualScalerTrait is one",
    )  # fmt: skip
    assert scaler.properties.fields["count"].required
    workload = catalogue.find(Kind.COMPONENT, "containerizedworkloads.core.oam.dev")
    assert workload is not None
    assert workload.workload == "containerizedworkloads.core.oam.dev"
    assert catalogue.names(Kind.SCOPE) == ["healthscopes.core.oam.dev"]
    missing = catalogue.find(Kind.TRAIT, "lost.example.org")
    assert missing is not None
    assert readiness(missing, snapshot) == "crd lost.example.org is missing"
