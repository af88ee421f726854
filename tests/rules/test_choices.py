"""What each setting decides, and what ``x-oam`` of volumes decides beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render
from compose2oam.rules.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Convert

    from compose2oam.api import Conversion

    Find = Callable[..., Any]


def said(made: Conversion, path: str) -> str:
    """What there is to say about a place."""
    return "\n".join(f"{item.message} / {item.hint}" for item in made.diagnostics if render(item.path) == path)


def outcome(made: Conversion, path: str) -> Outcome:
    """How a line ended."""
    (found,) = (entry.outcome for entry in made.entries if render(entry.path) == path)
    return found


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


def test_a_gateway_without_a_domain_is_for_all_names(convert: Convert, trait: Find) -> None:
    """Where the settings have none either."""
    text = """
        services:
          web: {image: a, ports: ["80:80"], x-oam: {gateway: {class: nginx}}}
          api: {image: a, ports: ["81:81"], x-oam: {gateway: {paths: {/api: 81}}}}
        """
    made = convert(text)
    assert [("domain" in trait(made, name, "gateway")) for name in ("web", "api")] == [False, False]


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
