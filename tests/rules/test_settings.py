"""What a caller can choose: how it is checked, and which choice goes before which."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam import api
from compose2oam.errors import ComposeError, UsageError
from compose2oam.model.path import render
from compose2oam.rules.settings import CHOICES, Settings, is_quantity

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Convert, Load

    from compose2oam.rules.rulebook import Rulebook

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


def test_all_faults_of_the_extension_are_told_at_once(convert: Convert) -> None:
    """In one mapping as in several."""
    with pytest.raises(ComposeError) as caught:
        convert("""
            x-oam: {nam: a, defaults: {bindd: drop, expose: lodbalancer, volumeSize: 3}}
            services: {web: {image: a, x-oam: {hpa: {max: 1, cpus: 5}, traits: 1}}}
            """)
    found = sorted(item.message.partition("`")[2].partition("`")[0] for item in caught.value.diagnostics)
    assert found == ["defaults", "expose", "hpa", "traits", "volumeSize", "x-oam"]


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


def test_the_extension_of_a_model_is_a_mapping(convert: Convert) -> None:
    """Whatever stands there instead is an error with a place."""
    with pytest.raises(ComposeError, match="must be a mapping, not a number"):
        convert("services: {web: {image: a, models: [m]}}\nmodels: {m: {model: x, x-oam: 3}}")


@pytest.mark.parametrize(
    "given",
    [
        "hpa: {}",
        "gateway: {}",
        "expose: ingress",
        "gateway: {domain: http://a}",
        "gateway: {paths: {a: 80}}",
        "gateway: {paths: {/: http}}",
        "gateway: {paths: {/: 0}}",
    ],
)
def test_a_shorthand_that_cannot_be_is_an_error(given: str, convert: Convert) -> None:
    """And so is an empty one: it was written to do something."""
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


RICH = """
    services:
      web:
        build: .
        ports: ["8080:80", "53/udp"]
        env_file: [a.env]
        environment: {TOKEN: x, URL: "http://my_db:1"}
        depends_on: {my_db: {condition: service_healthy}, job: {condition: service_completed_successfully}}
        volumes: ["./a.conf:/a.conf:ro", "./src:/src", "/proc:/p", "data:/data", "/anonymous"]
        networks: [front, back]
        secrets: [key]
        healthcheck: {test: "curl -f http://localhost/", start_period: 5s}
        pre_start: [{command: [a]}]
      my_db: {image: b, networks: [back], healthcheck: {test: [CMD, up]}, volumes: ["data:/d"], deploy: {replicas: 2}}
      job: {image: c, networks: [front], restart: "no", secrets: [key]}
      agent: {image: d, deploy: {mode: global}, ports: ["90:90"], network_mode: host}
      alone: {image: e, network_mode: none, x-oam: {schedule: "* * * * *"}}
    networks: {front: {}, back: {internal: true}}
    volumes: {data: {x-oam: {prepopulate: true}}}
    secrets: {key: {environment: HOME}}
    """
VALUES: dict[str, tuple[Any, ...]] = {
    "storage_class": ("", "fast"),
    "secret_env": ("off", "auto", "."),
    "domain": ("a.example",),
    "registry": ("", "r.example:5000/a"),
    "tag": ("", "1"),
    **{name: choice.words or (False, True) for name, choice in CHOICES.items() if choice.kind in ("word", "truth")},
}


@pytest.mark.parametrize("number", range(25))
def test_any_choices_go_together(number: int, load: Load, rulebook: Rulebook) -> None:
    """Whatever is chosen, the application passes the check, and each line has one end."""
    chance = random.Random(number)
    settings = Settings(**{name: chance.choice(values) for name, values in VALUES.items()})
    made = api.convert(
        load(RICH, {"a.env": "A=1\n", "a.conf": "x", "src/a.py": "x", "Dockerfile": ""}),
        rulebook=rulebook,
        settings=settings,
    )
    places = [entry.position for entry in made.entries]
    assert len(places) == len(set(places))
