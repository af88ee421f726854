"""``x-oam``: what a user says of OAM in the Compose file is checked, and laid over the translation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.errors import CheckError, ComposeError
from compose2oam.rules.extension_keys import SERVICE
from compose2oam.rules.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Convert

WEB = "services:\n  web:\n    image: a\n    ports: ['80']\n    x-oam:\n      {}\n"
ROOT = "x-oam:\n  {}\nservices: {{web: {{image: a}}}}\n"

# Where it stands, what is written, the place of the fault, its message and its hint.
FAULTS = {
    "a misspelt key": (WEB, "schedul: a", "6:7", "`x-oam` of a service has no key `schedul`", "`schedule`"),
    "a key of the root on a service": (WEB, "policies: []", "6:7", "has no key `policies`", ""),
    "a key of a service on the root": (ROOT, "traits: []", "2:3", "`x-oam` of a project has no key", ""),
    "a misspelt part": (WEB, "hpa: {max: 3, cpus: 5}", "6:21", "`hpa` of x-oam has no key `cpus`", "`cpu`"),
    "a misspelt key of a trait": (WEB, "traits: [{type: a, props: {}}]", "6:26", "has no key `props`", "`properties`"),
    "a misspelt key of the gateway": (WEB, "gateway: {domian: a}", "6:17", "has no key `domian`", "`domain`"),
    "a misspelt key of a patch": (WEB, "patch: {marge: {}}", "6:15", "has no key `marge`", "`merge`"),
    "a text for a truth": (WEB, "liveness: often", "6:7", "must be true or false, not a text", ""),
    "a mapping for a list": (WEB, "traits: {type: a}", "6:7", "`traits` of `x-oam` of a service must be a list", ""),
    "a trait without a type": (WEB, "traits: [{properties: {}}]", "6:16", "`traits` of x-oam needs a `type`", ""),
    "a component without a type": (WEB, "component: {properties: {}}", "6:7", "needs a `type`", ""),
    "an input that is none": (WEB, "inputs: [3]", "6:16", "`inputs` of x-oam must be a mapping, not a number", ""),
    "an output without a name": (WEB, "outputs: [{valueFrom: a}]", "6:17", "`outputs` of x-oam needs a `name`", ""),
    "an unknown way out": (WEB, "expose: loadbalancr", "6:7", "cannot be `loadbalancr`", "`loadbalancer`"),
    "a policy that is none": (ROOT, "policies: [3]", "2:14", "`policies` of x-oam: expected a mapping", ""),
    "a policy without a type": (ROOT, "policies: [{name: a}]", "2:14", "type must be a string, found nothing", ""),
    "a step without a type": (ROOT, "workflow: {steps: [{name: a}]}", "2:3", "type must be a string", ""),
    "a component without a name": (ROOT, "components: [{type: a}]", "2:16", "name must be a string", ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_extension_is_an_error_with_a_place(fault: str, convert: Convert) -> None:
    """The block is ours, so that a misspelt key is not for some other tool."""
    frame, text, place, message, hint = FAULTS[fault]
    with pytest.raises(ComposeError) as caught:
        convert(frame.format(text))
    (found,) = caught.value.diagnostics
    assert (found.code, str(found.position).rpartition("compose.yaml:")[2]) == ("C2O-003", place)
    assert message in found.message
    assert hint in found.hint


@pytest.mark.parametrize("value", ["[a]", "text", "3", "true"])
@pytest.mark.parametrize("section", ["services", "volumes", "configs", "root"])
def test_the_extension_is_a_mapping(section: str, value: str, convert: Convert) -> None:
    """Wherever it stands."""
    text = "services: {web: {image: a, volumes: ['data:/d'], configs: [site]SERVICE}}\nROOT\n"
    text += "volumes: {data: {VOLUME}}\nconfigs: {site: {content: aCONFIG}}\n"
    places = {"services": "SERVICE", "volumes": "VOLUME", "configs": "CONFIG", "root": "ROOT"}
    for name, place in places.items():
        comma = "" if name in ("root", "volumes") else ", "
        text = text.replace(place, f"{comma}x-oam: {value}" if name == section else "")
    with pytest.raises(ComposeError, match=r"`x-oam` of a \w+ must be a mapping"):
        convert(text)


def test_all_faults_are_told_at_once(convert: Convert) -> None:
    """One run finds them all."""
    with pytest.raises(ComposeError) as caught:
        convert("x-oam: {a: 1}\nservices: {one: {image: a, x-oam: {b: 1}}, two: {image: a, x-oam: {hpa: {c: 1}}}}\n")
    assert len(caught.value.diagnostics) == 3


def test_properties_are_laid_over(convert: Convert, component: Callable[..., Any]) -> None:
    """Mappings deeply, lists replaced, null takes away."""
    made = convert("""
        services:
          web:
            image: a
            ports: ["80"]
            labels: {a: "1"}
            command: [run]
            environment: {A: "1"}
            x-oam: {properties: {annotations: {b: "2"}, args: null, env: [{name: B, value: "2"}]}}
        """)
    properties = component(made, "web")["properties"]
    assert properties["annotations"] == {"a": "1", "b": "2"}
    assert properties["env"] == [{"name": "B", "value": "2"}]
    assert "args" not in properties


def test_traits_are_laid_over_added_and_disabled(convert: Convert, trait: Callable[..., Any]) -> None:
    """The same type meets the translation's, another is added in the target's order, ``disable`` removes one."""
    made = convert("""
        services:
          web:
            image: a
            user: "5"
            deploy: {replicas: 3}
            stop_grace_period: 5s
            x-oam:
              traits:
              - {type: securitycontext, properties: {runAsNonRoot: true}}
              - {type: scaler, disable: true}
              - {type: hostalias, properties: {hostAliases: [{ip: 1.2.3.4, hostnames: [a]}]}}
        """)
    assert trait(made, "web", "securitycontext")["runAsNonRoot"] is True
    assert trait(made, "web", "securitycontext")["runAsUser"] == 5
    assert trait(made, "web", "scaler") is None
    kinds = [item.type for part in made.application.components for item in part.traits]
    assert kinds == ["securitycontext", "hostalias", "json-merge-patch"]


def test_patches_come_last(convert: Convert, trait: Callable[..., Any]) -> None:
    """A merge patch meets the translation's, the operations of a JSON patch follow its own."""
    made = convert("""
        services:
          web:
            image: a
            working_dir: /w
            hostname: h
            x-oam:
              patch:
                merge: {spec: {template: {spec: {priorityClassName: high}}}}
                json: [{op: remove, path: /spec/replicas}]
        """)
    pod = trait(made, "web", "json-merge-patch")["spec"]["template"]["spec"]
    assert (pod["hostname"], pod["priorityClassName"]) == ("h", "high")
    assert [item["op"] for item in trait(made, "web", "json-patch")["operations"]] == ["add", "remove"]


def test_a_component_stands_in_the_place_of_the_translation(convert: Convert, component: Callable[..., Any]) -> None:
    """A provider's service needs no image; others may still wait for it."""
    made = convert("""
        services:
          db: {provider: {type: cloud}, x-oam: {component: {type: ref-objects, properties: {objects: []}}}}
          web: {image: a, depends_on: [db]}
        """)
    assert component(made, "db") == {"name": "db", "type": "ref-objects", "properties": {"objects": []}}
    assert component(made, "web")["dependsOn"] == ["db"]


def test_type_and_name_of_a_component(convert: Convert, component: Callable[..., Any]) -> None:
    """What a user names is not inferred."""
    made = convert("services: {web: {image: a, x-oam: {type: webservice, name: front}}}")
    assert component(made, "front")["type"] == "webservice"


def test_waiting_for_a_component_that_is_no_service(convert: Convert, component: Callable[..., Any]) -> None:
    """``dependsOn`` adds to what ``depends_on`` says, each once; a component that is not there is an error."""
    web = "{{image: a, depends_on: [db], x-oam: {{dependsOn: [db, {0}]}}}}"
    text = f"services: {{{{web: {web}, db: {{{{image: a}}}}, x: {{{{image: a}}}}}}}}"
    assert component(convert(text.format("x")), "web")["dependsOn"] == ["db", "x"]
    with pytest.raises(CheckError, match="there is no component of that name"):
        convert(text.format("nobody"))


def test_the_application_takes_what_the_root_says(convert: Convert) -> None:
    """Labels, annotations, components, policies and the workflow go in as they stand."""
    made = convert("""
        name: shop
        x-oam:
          name: store
          labels: {team: a}
          annotations: {note: b}
          components: [{name: extra, type: worker, properties: {image: b}}]
          policies: [{name: here, type: topology, properties: {clusters: [local]}}]
          workflow: {steps: [{name: roll, type: deploy, properties: {policies: [here]}}]}
        services: {web: {image: a}}
        """).application.to_dict()
    assert (made["metadata"]["name"], made["metadata"]["labels"]) == ("store", {"team": "a"})
    assert made["metadata"]["annotations"]["note"] == "b"
    assert made["metadata"]["annotations"]["compose2oam.io/project"] == "shop"
    assert [part["name"] for part in made["spec"]["components"]][-1] == "extra"
    assert [policy["name"] for policy in made["spec"]["policies"]] == ["here"]
    assert made["spec"]["workflow"]["steps"][0]["name"] == "roll"


def test_a_policy_of_the_same_name_takes_the_place_of_ours(convert: Convert) -> None:
    """Who wants volumes to go with the application says so."""
    made = convert("""
        x-oam: {policies: [{name: lifecycle, type: garbage-collect, properties: {keepLegacyResource: true}}]}
        services: {web: {image: a, volumes: ["data:/d"]}}
        volumes: {data: {}}
        """)
    policies = {policy.name: policy.properties for policy in made.application.policies}
    assert policies["lifecycle"] == {"keepLegacyResource": True}


VOLUMES = {
    "nothing said": ("{}", "3Gi", ["ReadWriteOnce"], None),
    "a size": ("{x-oam: {size: 20Gi}}", "20Gi", ["ReadWriteOnce"], None),
    "a class and a mode": (
        "{x-oam: {storageClass: fast, accessModes: [ReadWriteMany]}}",
        "3Gi",
        ["ReadWriteMany"],
        "fast",
    ),
}


@pytest.mark.parametrize("title", VOLUMES)
def test_volumes_say_their_size_and_class(title: str, convert: Convert, objects: Callable[..., Any]) -> None:
    """Without a size it is the caller's."""
    volume, size, modes, storage_class = VOLUMES[title]
    text = f"services: {{web: {{image: a, volumes: ['data:/d']}}}}\nvolumes: {{data: {volume}}}\n"
    claim = objects(convert(text, settings=Settings(volume_size="3Gi")), "PersistentVolumeClaim")["data"]["spec"]
    assert claim["resources"]["requests"]["storage"] == size
    assert (claim["accessModes"], claim.get("storageClassName")) == (modes, storage_class)


def test_the_namespace_of_the_caller_comes_first(convert: Convert) -> None:
    """``-n`` beats ``x-oam``, which beats the project's name."""
    text = "x-oam: {namespace: prod}\nservices: {web: {image: a}}\n"
    assert convert(text).application.namespace == "prod"
    assert convert(text, settings=Settings(namespace="test")).application.namespace == "test"


# Each shorthand of a service, and the part of its component that shows it.
SHORTHANDS = {
    "name": ("name: front", lambda part: part["name"] == "front"),
    "type": ("type: webservice", lambda part: part["type"] == "webservice"),
    "component": ("component: {type: ref-objects}", lambda part: part["type"] == "ref-objects"),
    "properties": ("properties: {labels: {a: b}}", lambda part: part["properties"]["labels"] == {"a": "b"}),
    "traits": ("traits: [{type: labels, properties: {a: b}}]", lambda part: part["traits"][0]["type"] == "labels"),
    "patch": ("patch: {merge: {spec: {paused: true}}}", lambda part: part["traits"][0]["type"] == "json-merge-patch"),
    "dependsOn": ("dependsOn: [other]", lambda part: part["dependsOn"] == ["other"]),
    "inputs": ("inputs: [{from: x, parameterKey: image}]", lambda part: part["inputs"][0]["from"] == "x"),
    "outputs": ("outputs: [{name: x, valueFrom: output.a}]", lambda part: part["outputs"][0]["name"] == "x"),
    "hpa": ("hpa: {max: 4, cpu: 50}", lambda part: part["traits"][0]["properties"]["max"] == 4),
    "as": ("as: knative", lambda part: part["properties"]["objects"][0]["apiVersion"] == "serving.knative.dev/v1"),
    "scopes": (
        "scopes: {healthscopes.core.oam.dev: h}",
        lambda part: part["scopes"] == {"healthscopes.core.oam.dev": "h"},
    ),
    "keda": (
        "keda: {max: 4, triggers: [{type: cpu, metadata: {value: '60'}}]}",
        lambda part: part["traits"][0]["properties"]["maxReplicaCount"] == 4,
    ),
    "canary": (
        "canary: {steps: [{weight: 20}, {weight: 100}]}",
        lambda part: part["traits"][0]["type"] == "kruise-rollout",
    ),
    "gateway": ("gateway: {domain: a.example}", lambda part: part["traits"][0]["properties"]["domain"] == "a.example"),
    "expose": ("expose: loadbalancer", lambda part: part["type"] == "webservice"),
    "liveness": ("liveness: true", lambda part: "livenessProbe" in part["properties"]),
    "schedule": ("schedule: '0 3 * * *'", lambda part: part["properties"]["schedule"] == "0 3 * * *"),
    "serviceAccount": ("serviceAccount: robot", lambda part: part["traits"][0]["properties"]["name"] == "robot"),
    "imagePullSecrets": ("imagePullSecrets: [a]", lambda part: part["properties"]["imagePullSecrets"] == ["a"]),
}


@pytest.mark.parametrize("key", SHORTHANDS)
def test_every_key_of_a_service_has_an_effect(key: str, convert: Convert) -> None:
    """No key is accepted and then forgotten."""
    text, shows = SHORTHANDS[key]
    other = "other: {image: a, x-oam: {outputs: [{name: x, valueFrom: output.a}]}}"
    if key == "outputs":
        other = "other: {image: a}"
    web = f"{{image: a, ports: ['80'], healthcheck: {{test: up}}, x-oam: {{{text}}}}}"
    made = convert(f"services: {{web: {web}, {other}}}")
    (part,) = (
        item.to_dict()
        for item in made.application.components
        if item.name in ("web", "front") or (key == "name" and item.name == "front")
    )
    assert shows(part), part


def test_the_table_of_keys_is_complete() -> None:
    """Every key of a service has its case above."""
    assert set(SERVICE.keys) == set(SHORTHANDS)
