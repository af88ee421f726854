"""An application of anybody, as a Compose project."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from compose2oam.errors import InputError
from compose2oam.importer.comparison import same
from compose2oam.importing import Imported, import_application
from compose2oam.model.oam import Application, Component
from compose2oam.model.outcome import Outcome

if TYPE_CHECKING:
    from conftest import Import

CASES = yaml.safe_load(pathlib.Path(__file__).with_name("imports.yaml").read_text(encoding="utf-8"))


def application(*components: dict[str, Any], **spec: Any) -> dict[str, Any]:
    """An application of components, the first called `web` if it has no name."""
    named = [{"name": "web", **component} for component in components]
    return {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": "Application",
        "metadata": {"name": "demo"},
        "spec": {"components": named, **spec},
    }


def back(made: Imported, name: str = "web") -> Component:
    """A component of what the project converts to."""
    return next(component for component in made.application.components if component.name == name)


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_a_component_becomes_a_service_that_converts_to_it(case: dict[str, Any]) -> None:
    """The service is what a person would write, and its conversion runs the same."""
    manifest = application(case["component"])
    made = import_application([manifest])
    service = dict(made.tree["services"]["web"])
    if service.get("restart") == "unless-stopped":
        del service["restart"]
    assert service == case["service"]
    assert same(Application.from_dict(manifest).components[0], back(made))
    assert not made.losses


def test_what_waits_says_until_when() -> None:
    """For a job until it is done, for what has a check until it is healthy, else until it runs."""
    check = {"exec": {"command": ["up"]}}
    made = import_application(
        [
            application(
                {"type": "worker", "properties": {"image": "a"}, "dependsOn": ["db", "init", "cache", "chart"]},
                {"name": "db", "type": "worker", "properties": {"image": "a", "readinessProbe": check}},
                {"name": "init", "type": "task", "properties": {"image": "a"}},
                {"name": "cache", "type": "worker", "properties": {"image": "a"}},
                {"name": "chart", "type": "helmchart", "properties": {"chart": {"source": "x"}}},
            )
        ]
    )
    web = made.tree["services"]["web"]
    assert web["depends_on"] == {
        "db": {"condition": "service_healthy"},
        "init": {"condition": "service_completed_successfully"},
        "cache": {"condition": "service_started"},
    }
    assert web["x-oam"] == {"dependsOn": ["chart"]}
    assert [component["name"] for component in made.tree["x-oam"]["components"]] == ["chart"]
    assert back(made).depends_on == ("db", "init", "cache", "chart")


def test_policies_and_workflow_go_to_the_project() -> None:
    """They come back as they were, those without a name too."""
    policies = [{"type": "topology", "properties": {"clusters": ["a$b"]}}, {"type": "topology", "properties": {"n": 1}}]
    workflow = {"steps": [{"name": "go", "type": "deploy", "properties": {"policies": []}}]}
    manifest = application({"type": "worker", "properties": {"image": "a"}}, policies=policies, workflow=workflow)
    made = import_application([manifest])
    assert made.tree["x-oam"]["workflow"] == workflow
    assert made.application.policies == Application.from_dict(manifest).policies
    assert not made.losses


def test_claims_keep_size_class_and_access() -> None:
    """Of what a claim asks for, the project says what is not the usual."""
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "resources": {"requests": {"storage": "5Gi"}},
            "storageClassName": "fast",
        },
    }
    mounts = {"pvc": [{"name": "data", "mountPath": "/data", "claimName": "data", "subPath": "in"}]}
    made = import_application(
        [
            application(
                {"type": "statefulset", "properties": {"image": "a", "volumeMounts": mounts}},
                {"name": "demo-volumes", "type": "k8s-objects", "properties": {"objects": [claim]}},
            )
        ]
    )
    extension = {"size": "5Gi", "storageClass": "fast", "accessModes": ["ReadWriteMany"]}
    assert made.tree["volumes"] == {"data": {"x-oam": extension}}
    assert back(made, "demo-volumes").properties["objects"] == [claim]


def test_a_config_map_becomes_files_or_configs() -> None:
    """Files where there is a folder for them and the name allows it; else the Compose file holds the text."""
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "demo-etc-app-conf"},
        "data": {"app.conf": "a = $b\n"},
    }
    mount = {
        "name": "demo-etc-app-conf",
        "mountPath": "/app.conf",
        "subPath": "app.conf",
        "cmName": "demo-etc-app-conf",
    }
    parts = [
        application({"type": "webservice", "properties": {"image": "a", "volumeMounts": {"configMap": [mount]}}}),
        config,
    ]
    with_files = import_application(parts)
    assert with_files.files == {"etc/app.conf": (b"a = $b\n", False)}
    assert with_files.tree["services"]["web"]["volumes"] == ["./etc/app.conf:/app.conf"]
    inside = import_application(parts, with_files=False)
    assert not inside.files
    assert inside.tree["configs"]["app.conf"]["content"] == "a = $$b\n"
    for made in (with_files, inside):
        assert made.application.components[0].properties["objects"] == [config]
        assert not made.losses


@pytest.mark.parametrize("key", ["../../evil", "/etc/evil", "a/../../evil", "..", "C:\\evil", "a\nb"])
def test_no_manifest_can_write_outside_of_the_folder(key: str) -> None:
    """Names of files in ConfigMaps and Secrets are only taken where they stay below the project."""
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "demo-evil"}, "data": {"k": "x"}}
    folder = {"name": "v", "mountPath": "/x", "cmName": "demo-evil", "items": [{"key": "k", "path": key}]}
    secret = {"name": "s", "mountPath": "/s", "subPath": key, "secretName": "s"}
    component = {
        "type": "webservice",
        "properties": {"image": "a", "volumeMounts": {"configMap": [folder], "secret": [secret]}},
    }
    made = import_application([application(component), config])
    assert not made.files
    assert "secrets" not in made.tree


SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "demo-pw"}, "stringData": {"pw": "hunter2"}}


def test_the_value_of_a_secret_stays_out_of_the_compose_file() -> None:
    """The project names a file for it; the value comes apart, for who asks."""
    mount = {
        "name": "secret-pw",
        "mountPath": "/run/secrets/pw",
        "subPath": "pw",
        "secretName": "demo-pw",
        "defaultMode": 292,
    }
    made = import_application(
        [application({"type": "webservice", "properties": {"image": "a", "volumeMounts": {"secret": [mount]}}}), SECRET]
    )
    assert made.tree["services"]["web"]["secrets"] == ["pw"]
    assert made.tree["secrets"] == {"pw": {"file": "./secrets/pw"}}
    assert made.secrets == {"./secrets/pw": "hunter2"}
    assert not made.secret_manifests
    assert "hunter2" not in str((made.tree, made.files, made.report))


def test_secrets_in_an_application_are_taken_out() -> None:
    """In objects and in the storage trait; each of their leaves is reported as dropped, and --with-secrets has them."""
    storage = {"secret": [{"name": "t", "mountPath": "/t", "stringData": {"k": "hunter2"}}]}
    made = import_application(
        [
            application(
                {
                    "type": "worker",
                    "properties": {"image": "a"},
                    "traits": [{"type": "storage", "properties": storage}],
                },
                {
                    "name": "others",
                    "type": "k8s-objects",
                    "properties": {
                        "objects": [SECRET, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}}]
                    },
                },
            )
        ]
    )
    assert "hunter2" not in str(made.tree)
    assert made.secret_manifests == (SECRET,)
    dropped = {entry.path[:6] for entry in made.entries if entry.outcome is Outcome.DROPPED}
    assert dropped == {
        ("spec", "components", 0, "traits", 0, "properties"),
        ("spec", "components", 1, "properties", "objects", 0),
    }


def test_a_sidecar_is_a_service_in_the_same_pod() -> None:
    """It says so with network_mode, and runs so on both sides."""
    sidecar = {"name": "log", "image": "b", "cmd": ["tail"], "env": [{"name": "A", "value": "b"}]}
    made = import_application(
        [
            application(
                {"type": "worker", "properties": {"image": "a"}, "traits": [{"type": "sidecar", "properties": sidecar}]}
            )
        ]
    )
    assert made.tree["services"]["log"] == {
        "image": "b",
        "restart": "unless-stopped",
        "entrypoint": ["tail"],
        "environment": {"A": "b"},
        "network_mode": "service:web",
    }
    assert not made.losses


def test_objects_with_one_workload_run_in_compose_too() -> None:
    """A Deployment in k8s-objects is a service for Docker, and stays what it is for the cluster."""
    container = {"name": "c", "image": "nginx:1", "env": [{"name": "A", "value": "b"}]}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"replicas": 2, "template": {"spec": {"containers": [container]}}},
    }
    manifest = application({"type": "k8s-objects", "properties": {"objects": [deployment]}})
    made = import_application([manifest])
    service = made.tree["services"]["web"]
    assert (service["image"], service["environment"]) == ("nginx:1", {"A": "b"})
    assert back(made).to_dict() == manifest["spec"]["components"][0]


def test_a_port_of_a_container_is_no_port_of_a_node() -> None:
    """A workload that names its ports, with a Service for them, is reached by other services alone."""
    container = {"name": "web", "image": "nginx:1", "ports": [{"containerPort": 80}]}
    deployment = {"kind": "Deployment", "spec": {"template": {"spec": {"containers": [container]}}}}
    selected = {"selector": {"app.oam.dev/component": "web"}, "ports": [{"port": 80}]}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": selected}
    made = import_application([application({"type": "k8s-objects", "properties": {"objects": [deployment]}}), service])
    assert made.tree["services"]["web"]["expose"] == ["80"]


def test_what_a_cluster_adds_is_left_out() -> None:
    """An application read from a cluster has a status and fields that no user wrote."""
    manifest = application({"type": "worker", "properties": {"image": "a"}})
    manifest["metadata"].update(uid="1", annotations={"app.oam.dev/x": "y", "mine": "z"})
    manifest["status"] = {"phase": "running"}
    made = import_application([manifest])
    assert made.tree["x-oam"] == {"annotations": {"mine": "z"}}
    assert not made.losses


def test_manifests_without_a_place_are_reported() -> None:
    """What stands beside an application and is none of its parts is lost, and said to be."""
    other = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}}
    made = import_application(
        [application({"type": "worker", "properties": {"image": "a"}}), {"kind": "List", "items": [other]}]
    )
    assert {entry.path[0] for entry in made.entries if entry.outcome is Outcome.DROPPED} == {"Namespace"}


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([], "found none"),
        ([{"kind": "Secret"}], "found none"),
        ([application({"type": "worker"}), application({"type": "worker"})], "found 2 of them"),
        (["text"], "expected manifests"),
        ([application()], "no component"),
        ([application({"type": "worker", "properties": []})], "properties must be a mapping"),
    ],
)
def test_what_is_no_application_is_refused(documents: list[Any], message: str) -> None:
    """With one line that says what was expected."""
    with pytest.raises(InputError, match=message):
        import_application(documents)


MISSHAPEN = """
- {type: webservice, properties: {image: a, ports: 80}}
- {type: webservice, properties: {image: a, env: A=b}}
- {type: worker, properties: {image: a, volumeMounts: {pvc: [{}]}}}
- {type: worker, properties: {image: a}, traits: [{type: scaler, properties: {replicas: x}}]}
- type: worker
  properties: {image: a}
  traits: [{type: json-patch, properties: {operations: [{op: add, path: /no/where, value: 1}]}}]
- {type: worker, properties: {image: a}, traits: [{type: json-merge-patch, properties: {spec: null}}]}
- {type: k8s-objects, properties: {objects: [{kind: Deployment}, 5]}}
- {name: Not_a_name, type: worker, properties: {image: a}}
"""


@pytest.mark.parametrize("component", yaml.safe_load(MISSHAPEN))
def test_components_that_their_definitions_would_refuse_come_back_too(component: dict[str, Any]) -> None:
    """An import is no check: what is wrong stays as wrong as it was, and nothing crashes."""
    made = import_application(
        [application(component, {"name": "other", "type": "worker", "properties": {"image": "a"}})]
    )
    name = component.get("name", "web")
    kept = {item["name"] for item in made.tree.get("x-oam", {}).get("components", ())}
    assert name in kept | set(made.tree["services"]) or made.losses


def test_the_same_input_gives_the_same_output(bring: Import) -> None:
    """Two imports of one text are equal in everything."""
    text = yaml.safe_dump(
        application({"type": "worker", "properties": {"image": "a", "env": [{"name": "A", "value": "b"}]}})
    )
    one, two = bring(text), bring(text)
    assert (one.tree, one.files, one.entries) == (two.tree, two.files, two.entries)
    image = next(entry for entry in one.entries if entry.path[-1] == "image")
    assert (str(image.position), image.targets) == ("app.yaml:12:7", (("services", "web", "image"),))
