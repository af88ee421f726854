"""What a caller can choose: how it is checked, which choice goes before which, and what each decides."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.errors import ComposeError, UsageError
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render
from compose2oam.rules.settings import CHOICES, Settings, is_quantity

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Convert

    from compose2oam.api import Conversion

    Find = Callable[..., Any]

# A value that is none, what is said of it, and the hint.
REFUSED: dict[str, tuple[Any, str]] = {
    "volume_size": ("3q", "volume-size cannot be `3q` (write an amount such as 10Gi)"),
    "storage_class": ("Fast!", "storage-class cannot be `Fast!`"),
    "shared_volumes": ("rxw", "shared-volumes cannot be `rxw` (did you mean `rwx`?)"),
    "bind": ("hostpth", "bind cannot be `hostpth` (did you mean `hostpath`?)"),
    "secrets": ("nowhere", "secrets cannot be `nowhere` (allowed are: separate, inline, external)"),
    "secret_env": ("(", "secret-env is no regular expression"),
    "env_from": ("configmaps", "did you mean `configmap`?"),
    "liveness": ("yes", "liveness must be true or false, not `yes`"),
    "depends_on": (True, "depends-on must be a text, not `True`"),
    "expose": ("loadbalancr", "did you mean `loadbalancer`?"),
    "domain": ("http://a", "domain cannot be `http://a`"),
    "ingress_class": ("A b", "ingress-class cannot be `A b`"),
    "registry": ("https://r", "write it without https://"),
    "tag": ("-x", "tag cannot be `-x`"),
    "network_policies": ("on", "network-policies must be true or false"),
    "rewrite_hosts": (1, "rewrite-hosts must be true or false"),
    "infer_jobs": ("no", "infer-jobs must be true or false"),
    "probe_http": ("", "probe-http must be true or false"),
}
WEB = "services: {web: {image: a, volumes: ['data:/d']}}\nvolumes: {data: {}}\n"


def said(made: Conversion, path: str) -> str:
    """What there is to say about a place."""
    return "\n".join(f"{item.message} / {item.hint}" for item in made.diagnostics if render(item.path) == path)


def outcome(made: Conversion, path: str) -> Outcome:
    """How a line ended."""
    (found,) = (entry.outcome for entry in made.entries if render(entry.path) == path)
    return found


@pytest.mark.parametrize("name", CHOICES)
def test_a_value_that_is_none_is_refused_at_once(name: str) -> None:
    """With what is allowed, or the nearest word."""
    value, message = REFUSED[name]
    with pytest.raises(UsageError) as caught:
        Settings(**{name: value})
    assert message in str(caught.value)


def test_all_faults_are_told_at_once() -> None:
    """Not one after the other."""
    with pytest.raises(UsageError, match=r"volume-size .*; the setting bind "):
        Settings(volume_size="none", bind="none")


def test_settings_do_not_change() -> None:
    """They may be shared by threads."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().bind = "drop"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "taken"),
    [("1Gi", True), ("1.5G", True), ("500m", True), ("1e9", True), ("0", False), ("0.0Gi", False), ("1gb", False)],
)
def test_a_size_is_a_quantity_of_kubernetes(text: str, taken: bool) -> None:
    """Above nothing."""
    assert is_quantity(text) is taken


def test_a_flag_goes_before_the_file_and_the_file_before_the_default(convert: Convert, objects: Find) -> None:
    """``x-oam`` of the volume itself before all three."""

    def size(text: str, **chosen: Any) -> str:
        claim = objects(convert(text, settings=Settings(**chosen)), "PersistentVolumeClaim")["data"]
        found: str = claim["spec"]["resources"]["requests"]["storage"]
        return found

    file = f"{WEB}x-oam: {{defaults: {{volumeSize: 3Gi}}}}\n"
    assert (size(WEB), size(file), size(file, volume_size="4Gi")) == ("1Gi", "3Gi", "4Gi")
    assert size(file.replace("data: {}", "data: {x-oam: {size: 5Gi}}"), volume_size="4Gi") == "5Gi"


def test_a_flag_can_take_back_what_the_file_says(convert: Convert, component: Find) -> None:
    """``--no-liveness`` is a choice; not to say it is none."""
    text = """
        x-oam: {defaults: {liveness: true}}
        services: {web: {image: a, healthcheck: {test: [CMD, up]}}}
        """
    assert "livenessProbe" in component(convert(text), "web")["properties"]
    assert "livenessProbe" not in component(convert(text, settings=Settings(liveness=False)), "web")["properties"]


@pytest.mark.parametrize(
    ("defaults", "place", "message", "hint"),
    [
        ("volumeSiz: 1Gi", "3:5", "`defaults` of x-oam has no key `volumeSiz`", "did you mean `volumeSize`?"),
        ("volume-size: 1Gi", "3:5", "has no key `volume-size`", "did you mean `volumeSize`?"),
        ("volumeSize: big", "3:5", "`volumeSize` of x-oam cannot be `big`", "such as 10Gi"),
        ("bind: dropp", "3:5", "`bind` of x-oam cannot be `dropp`", "did you mean `drop`?"),
        ("liveness: often", "3:5", "must be true or false, not a text", ""),
        ("expose: ingress", "3:5", "a route from outside needs a domain", "--domain"),
    ],
)
def test_a_fault_of_the_defaults_has_a_place(
    defaults: str, place: str, message: str, hint: str, convert: Convert
) -> None:
    """And a near word."""
    with pytest.raises(ComposeError) as caught:
        convert(f"x-oam:\n  defaults:\n    {defaults}\nservices: {{web: {{image: a}}}}\n")
    (found,) = caught.value.diagnostics
    assert str(found.position).rpartition("compose.yaml:")[2] == place
    assert message in found.message
    assert hint in found.hint


@pytest.mark.parametrize(
    ("extension", "message"),
    [
        ("volumes: {data: {x-oam: {size: huge}}}", "`size` of x-oam cannot be `huge`"),
        ("volumes: {data: {x-oam: {accessModes: [Many]}}}", "`accessModes` of x-oam cannot have `Many`"),
        ("volumes: {data: {x-oam: {retain: never}}}", "`retain` of `x-oam` of a volume must be true or false"),
        ("configs: {c: {content: a, x-oam: {key: a/b}}}", "`key` of x-oam cannot be `a/b`"),
        ("secrets: {c: {environment: HOME, x-oam: {name: A_B}}}", "`name` of x-oam cannot be `A_B`"),
        ("networks: {n: {x-oam: {policy: closed}}}", "`policy` of x-oam cannot be `closed`"),
    ],
)
def test_the_extension_of_parts_is_checked(extension: str, message: str, convert: Convert) -> None:
    """The cluster would refuse such a value, or take it for another."""
    use = {
        "volumes": "volumes: ['data:/d']",
        "configs": "configs: [c]",
        "secrets": "secrets: [c]",
        "networks": "networks: [n]",
    }
    with pytest.raises(ComposeError) as caught:
        convert(f"services: {{web: {{image: a, {use[extension.partition(':')[0]]}}}}}\n{extension}\n")
    assert message in caught.value.diagnostics[0].message


@pytest.mark.parametrize("given", ["hpa: {}", "gateway: {}", "expose: ingress"])
def test_an_empty_shorthand_is_an_error(given: str, convert: Convert) -> None:
    """It was written to do something."""
    with pytest.raises(ComposeError) as caught:
        convert(f"services: {{web: {{image: a, ports: ['80:80'], x-oam: {{{given}}}}}}}")
    (found,) = caught.value.diagnostics
    assert found.position is not None
    assert given.partition(":")[0] in render(found.path)


def test_a_gateway_may_leave_its_domain_to_the_settings(convert: Convert, trait: Find) -> None:
    """``gateway: {}`` then says that there is one."""
    text = "services: {web: {image: a, ports: ['80:80'], x-oam: {gateway: {}}}}"
    made = convert(text, settings=Settings(domain="a.example", ingress_class="nginx"))
    assert trait(made, "web", "gateway") == {
        "domain": "a.example",
        "class": "nginx",
        "classInSpec": True,
        "existingServiceName": "web",
        "http": {"/": 80},
    }


@pytest.mark.parametrize(
    ("bind", "kind", "ends"),
    [
        ("auto", "configMap", Outcome.INFERRED),
        ("configmap", "configMap", Outcome.INFERRED),
        ("hostpath", "hostPath", Outcome.APPROXIMATED),
        ("drop", None, Outcome.DROPPED),
        ("error", None, Outcome.REFUSED),
    ],
)
def test_what_a_bind_mount_becomes(
    bind: str, kind: str | None, ends: Outcome, convert: Convert, component: Find
) -> None:
    """By the word of ``bind``; the ledger calls it by its name."""
    text = "services: {web: {image: a, volumes: ['./a.conf:/etc/a.conf:ro']}}"
    made = convert(text, {"a.conf": "x"}, settings=Settings(bind=bind))
    assert list(component(made, "web")["properties"].get("volumeMounts", {})) == ([kind] if kind else [])
    assert outcome(made, "services.web.volumes[0]") is ends


def test_source_code_can_be_taken_along(convert: Convert, objects: Find) -> None:
    """``bind: configmap`` takes also what ``auto`` leaves to the image, and a system path not at all."""
    text = "services: {web: {build: ., volumes: ['./src:/src', '/etc/ssl:/etc/ssl']}}"
    made = convert(text, {"src/a.py": "x", "Dockerfile": ""}, settings=Settings(bind="configmap"))
    assert objects(made, "ConfigMap")["demo-src"]["data"] == {"a.py": "x"}
    assert outcome(made, "services.web.volumes[1]") is Outcome.DROPPED


SECRET = "services: {web: {image: a, secrets: [key], volumes: ['./id_rsa:/k']}}\nsecrets: {key: {file: ./key}}\n"


@pytest.mark.parametrize(
    ("where", "apart", "inside"),
    [
        ("separate", {"demo-key", "demo-id-rsa"}, set()),
        ("inline", set(), {"demo-key", "demo-id-rsa"}),
        ("external", set(), set()),
    ],
)
def test_where_secrets_go(where: str, apart: set[str], inside: set[str], convert: Convert, objects: Find) -> None:
    """To a file of their own, into the application, or nowhere; the mounts are the same."""
    made = convert(SECRET, {"key": "k", "id_rsa": "k"}, settings=Settings(secrets=where))
    assert {item["metadata"]["name"] for item in made.secrets} == apart
    assert set(objects(made, "Secret")) == inside
    web = next(item for item in made.application.components if item.name == "web")
    names = {mount["secretName"] for mount in web.properties["volumeMounts"]["secret"]}
    assert names == {"demo-key", "demo-id-rsa"}


def test_variables_move_to_a_secret(convert: Convert, component: Find) -> None:
    """Those that look like secrets or match; equal values share a key, a different one has its service in front."""
    text = """
        services:
          web: {image: a, environment: {DB_PASSWORD: "one$$(x)", MODE: x}}
          job: {image: a, environment: {DB_PASSWORD: two, DB_PASSWORD_FILE: /f}}
          same: {image: a, environment: {DB_PASSWORD: "one$$(x)"}}
        """
    made = convert(text, settings=Settings(secret_env="auto"))
    (secret,) = made.secrets
    assert secret["metadata"]["name"] == "demo-env"
    assert secret["data"] == {"DB_PASSWORD": "b25lJCh4KQ==", "job.DB_PASSWORD": "dHdv"}
    env = [component(made, name)["properties"]["env"][0] for name in ("web", "job", "same")]
    keys = [item["valueFrom"]["secretKeyRef"]["key"] for item in env]
    assert keys == ["DB_PASSWORD", "job.DB_PASSWORD", "DB_PASSWORD"]
    assert component(made, "job")["properties"]["env"][1] == {"name": "DB_PASSWORD_FILE", "value": "/f"}
    assert set(convert(text, settings=Settings(secret_env="MO.E")).secrets[0]["data"]) == {"MODE"}
    assert convert(text).secrets == ()


def test_hooks_before_the_start_get_variables_that_moved(convert: Convert, trait: Find) -> None:
    """By the same reference."""
    text = "services: {web: {image: a, environment: {TOKEN: x}, pre_start: [{command: [a], environment: {B: c}}]}}"
    made = convert(text, settings=Settings(secret_env="auto"))
    patch = trait(made, "web", "json-merge-patch")["spec"]["template"]["spec"]["initContainers"][0]
    reference = {"secretKeyRef": {"name": "demo-env", "key": "TOKEN"}}
    assert patch["env"] == [{"name": "TOKEN", "valueFrom": reference}, {"name": "B", "value": "c"}]


def test_variables_of_files_move_to_config_maps(convert: Convert, objects: Find, component: Find) -> None:
    """One for each file, with what the services use of it; what the Compose file says itself stays."""
    text = """
        services:
          web: {image: a, env_file: [one.env, two.env], environment: {C: "4"}}
          job: {image: a, env_file: [one.env]}
        """
    files = {"one.env": "A=1\nB=2\nC=3\n", "two.env": "B=20\n"}
    made = convert(text, files, settings=Settings(env_from="configmap"))
    data = {name: item["data"] for name, item in objects(made, "ConfigMap").items()}
    assert data == {"demo-one-env": {"A": "1", "B": "2", "C": "3"}, "demo-two-env": {"B": "20"}}
    env = {item["name"]: item for item in component(made, "web")["properties"]["env"]}
    assert env["B"]["valueFrom"] == {"configMapKeyRef": {"name": "demo-two-env", "key": "B"}}
    assert env["C"] == {"name": "C", "value": "4"}


WAITS = """
    services:
      web:
        image: a
        depends_on:
          db: {condition: service_healthy}
          cache: {condition: service_started}
          job: {condition: service_completed_successfully}
      db: {image: b, healthcheck: {test: [CMD, up]}}
      cache: {image: c}
      job: {image: d}
    """


@pytest.mark.parametrize(
    ("word", "waits"), [("strict", ["db", "cache", "job"]), ("healthy", ["db", "job"]), ("none", [])]
)
def test_what_waits(word: str, waits: list[str], convert: Convert, component: Find) -> None:
    """All of it, what asks for health or an end, or nothing; a job stays a job."""
    made = convert(WAITS, settings=Settings(depends_on=word))
    assert sorted(component(made, "web").get("dependsOn", [])) == sorted(waits)
    assert component(made, "job")["type"] == "task"
    assert not made.losses


def test_who_is_reached_from_outside(convert: Convert, objects: Find) -> None:
    """What publishes a port to others than its own machine; x-oam of a service goes before the settings."""
    text = """
        services:
          web: {image: a, ports: ["8080:80"]}
          own: {image: a, ports: ["127.0.0.1:5000:5000"]}
          inner: {image: a, expose: ["90"]}
          shut: {image: a, ports: ["7000:70"], x-oam: {expose: internal}}
          node: {image: a, ports: [{target: 80, published: "80", mode: host}]}
          job: {image: a, ports: ["81:81"], deploy: {mode: replicated-job}}
        """
    made = convert(text, settings=Settings(expose="loadbalancer"))
    opened = {name: item["spec"]["type"] for name, item in objects(made, "Service").items() if "type" in item["spec"]}
    assert opened == {"web-published": "LoadBalancer"}
    assert not made.losses


def test_several_published_ports_and_one_route(convert: Convert, trait: Find) -> None:
    """The first TCP port that may speak HTTP is routed to; of the others it is told that they stay inside."""
    text = """
        services:
          web: {image: a, ports: ["53:53/udp", "2222:22", "8443:443", "8080:80", "9090:90"]}
          db: {image: b, ports: ["5432:5432"]}
        """
    made = convert(text, settings=Settings(expose="ingress", domain="shop.example"))
    assert trait(made, "web", "gateway")["http"] == {"/": 80}
    assert trait(made, "db", "gateway") is None
    assert "reached as http://shop.example" in said(made, "services.web.ports[3]")
    for place in ("web.ports[0]", "web.ports[1]", "web.ports[4]", "db.ports[0]"):
        assert "is not opened" in said(made, f"services.{place}")


def test_services_that_share_a_domain_have_one_below_it_each(convert: Convert, trait: Find) -> None:
    """One that names its own keeps it."""
    text = """
        services:
          web: {image: a, ports: ["80:80"]}
          admin_ui: {image: a, ports: ["81:81"]}
          own: {image: a, ports: ["82:82"], x-oam: {gateway: {domain: own.example}}}
        """
    made = convert(text, settings=Settings(expose="ingress", domain="shop.example"))
    domains = [trait(made, name, "gateway")["domain"] for name in ("web", "admin-ui", "own")]
    assert domains == ["web.shop.example", "admin-ui.shop.example", "own.example"]


@pytest.mark.parametrize(
    ("service", "settings", "image"),
    [
        ("build: .", {}, "demo-web"),
        ("build: .", {"registry": "r.example/team"}, "r.example/team/demo-web"),
        ("build: .", {"registry": "r.example/team", "tag": "1.4"}, "r.example/team/demo-web:1.4"),
        ("build: .", {"tag": "1.4"}, "demo-web:1.4"),
        ("build: {context: ., tags: ['x/y:1']}", {"registry": "r.example"}, "x/y:1"),
        ("build: ., image: 'z:2'", {"registry": "r.example"}, "z:2"),
    ],
)
def test_the_image_of_what_is_built(
    service: str, settings: dict[str, str], image: str, convert: Convert, component: Find
) -> None:
    """``image`` goes before the first tag of the build, and that before the registry of the settings."""
    made = convert(f"services: {{web: {{{service}}}}}", {"Dockerfile": ""}, settings=Settings(**settings))
    assert component(made, "web")["properties"]["image"] == image
    assert ("push the image" in said(made, "services.web.build")) is (image in ("demo-web", "demo-web:1.4"))


def test_hosts_may_stay_as_they_are(convert: Convert, component: Find) -> None:
    """With a word about each that the cluster calls otherwise."""
    text = "services: {web: {image: a, environment: {DB_HOST: my_db, URL: 'x://my_db:1'}}, my_db: {image: b}}"
    made = convert(text, settings=Settings(rewrite_hosts=False))
    env = {item["name"]: item["value"] for item in component(made, "web")["properties"]["env"]}
    assert env == {"DB_HOST": "my_db", "URL": "x://my_db:1"}
    assert "`my_db` is called `my-db` on the cluster" in said(made, "services.web.environment.URL")
    assert "`my_db` is called `my-db` on the cluster" in said(made, "services.web.environment.DB_HOST")


def test_jobs_need_not_be_inferred(convert: Convert, component: Find) -> None:
    """What another service waits for to end is a job whatever the settings say."""
    text = """
        services:
          once: {image: a, restart: "no"}
          seed: {image: a}
          web: {image: a, depends_on: {seed: {condition: service_completed_successfully}}}
        """
    types = [component(convert(text, settings=Settings(infer_jobs=False)), name)["type"] for name in ("once", "seed")]
    assert types == ["worker", "task"]
    assert component(convert(text), "once")["type"] == "task"


def test_a_volume_may_go_with_its_application(convert: Convert) -> None:
    """``retain: false`` leaves it out of what is kept; the others stay."""
    text = """
        services: {web: {image: a, volumes: ["tmp:/a", "data:/b"]}}
        volumes: {tmp: {x-oam: {retain: false}}, data: {}}
        """
    policies = {item.name: item.properties for item in convert(text).application.policies}
    selector = {"resourceTypes": ["PersistentVolumeClaim"], "resourceNames": ["data"]}
    assert policies["lifecycle"] == {"rules": [{"selector": selector, "strategy": "never"}]}
    assert policies["adopt-volumes"] == {"rules": [{"selector": selector}]}
    assert not convert(text.replace("data: {}", "data: {x-oam: {retain: false}}")).application.policies


def test_a_new_volume_may_get_what_the_image_has(convert: Convert, trait: Find) -> None:
    """From the first service that mounts it, into the folder that the service itself sees."""
    text = """
        services:
          web: {image: a, volumes: ["site:/srv/my site"]}
          other: {image: b, volumes: ["site:/x"]}
          db: {image: c, volumes: ["pg:/var/lib/mysql"]}
        volumes: {site: {x-oam: {prepopulate: true}}, pg: {x-oam: {prepopulate: true}}}
        """
    made = convert(text)
    (container,) = trait(made, "web", "json-merge-patch")["spec"]["template"]["spec"]["initContainers"]
    assert container["command"][2].endswith("|| cp -a '/srv/my site/.' /seed")
    assert container["volumeMounts"] == [{"name": "site", "mountPath": "/seed"}]
    assert trait(made, "other", "json-merge-patch") is None
    (nested,) = trait(made, "db", "json-merge-patch")["spec"]["template"]["spec"]["initContainers"]
    assert nested["volumeMounts"] == [{"name": "pg", "mountPath": "/seed", "subPath": "data"}]


def test_what_a_volume_cannot_have_is_said(convert: Convert) -> None:
    """Where no claim is made, a size is of no use."""
    text = """
        services: {web: {image: a, volumes: ["data:/a"]}}
        volumes: {data: {external: true, x-oam: {size: 2Gi, accessModes: [ReadWriteMany], prepopulate: true}}}
        """
    made = convert(text)
    assert [render(entry.path) for entry in made.entries if entry.outcome.is_loss] == ["volumes.data.x-oam.size"]


def test_what_cannot_be_routed_to_stays_inside(convert: Convert, trait: Find) -> None:
    """KubeVela's gateway is not for daemons, and a job does not wait for anybody; both are told."""
    text = """
        services:
          agent: {image: a, ports: ["80:80"], deploy: {mode: global}}
          job: {image: a, ports: ["81:81"]}
          web: {image: a, depends_on: {job: {condition: service_completed_successfully}}}
        """
    made = convert(text, settings=Settings(expose="ingress", domain="a.example"))
    for name in ("agent", "job"):
        assert trait(made, name, "gateway") is None
        assert "is not opened" in said(made, f"services.{name}.ports[0]")


def test_an_address_for_each_replica(convert: Convert, component: Find, objects: Find) -> None:
    """``endpoint_mode: dnsrr`` is a headless Service with the ports, and no other of that name."""
    text = "services: {web: {image: a, ports: ['80:80'], deploy: {endpoint_mode: dnsrr}}}"
    made = convert(text)
    assert component(made, "web")["properties"]["ports"] == [{"port": 80}]
    spec = objects(made, "Service")["web"]["spec"]
    assert (spec["clusterIP"], [port["port"] for port in spec["ports"]]) == ("None", [80])
    assert outcome(made, "services.web.deploy.endpoint_mode") is Outcome.TRANSLATED
