"""Targets that write no application: plain objects, and the documents of the older runtime."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam import api
from compose2oam.errors import ComposeError, RuleError
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render
from compose2oam.model.v1alpha2 import ApplicationConfiguration, ConfiguredComponent, HealthScope, OldComponent
from compose2oam.rules.rulebook import load_rulebook
from compose2oam.rules.settings import Settings

if TYPE_CHECKING:
    from conftest import Load, Write

pytestmark = pytest.mark.usefixtures("shipped_once")

TWO = """
services:
  web: {image: "web:1", ports: ["8080:80"], depends_on: [db], deploy: {replicas: 3}}
  db: {image: "db:1", volumes: ["data:/data"]}
volumes: {data: {}}
"""
MINE = "target: mine\nextends: kubernetes\n"
OLDER = "target: mine\nextends: oam-v1alpha2\n"
RULE = """\
    code: MY-310
    title: Ours
    why: To see.
    replaces: K8S-310
    carries: [replicas]
    ways:
    - {way}
    """

Find = Callable[..., dict[str, Any]]


@pytest.fixture
def objects(load: Load) -> Callable[..., dict[tuple[str, str], Any]]:
    """Convert Compose text for a target, and return the manifests by kind and name."""

    def convert(text: str, target: str = "kubernetes", **settings: Any) -> dict[tuple[str, str], Any]:
        made = api.convert(load(text), target=target, settings=Settings(**settings))
        return {(item["kind"], item["metadata"]["name"]): item for item in made.documents}

    return convert


@pytest.fixture
def configured(objects: Callable[..., dict[tuple[str, str], Any]]) -> Callable[[str], dict[str, Any]]:
    """Convert Compose text for the older runtime, and return the entries of the configuration by component."""

    def convert(text: str) -> dict[str, Any]:
        (found,) = (item for (kind, _), item in objects(text, "oam-v1alpha2").items() if kind == CONFIGURATION)
        return {entry["componentName"]: entry for entry in found["spec"]["components"]}

    return convert


CONFIGURATION = "ApplicationConfiguration"


def lost(made: api.Conversion) -> dict[str, str]:
    """What was lost, by the place that it is about."""
    return {render(entry.about): entry.say for entry in made.entries if entry.outcome.is_loss}


# What a target file can say wrong.


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("target: mine\nextends: kubevela\nwrites: object\n", "RULE-106", "`writes` cannot be `object`"),
        ("target: mine\nextends: kubevela\ncomponents: [{type: a, manifest: {kind: A}}]\n", "RULE-134", "no use for"),
        (MINE + "components: [{type: a}]\n", "RULE-134", "`apiVersion`"),
        (MINE + "components: [{type: a, manifest: {apiVersion: v1, metadata: {}}}]\n", "RULE-134", "`kind`"),
    ],
)
def test_a_target_that_contradicts_itself_does_not_load(text: str, code: str, says: str, write: Write) -> None:
    """It says which key is too much, or missing."""
    with pytest.raises(RuleError) as caught:
        load_rulebook("mine", [write({"mine/target.yaml": text})])
    (finding,) = caught.value.diagnostics
    assert finding.code == code
    assert says in finding.message


@pytest.mark.parametrize(
    ("target", "way", "key"),
    [
        (MINE, "properties: {a: 1}", "`properties`"),
        (MINE, "traits: [{type: a, properties: {}}]", "`traits`"),
        (MINE, "dependsOn: {from: dependsOn}", "`dependsOn`"),
        (MINE, "policies: [{name: a, type: b, properties: {}}]", "`policies`"),
        (MINE, "patch: {operations: []}", "`operations`"),
        (OLDER, "properties: {a: 1}", "`properties`"),
        (OLDER, "policies: [{name: a, type: b, properties: {}}]", "`policies`"),
        (OLDER, "patch: {operations: []}", "`operations`"),
    ],
)
def test_a_way_must_have_a_place(target: str, way: str, key: str, write: Write) -> None:
    """Where manifests are written there are no properties, and plain objects have no traits and no order."""
    rule = RULE.format(way="{" + way + "}")
    if target == OLDER:
        rule = rule.replace("K8S-310", "V1A-310")
    with pytest.raises(RuleError) as caught:
        load_rulebook("mine", [write({"mine/target.yaml": target, "mine/deploy/replicas.yaml": rule})])
    (finding,) = caught.value.diagnostics
    assert (finding.code, key in finding.message) == ("RULE-135", True)
    assert finding.position is not None
    assert finding.position.line > 6


def test_two_rules_that_give_a_manifest_two_values_are_named(write: Write, load: Load) -> None:
    """The rule, the place, and which rule was there before."""
    files = {
        "mine/target.yaml": MINE,
        "mine/metadata/mine.yaml": """\
            code: MY-712
            title: Ours
            why: To see.
            replaces: K8S-712
            carries: [workloadAnnotations]
            ways:
            - patch: {workload: {spec: {replicas: 7}}}
            """,
    }
    text = "services: {web: {image: a, deploy: {replicas: 3, labels: {a: b}}}}"
    with pytest.raises(RuleError, match=r"MY-712 gives `spec\.replicas` of `web` a second value"):
        api.convert(load(text), target="mine", mappings=[write(files)])


def test_a_target_can_begin_as_an_object_of_its_own(write: Write, load: Load) -> None:
    """A platform whose workloads are a kind of its own needs a target file and no code."""
    text = MINE + (
        "components:\n"
        "- type: App\n  when: controller == 'Deployment'\n"
        "  manifest: {apiVersion: example.com/v1, kind: App, metadata: {name: {from: facts.name}}}\n"
    )
    made = api.convert(load("services: {web: {image: a}}"), target="mine", mappings=[write({"mine/target.yaml": text})])
    app = next(item for item in made.documents if item["kind"] == "App")
    assert app["spec"]["template"]["spec"]["containers"] == [{"name": "web", "image": "a"}]


# Plain objects.


def test_a_service_is_a_workload_and_what_leads_to_it(objects: Callable[..., Any]) -> None:
    """The Service selects the pods, and the StatefulSet has a Service of its name."""
    found = objects(TWO)
    pod = found["Deployment", "web"]["spec"]["template"]
    assert found["Service", "web"]["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    assert found["Deployment", "web"]["spec"]["replicas"] == 3
    state = found["StatefulSet", "db"]["spec"]
    assert ("Service", state["serviceName"]) in found
    claim = state["template"]["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"]
    assert ("PersistentVolumeClaim", claim) in found


def test_what_is_needed_comes_first(load: Load) -> None:
    """Objects of the cluster, then claims and configuration, then Services, then what runs."""
    text = (
        "services: {web: {image: a, ports: [80], volumes: ['data:/data', 'own:/own'], configs: [site]}}\n"
        "volumes: {own: {}, data: {driver_opts: {type: nfs, o: 'addr=10.0.0.1', device: ':/x'}}}\n"
        "configs: {site: {content: a}}\n"
    )
    made = api.convert(load(text), target="kubernetes")
    order = ["PersistentVolume", "PersistentVolumeClaim", "ConfigMap", "Service", "StatefulSet", "Deployment"]
    places = [order.index(item["kind"]) for item in made.documents]
    assert places == sorted(places)
    assert [item["kind"] for item in made.documents if "namespace" not in item["metadata"]] == ["PersistentVolume"]
    assert {item["metadata"]["labels"]["app.kubernetes.io/part-of"] for item in made.documents} == {"demo"}


def test_services_that_share_a_network_are_one_pod(objects: Callable[..., Any]) -> None:
    """Each is a container of it, the host first."""
    found = objects("services: {vpn: {image: a}, app: {image: b, network_mode: 'service:vpn', tmpfs: [/tmp]}}")
    pod = found["Deployment", "vpn"]["spec"]["template"]["spec"]
    assert [(item["name"], item["image"]) for item in pod["containers"]] == [("vpn", "a"), ("app", "b")]
    assert [item["name"] for item in pod["containers"][1]["volumeMounts"]] == [item["name"] for item in pod["volumes"]]
    assert ("Deployment", "app") not in found


def test_what_only_a_runtime_does_is_lost_aloud(load: Load) -> None:
    """Line by line, with the target that does it."""
    text = """
    x-oam: {policies: [{name: a, type: apply-once}], labels: {team: shop}}
    services:
      web:
        image: a
        depends_on: [db]
        x-oam: {properties: {b: 1}, traits: [{type: scaler}], patch: {merge: {spec: {paused: true}}, json: []}}
      db: {image: a}
    """
    made = api.convert(load(text), target="kubernetes")
    assert made.application is None
    places = lost(made)
    for place in ("x-oam.policies", "services.web.x-oam.properties", "services.web.x-oam.traits"):
        assert "no runtime" in places[place]
    assert any("in no order" in say for say in places.values())
    web = next(item for item in made.documents if item["kind"] == "Deployment" and item["metadata"]["name"] == "web")
    assert web["spec"]["paused"] is True
    assert web["metadata"]["labels"]["team"] == "shop"


def test_a_kind_can_be_chosen_by_its_name(objects: Callable[..., Any], load: Load) -> None:
    """`type` of x-oam takes the kinds of the target; the type of another is lost."""
    text = "services: {web: {image: a, x-oam: {type: %s}}}"
    assert ("DaemonSet", "web") in objects(text % "DaemonSet")
    made = api.convert(load(text % "DaemonSet"), target="kubernetes")
    (entry,) = (entry for entry in made.entries if entry.path[-1] == "type")
    assert entry.targets == (("objects", "DaemonSet", "web", "kind"),)
    assert "services.web.x-oam.type" in lost(api.convert(load(text % "webservice"), target="kubernetes"))


def test_a_component_of_a_runtime_without_an_image_is_refused(load: Load) -> None:
    """There is nothing that could run in its place; the rest converts."""
    text = "services: {web: {image: a}, db: {provider: {type: x}, x-oam: {component: {type: cloud-database}}}}"
    made = api.convert(load(text), target="kubernetes")
    assert {item["metadata"]["name"] for item in made.documents} == {"web"}
    outcomes = [entry.outcome for entry in made.entries if entry.path[:2] == ("services", "db")]
    assert outcomes == [Outcome.REFUSED, Outcome.REFUSED]
    with pytest.raises(ComposeError):
        api.convert(load("services: {db: {provider: {type: x}, x-oam: {component: {type: b}}}}"), target="kubernetes")


@pytest.mark.parametrize("target", ["kubernetes", "oam-v1alpha2"])
def test_every_line_ends_somewhere_and_every_target_is_there(target: str, load: Load) -> None:
    """As for KubeVela: no line without an outcome, no target that nothing stands at."""
    from compose2oam.rules.places import Places

    made = api.convert(load(TWO), target=target)
    places = Places(made.documents)
    for entry in made.entries:
        assert entry.outcome is not Outcome.TRANSLATED or entry.targets, entry
        for place in entry.targets:
            found = places.find(place)
            assert found is not None, place
            node: Any = made.documents
            for step in found:
                node = node[step]


# The older runtime.


def test_a_simple_service_is_a_workload_of_oam(objects: Callable[..., Any]) -> None:
    """An image, a variable, a port, a check: all that a ContainerizedWorkload can say."""
    found = objects(
        "services: {web: {image: a, command: [run], environment: {A: b}, ports: ['8080:80'],"
        " healthcheck: {test: [CMD, check]}, deploy: {replicas: 2}}}",
        "oam-v1alpha2",
    )
    workload = found["Component", "web"]["spec"]["workload"]
    assert (workload["apiVersion"], workload["kind"]) == ("core.oam.dev/v1alpha2", "ContainerizedWorkload")
    (container,) = workload["spec"]["containers"]
    assert container["ports"] == [{"name": "tcp", "containerPort": 80, "protocol": "TCP"}]
    assert (container["image"], container["args"]) == ("a", ["run"])
    assert container["env"] == [{"name": "A", "value": "b"}]
    assert container["readinessProbe"]["exec"] == {"command": ["check"]}
    (entry,) = found[CONFIGURATION, "demo"]["spec"]["components"]
    (trait,) = (item["trait"] for item in entry["traits"])
    assert (trait["kind"], trait["spec"]) == ("ManualScalerTrait", {"replicaCount": 2})
    # The runtime makes the Service of the workload itself.
    assert ("Component", "service-web") not in found


@pytest.mark.parametrize(
    "service",
    [
        "{image: a}",
        "{image: a, ports: ['80:80', '90:90']}",
        "{image: a, ports: ['53:53/udp']}",
        "{image: a, ports: ['80:80'], volumes: ['/data']}",
        "{image: a, ports: ['80:80'], deploy: {resources: {limits: {memory: 64m}}}}",
        "{image: a, ports: ['80:80'], hostname: b}",
        "{image: a, ports: ['80:80'], environment: {a.b: c}}",
        "{image: a, ports: ['80:80'], labels: {a: b}}",
        "{image: a, ports: ['80:80'], x-oam: {patch: {merge: {spec: {paused: true}}}}}",
        "{image: a, ports: ['80:80'], x-oam: {expose: loadbalancer}}",
    ],
)
def test_what_it_cannot_say_is_an_object_of_kubernetes(service: str, objects: Callable[..., Any]) -> None:
    """Rather than lose the volume, the limit, the second port."""
    workload = objects(f"services: {{web: {service}}}", "oam-v1alpha2")["Component", "web"]["spec"]["workload"]
    assert workload["kind"] in ("Deployment", "StatefulSet")


def test_what_others_wait_for_tells_when_it_is_ready(configured: Callable[[str], dict[str, Any]]) -> None:
    """A field of the status that is there when it is, of each kind its own."""
    found = configured(
        """
        services:
          web: {image: a, depends_on: {job: {condition: service_completed_successfully}, api: {}, db: {}, agent: {}}}
          job: {image: a}
          api: {image: a, ports: ["80:80"]}
          db: {image: a, volumes: ["data:/data"]}
          agent: {image: a, deploy: {mode: global}}
        volumes: {data: {}}
        """.replace(": {}, ", ": {condition: service_started}, ").replace(
            "agent: {}}", "agent: {condition: service_started}}"
        )
    )
    assert [item["valueFrom"]["dataOutputName"] for item in found["web"]["dataInputs"]] == [
        "job-ready",
        "api-ready",
        "db-ready",
        "agent-ready",
    ]
    assert {name: entry["dataOutputs"][0]["fieldPath"] for name, entry in found.items() if "dataOutputs" in entry} == {
        "job": "status.completionTime",
        "api": "status.readyReplicas",
        "db": "status.readyReplicas",
        "agent": "status.numberAvailable",
    }


def test_a_job_at_set_times_is_never_ready(load: Load) -> None:
    """So what waits for it does not, and says so at its line."""
    text = "services: {web: {image: a, depends_on: [job]}, job: {image: a, x-oam: {schedule: '0 3 * * *'}}}"
    made = api.convert(load(text), target="oam-v1alpha2")
    assert "nothing of `job` says when it is ready" in lost(made)["services.web.depends_on.job"]


def test_volumes_stay_outside_of_the_application(objects: Callable[..., Any]) -> None:
    """It would take them along when it is deleted; what else it needs is in it."""
    found = objects(TWO, "oam-v1alpha2")
    assert ("PersistentVolumeClaim", "data") in found
    assert ("Component", "service-db") in found
    assert not any(name.startswith("persistentvolumeclaim") for kind, name in found if kind == "Component")


def test_the_runtime_is_told_of_kinds_and_given_rights(objects: Callable[..., Any]) -> None:
    """Once for each kind that has a definition, and rights for what it may not do by itself."""
    found = objects(TWO, "oam-v1alpha2")
    definitions = {name for kind, name in found if kind.endswith("Definition")}
    assert definitions == {
        "containerizedworkloads.core.oam.dev",
        "statefulsets.apps",
        "manualscalertraits.core.oam.dev",
    }
    role = found["ClusterRole", "compose2oam-demo"]
    assert role["metadata"]["labels"] == {"rbac.oam.dev/aggregate-to-controller": "true"}
    assert [rule["resources"] for rule in role["rules"]] == [["statefulsets"]]


def test_health_is_a_scope(objects: Callable[..., Any], load: Load) -> None:
    """All that it can watch is in it, or the services that are named."""
    text = "x-oam: {health: {interval: 30, timeout: 5}}\n" + TWO
    found = objects(text, "oam-v1alpha2")
    scope = found["HealthScope", "demo-health"]
    assert scope["spec"] == {"probe-timeout": 5, "probe-interval": 30, "workloadRefs": []}
    reference = {"apiVersion": "core.oam.dev/v1alpha2", "kind": "HealthScope", "name": "demo-health"}
    entries = {item["componentName"]: item for item in found[CONFIGURATION, "demo"]["spec"]["components"]}
    assert {name for name, item in entries.items() if item.get("scopes") == [{"scopeRef": reference}]} == {"web", "db"}
    assert ("ScopeDefinition", "healthscopes.core.oam.dev") in found
    named = objects("x-oam: {health: {services: [db]}}\n" + TWO, "oam-v1alpha2")[CONFIGURATION, "demo"]
    assert [item["componentName"] for item in named["spec"]["components"] if "scopes" in item] == ["db"]
    job = "x-oam: {health: {services: [job]}}\nservices: {job: {image: a, x-oam: {schedule: '0 3 * * *'}}}"
    made = api.convert(load(job), target="oam-v1alpha2")
    assert "cannot tell whether `job` is healthy" in lost(made)["x-oam.health.services[0]"]


def test_documents_of_the_older_runtime() -> None:
    """A revision stands in the place of the name, and what is not said is not written."""
    component = OldComponent("web", "shop", {"kind": "A"}, ({"name": "image", "fieldPaths": ["spec.image"]},)).to_dict()
    assert component["spec"]["parameters"] == [{"name": "image", "fieldPaths": ["spec.image"]}]
    parts = (ConfiguredComponent("web", "web-v2", traits=({"kind": "T"},)), ConfiguredComponent("db"))
    written = ApplicationConfiguration("shop", "shop", {"a": "b"}, {"c": "d"}, parts).to_dict()
    assert written["metadata"] == {"name": "shop", "namespace": "shop", "labels": {"a": "b"}, "annotations": {"c": "d"}}
    assert written["spec"]["components"] == [
        {"revisionName": "web-v2", "traits": [{"trait": {"kind": "T"}}]},
        {"componentName": "db"},
    ]
    assert HealthScope("shop-health", "shop").to_dict()["spec"] == {"workloadRefs": []}
