"""Host names that had to change are rewritten where they are surely host names, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Convert

# What stands in a command, and what becomes of it where the services `my_db` and `cache` are there.
TEXTS = {
    "postgres://my_db/x": "postgres://my-db/x",
    "postgres://u:p@my_db:5432/x": "postgres://u:p@my-db:5432/x",
    "my_db:5432": "my-db:5432",
    "--host=my_db:5432": "--host=my-db:5432",
    "my_db:5432,my_db:5433": "my-db:5432,my-db:5433",
    "amqp://my_db": "amqp://my-db",
    "u@my_db": "u@my-db",
    "http://my_db?x=1": "http://my-db?x=1",
    "my_db": "my_db",
    "--database my_db --user": "--database my_db --user",
    "/var/my_db:80": "/var/my_db:80",
    "old.my_db:80": "old.my_db:80",
    "not_my_db:5432": "not_my_db:5432",
    "my_db2:5432": "my_db2:5432",
    "http://my_db2/": "http://my_db2/",
    "http://my_db.example.com/": "http://my_db.example.com/",
    "http://x/my_db/y": "http://x/my_db/y",
    "my_db:name": "my_db:name",
    "cache:6379": "cache:6379",
    "MY_DB:5432": "MY_DB:5432",
}
PROJECT = """
services:
  app:
    image: a
    entrypoint: [run]
    command: [{command}]
    environment: {environment}
  my_db: {{image: a}}
  cache: {{image: a}}
"""


@pytest.mark.parametrize("text", TEXTS)
def test_a_command_keeps_all_but_its_hosts(text: str, convert: Convert, trait: Callable[..., Any]) -> None:
    """A name after ``//`` or ``@``, or before a port, is a host; a word of the same spelling may be anything."""
    made = convert(PROJECT.format(command=repr(text), environment="{}"))
    assert trait(made, "app", "command") == {"args": [TEXTS[text]]}


# Variable, value, what it becomes, how the line ends.
VARIABLES = [
    ("DB_HOST", "my_db", "my-db", "inferred"),
    ("PGHOST", "my_db", "my-db", "inferred"),
    ("BROKER", "my_db", "my-db", "inferred"),
    ("REDIS_URL", "redis://my_db", "redis://my-db", "inferred"),
    ("ANY", "my_db:5432", "my-db:5432", "inferred"),
    ("POSTGRES_DB", "my_db", "my_db", "approximated"),
    ("POSTGRES_USER", "my_db", "my_db", "approximated"),
    ("DB_HOST", "cache", "cache", "translated"),
    ("DB_HOST", "my_db2", "my_db2", "translated"),
]


@pytest.mark.parametrize(("name", "value", "expected", "outcome"), VARIABLES)
def test_a_variable_that_is_a_host_is_rewritten(
    name: str, value: str, expected: str, outcome: str, convert: Convert, component: Callable[..., Any]
) -> None:
    """A value that is nothing but a name is rewritten where the variable's name says that it is a host."""
    made = convert(PROJECT.format(command="a", environment=f"{{{name}: '{value}'}}"))
    assert component(made, "app")["properties"]["env"] == [{"name": name, "value": expected}]
    (entry,) = (entry for entry in made.entries if entry.path[-1] == name)
    assert entry.outcome.value == outcome


def test_what_may_be_a_host_is_asked_about(convert: Convert) -> None:
    """Where it is not sure, the value stays and the user is told what to write."""
    made = convert(PROJECT.format(command="a", environment="{NAME: my_db}"))
    (found,) = (item for item in made.diagnostics if item.path[-1:] == ("NAME",))
    assert "left as it is" in found.message
    assert found.hint == "if NAME is a host name, write `my-db`"


def test_aliases_that_had_to_change_are_hosts_too(convert: Convert, trait: Callable[..., Any]) -> None:
    """A network alias, a link or a container name with an underscore is rewritten like a service's name."""
    made = convert("""
        services:
          app: {image: a, command: ['x://main_db:1/', 'x://other_db:1/', 'x://box_1:1/'], links: ["db:other_db"]}
          db: {image: a, container_name: box_1, networks: {default: {aliases: [main_db]}}}
        """)
    assert trait(made, "app", "command") == {"args": ["x://main-db:1/", "x://other-db:1/", "x://box-1:1/"]}


def test_a_user_of_a_url_is_no_host(convert: Convert, trait: Callable[..., Any]) -> None:
    """``//my_db:secret@cache`` logs in as ``my_db``; only what stands behind the ``@`` is a host."""
    made = convert(PROJECT.format(command="'pg://my_db:pw@my_db:5432/x'", environment="{}"))
    assert trait(made, "app", "command") == {"args": ["pg://my_db:pw@my-db:5432/x"]}


def test_a_health_check_calls_the_name_that_the_cluster_knows(convert: Convert, component: Callable[..., Any]) -> None:
    """A probe runs in the pod, where the name of Compose does not resolve."""
    made = convert(
        "services: {app: {image: a, healthcheck: {test: curl http://my_db:80/}}, my_db: {image: b, expose: ['80']}}"
    )
    probe = component(made, "app")["properties"]["readinessProbe"]
    assert probe["exec"]["command"] == ["/bin/sh", "-c", "curl http://my-db:80/"]


def test_a_file_is_taken_along_as_it_is_and_its_hosts_are_told(convert: Convert) -> None:
    """Nobody rewrites a user's file; the report names the host and what it is now."""
    made = convert(
        "services: {app: {image: a, configs: [site]}, my_db: {image: b}}\n"
        "configs: {site: {content: 'upstream my_db:80; # my_db'}}"
    )
    texts = [
        item["data"]
        for part in made.application.components
        for item in part.properties.get("objects", ())
        if item["kind"] == "ConfigMap"
    ]
    assert texts == [{"site": "upstream my_db:80; # my_db"}]
    said = [item.message for item in made.diagnostics if item.path[:1] == ("configs",)]
    assert said == ["the file names the host `my_db`, which is `my-db` on the cluster"]
