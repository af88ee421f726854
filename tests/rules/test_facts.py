"""What is known of a service from the rest of its project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.errors import ComposeError
from compose2oam.rules.facts import gather
from compose2oam.rules.settings import Settings

if TYPE_CHECKING:
    from conftest import Load


@pytest.fixture
def facts(load: Load) -> Any:
    """Gather the facts of Compose text."""
    return lambda text, **settings: gather(load(text), Settings(**settings).over({}))


def test_a_service_is_awaited_when_another_waits_for_its_end(facts: Any) -> None:
    """Only ``service_completed_successfully`` makes a service a job; to wait for its start does not."""
    found = facts(
        """
        services:
          migrate: {image: a}
          seed: {image: a}
          web: {image: a, depends_on: {migrate: {condition: service_completed_successfully}, seed: {}}}
        """.replace("seed: {}}", "seed: {condition: service_started}}")
    ).services
    assert {name: known["awaited"] for name, known in found.items()} == {"migrate": True, "seed": False, "web": False}
    assert found["migrate"]["dependants"] == ["web"]


def test_who_waits_but_is_not_enabled_does_not_count(facts: Any) -> None:
    """A service of another profile does not make its dependency a job."""
    found = facts("""
        services:
          migrate: {image: a}
          web: {image: a, profiles: [x], depends_on: {migrate: {condition: service_completed_successfully}}}
        """).services
    assert found["migrate"]["awaited"] is False


def test_aliases_come_from_networks_containers_and_links(facts: Any) -> None:
    """Each name that Docker's DNS would give a service, once, in order, without its own."""
    found = facts("""
        services:
          db:
            image: a
            container_name: the_db
            networks: {one: {aliases: [pg, db]}, two: {aliases: [pg, sql]}}
          web: {image: a, links: ["db:database", "db"], networks: [one]}
        networks: {one: {}, two: {}}
        """).services
    assert found["db"]["aliases"] == ["pg", "sql", "the_db", "database"]
    assert found["web"]["aliases"] == []


def test_an_alias_of_two_services_is_shared(facts: Any) -> None:
    """Docker answers such a name with the addresses of both."""
    found = facts("""
        services:
          a: {image: a, networks: {default: {aliases: [cache, own]}}}
          b: {image: a, networks: {default: {aliases: [cache]}}}
        """).services
    assert {name: known["sharedAliases"] for name, known in found.items()} == {"a": ["cache"], "b": ["cache"]}


def test_services_without_a_common_network_are_apart(facts: Any) -> None:
    """Those whose isolation gets lost on the flat network of a cluster."""
    found = facts("""
        services:
          proxy: {image: a, networks: [front, back]}
          web: {image: a, networks: [front]}
          db: {image: a, networks: [back]}
        networks: {front: {}, back: {}}
        """).services
    assert {name: known["apart"] for name, known in found.items()} == {"proxy": False, "web": True, "db": True}


def test_volumes_that_several_services_mount_are_shared(facts: Any) -> None:
    """Read-only or not: one node must have them all."""
    found = facts("""
        services:
          a: {image: a, volumes: ["data:/a", "own:/b"]}
          b: {image: a, volumes: ["data:/a:ro"]}
        volumes: {data: {}, own: {}}
        """).services
    assert {name: known["sharedVolumes"] for name, known in found.items()} == {"a": ["data"], "b": ["data"]}


@pytest.mark.parametrize(
    ("text", "namespace", "expected"),
    [
        ("name: shop", None, ("shop", "shop")),
        ("name: my_shop", None, ("my-shop", "my-shop")),
        ("name: shop\nx-oam: {name: store}", None, ("store", "store")),
        ("name: shop\nx-oam: {namespace: prod}", None, ("shop", "prod")),
        ("name: shop\nx-oam: {namespace: prod}", "test", ("shop", "test")),
    ],
)
def test_application_and_namespace(text: str, namespace: str | None, expected: tuple[str, str], facts: Any) -> None:
    """The project's name, unless x-oam says otherwise; the command line has the last word on the namespace."""
    found = facts(f"{text}\nservices: {{web: {{image: a}}}}\n", namespace=namespace)
    assert (found.application, found.namespace) == expected


def test_services_that_would_get_one_name_are_an_error_each(facts: Any) -> None:
    """All clashes at once, each with its line and the way out."""
    text = "services:\n  a_b: {image: a}\n  a.b: {image: a}\n  c: {image: a}\n  A-B: {image: a}\n"
    with pytest.raises(ComposeError) as caught:
        facts(text)
    assert [item.position.line for item in caught.value.diagnostics] == [3, 5]
    assert "the services `a_b` and `a.b` would both be called `a-b`" in caught.value.message
    assert "x-oam: {name: ...}" in caught.value.diagnostics[0].hint
    assert facts(text.replace("a.b: {image: a}", "a.b: {image: a, x-oam: {name: x}}").replace("A-B", "d"))


def test_the_name_of_a_job_fits_its_label(facts: Any) -> None:
    """A Job is called application-component, in 63 characters."""
    found = facts(f"name: {'p' * 60}\nservices: {{{'s' * 60}: {{image: a}}}}\n")
    assert len(f"{found.application}-{next(iter(found.names.values()))}") <= 63


def test_renamed_hosts_are_those_that_dns_would_not_find(facts: Any) -> None:
    """Upper case is no change to DNS; an underscore is."""
    found = facts("services: {Web: {image: a}, my_db: {image: a, networks: {default: {aliases: [Db_1]}}}}")
    assert found.renamed == {"my_db": "my-db", "Db_1": "db-1"}
