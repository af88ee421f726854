"""What other converters get wrong in projects, and what comes out here: a test for each known fault."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

import compose2oam
from compose2oam.errors import ComposeError, LossRefused
from compose2oam.model.path import render
from compose2oam.rules.rulebook import Rulebook
from compose2oam.rules.settings import Settings

if TYPE_CHECKING:
    from conftest import Convert, Write


def test_the_override_file_is_read_by_itself(found: Convert) -> None:
    """kompose reads the first file only."""
    made = found(
        {
            "compose.yaml": "services: {web: {image: a, environment: {A: base, B: base}}}",
            "compose.override.yaml": "services: {web: {environment: {A: over}}}",
        }
    )
    assert made.variables("web") == {"A": "over", "B": "base"}


@pytest.mark.parametrize(("separator", "given"), [(":", {}), (";", {"COMPOSE_PATH_SEPARATOR": ";"})])
def test_compose_file_names_several_files(found: Convert, separator: str, given: Mapping[str, str]) -> None:
    """kompose wants spaces there, which no other does."""
    made = found(
        {"a.yaml": "services: {web: {image: a}}", "b.yaml": "services: {web: {image: b}}"},
        environment={"COMPOSE_FILE": f"a.yaml{separator}b.yaml", **given},
    )
    assert made.properties("web")["image"] == "b"


def test_compose_profiles_is_heard(found: Convert) -> None:
    """kompose ignores it."""
    made = found(
        {"compose.yaml": "services: {web: {image: a}, debug: {image: a, profiles: [debug]}}"},
        environment={"COMPOSE_PROFILES": "debug"},
    )
    assert {"web", "debug"} <= set(made.components)


def test_profiles_that_leave_nothing_are_said(convert: Convert) -> None:
    """Rather than empty output without a word."""
    with pytest.raises(ComposeError, match="no service is enabled"):
        convert("services: {debug: {image: a, profiles: [debug]}}")


def test_project_directory_name_and_env_file_are_heard(found: Convert, folder: pathlib.Path) -> None:
    """kompose has none of the three."""
    made = found(
        {
            "stack/compose.yaml": "services: {web: {image: 'a:$TAG', env_file: app.env}}",
            "app.env": "A=1\n",
            "ci.env": "TAG=9\n",
        },
        environment={"COMPOSE_FILE": "stack/compose.yaml"},
        project_directory=str(folder),
        project_name="shop",
        env_files=("ci.env",),
    )
    assert made.application["metadata"]["name"] == "shop"
    assert made.properties("web")["image"] == "a:9"
    assert made.variables("web") == {"A": "1"}


def test_an_unknown_key_is_an_error_with_its_place(convert: Convert) -> None:
    """kompose's check of unknown keys is called by its tests alone."""
    with pytest.raises(ComposeError) as error:
        convert("services:\n  web:\n    image: a\n    imagee: b\n    portz: []\n")
    lines = [item.position.line for item in error.value.diagnostics if item.position]
    assert lines == [4, 5]


def test_every_finding_names_its_line(convert: Convert) -> None:
    """None of the others does; here also for what another file brings in."""
    made = convert(
        """
        include: [more.yaml]
        services:
          web: {image: a, user: name, ports: ["127.0.0.1:80:80"], init: true, mac_address: "02:42:ac:11:65:43"}
        """,
        {"more.yaml": "services:\n  db:\n    image: a\n    ulimits: {nofile: 1}\n"},
    )
    places = {
        (item.position.file.rpartition("/")[2], item.position.line)
        for item in made.conversion.diagnostics
        if item.position
    }
    assert len(made.conversion.diagnostics) >= 5
    assert all(item.position for item in made.conversion.diagnostics)
    assert places == {("compose.yaml", 4), ("more.yaml", 4)}


LOSSY = """
    services:
      web: {image: a, volumes: ["data:/data"], oom_score_adj: 5, external_links: [other]}
    volumes: {data: }
    """


def test_all_losses_are_refused_at_once(folder: pathlib.Path, write: Write, rulebook: Rulebook) -> None:
    """kompose stops at the first warning, and warns of a plain named volume, which is no loss."""
    write({"compose.yaml": LOSSY})
    project = compose2oam.load(folder / "compose.yaml", environment={})
    with pytest.raises(LossRefused) as error:
        compose2oam.convert(project, on_loss="error", rulebook=rulebook)
    lost = {render(item.path) for item in error.value.diagnostics}
    assert lost == {"services.web.oom_score_adj", "services.web.external_links[0]"}


def test_two_runs_give_the_same_application(convert: Convert) -> None:
    """kompose's order follows its maps."""
    text = """
    services:
      b: {image: a, networks: [y, x], secrets: [s], labels: {z: 1, a: 2}}
      a: {image: a, networks: [x, y], volumes: ["wide:/w", "deep:/v"]}
    networks: {y: , x: }
    volumes: {wide: , deep: }
    secrets: {s: {environment: S}}
    """
    first, second = (repr(convert(text, environment={"S": "1"}).documents) for _ in range(2))
    assert first == second


def test_the_application_says_no_namespace_default(convert: Convert) -> None:
    """kompose once forced it into everything."""
    made = convert("services: {web: {image: a}}")
    assert "default" not in {item["metadata"].get("namespace") for item in made.documents}


def test_network_policies_leave_names_and_the_way_out(convert: Convert) -> None:
    """Others write policies for egress too, and with them a pod finds no name and reaches no other network."""
    text = """
        services:
          web: {image: a, ports: ["80:80"], networks: [front, back]}
          db: {image: b, networks: [back]}
        networks: {front: , back: {internal: true}}
        """
    made = convert(text, settings=Settings(network_policies=True)).objects("NetworkPolicy")
    outward = {name: item["spec"] for name, item in made.items() if "Egress" in item["spec"]["policyTypes"]}
    assert list(outward) == ["internal-db"]
    (dns,) = (rule for rule in outward["internal-db"]["egress"] if "ports" in rule)
    assert {(item["port"], item["protocol"]) for item in dns["ports"]} == {(53, "UDP"), (53, "TCP")}
