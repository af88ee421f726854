"""``mappings/README.md`` is true: its rules load and hold, its template is filled in, its commands run."""

from __future__ import annotations

import pathlib
import re
from typing import TYPE_CHECKING, Any

from compose2oam import api, examples
from compose2oam.model.outcome import Outcome
from compose2oam.model.workload import FIELDS
from compose2oam.rules.rulebook import builtin_mappings, load_rulebook
from compose2oam.rules.shapes import CARRIER, MEANING, OVERLAY, PATCH, SCOPE_NAMES, WAY
from compose2oam.rules.templates import _FORMS, compile_template
from compose2oam.source.reader import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import CommandLine, Load, Write

PAGE = (builtin_mappings() / "README.md").read_text(encoding="utf-8")
SNIPPETS = dict(re.findall(r"```yaml (\S+)\n(.*?)```", PAGE, re.DOTALL))
FILES = {name: text for name, text in SNIPPETS.items() if name.endswith(".yaml")}


def test_every_block_of_yaml_is_named() -> None:
    """A block without a name would not be run."""
    assert len(SNIPPETS) == PAGE.count("```yaml")
    assert set(SNIPPETS) - set(FILES) == {"template"}


def test_the_rules_of_the_page_are_an_overlay_that_loads(write: Write) -> None:
    """All of them together, and their examples hold."""
    book = load_rulebook(overlays=[write(FILES)])
    codes = {rule.code for rule in book.rules()}
    assert {"C2O-901", "C2O-902", "KV-901"} <= codes
    assert not {"KV-310", "C2O-230"} & codes
    count, failures = examples.run(book, iter(rule for rule in book.rules() if rule.code[-3:] in ("901", "902")))
    assert count == 3
    assert failures == []


def test_the_target_of_the_page_extends_the_usual_one(write: Write, load: Load, component: Callable[..., Any]) -> None:
    """Its type takes databases, and nothing else has changed."""
    folder = write(FILES)
    project = load("services: {db: {image: 'postgres:16'}, web: {image: a}}")
    made = api.convert(project, target="platform", mappings=[folder])
    assert component(made, "db") == {"name": "db", "type": "postgres-cluster"}
    assert component(made, "web")["type"] == "worker"
    assert "KV-224" not in {rule.code for rule in load_rulebook("platform", [folder]).rules()}


def test_the_overlay_of_the_page_does_what_it_says(
    write: Write, load: Load, component: Callable[..., Any], trait: Callable[..., Any]
) -> None:
    """The meaning feeds the carrier, the label goes to the pod, and what is disabled is reported."""
    project = load(
        "services: {web: {image: a, ports: ['80'], deploy: {replicas: 3}, x-disk: ssd, x-team: green, hostname: h}}"
    )
    made = api.convert(project, mappings=[write(FILES)])
    assert trait(made, "web", "warm-scaler") == {"size": 3}
    assert trait(made, "web", "affinity")["nodeAffinity"]["required"]["nodeSelectorTerms"] == [
        {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}
    ]
    assert component(made, "web")["properties"]["labels"] == {"example.com/team": "green"}
    (entry,) = (entry for entry in made.entries if entry.path[-1] == "hostname")
    assert entry.outcome is Outcome.DROPPED


def test_the_template_of_the_page_gives_what_the_page_says() -> None:
    """Each form, and null left out."""
    (node,) = parse(SNIPPETS["template"], "README.md")
    service = {
        "image": "a",
        "ports": [{"target": 80, "protocol": "tcp"}, {"target": 53, "protocol": "udp"}],
        "mem_limit": "1048576",
    }
    context: Any = None
    assert compile_template(node, None)(service, context) == {
        "image": "a",
        "labels": {"none": "true"},
        "ports": [{"port": 80, "name": "main"}],
        "memory": "1Mi",
        "raw": {"from": "here"},
    }


def test_the_page_names_every_key_and_form() -> None:
    """And none that is not there."""
    words = set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL))) | set(
        re.findall(r"^\s*-? ?(\w+):", "\n".join(FILES.values()), re.MULTILINE)
    )
    flat = {word.partition(":")[0] for word in words}
    assert {key for shape in (MEANING, CARRIER, WAY, PATCH, OVERLAY) for key in shape.keys} <= flat
    assert set(SCOPE_NAMES) <= flat
    assert {outcome.value for outcome in Outcome} <= flat
    for form in _FORMS:
        assert f"`{{{form}:" in PAGE, form


def test_the_commands_of_the_page_run(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """As they stand."""
    commands = re.findall(r"`compose2oam ([^`]+)`", PAGE)
    assert commands
    for command in commands:
        done = cli(*command.replace("NAME", "team").split(), cwd=tmp_path)
        assert done.returncode == 0, f"{command}: {done.stderr}"


def test_the_files_that_the_page_names_are_there(root: pathlib.Path) -> None:
    """Where a reader is sent."""
    for path in re.findall(r"`(compose2oam/[\w/.]+)`", PAGE):
        assert (root / path).exists(), path


def test_fields_in_the_page_are_fields_of_the_model() -> None:
    """The snippets write what there is to write."""
    for text in FILES.values():
        (node,) = parse(text, "README.md")
        for place in node.get("means", {}):
            assert place.split(".")[0] in FIELDS


def test_lines_fit_a_screen() -> None:
    """The page is read in a terminal, too."""
    assert [line for line in PAGE.splitlines() if len(line) > 140] == []
