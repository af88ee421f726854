"""Reports say the same in every format, and nothing of the input leaks into their syntax."""

from __future__ import annotations

import json

import pytest

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.emitter import report as reports
from compose2oam.errors import UsageError
from compose2oam.model.entry import Entry
from compose2oam.model.outcome import Outcome
from compose2oam.model.report import Report, RuleText
from compose2oam.source.position import Position

IMAGE = Entry(
    ("services", "web", "image"),
    Position("compose.yaml", 3, 5),
    Outcome.TRANSLATED,
    ("C2O-110",),
    (("components", "web", "properties", "image"),),
)
LIMIT = Entry(
    ("services", "web", "ulimits", "nofile"),
    Position("a, b%.yaml", 4, 7),
    Outcome.DROPPED,
    ("C2O-631",),
    (),
    "100% of it: a | b\nis lost",
    "do this",
    Severity.WARNING,
)
FINDING = Diagnostic("OAM-141", Severity.WARNING, "odd", ("spec", "components", 0), None, "look")
REPORT = Report("shop", "shop", (IMAGE, LIMIT), (FINDING,), {"C2O-631": RuleText("Limits", "They are the node's.")})


def test_json_has_every_entry_and_finding() -> None:
    """A program finds all that a person is told, and the counts."""
    data = json.loads(reports.render(REPORT, "json"))
    assert data["counts"] == {"translated": 1, "dropped": 1}
    assert [entry["path"] for entry in data["entries"]] == ["services.web.image", "services.web.ulimits.nofile"]
    assert data["entries"][0]["targets"] == ["components.web.properties.image"]
    assert data["entries"][1]["hint"] == "do this"
    assert data["diagnostics"][0]["code"] == "OAM-141"


def test_sarif_has_a_result_for_each_loss_with_its_place_and_rule() -> None:
    """What was translated is no result; a place without a file has its path alone."""
    run = json.loads(reports.render(REPORT, "sarif"))["runs"][0]
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        ("C2O-631", "warning"),
        ("OAM-141", "warning"),
    ]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%2C%20b%25.yaml"
    assert place["region"] == {"startLine": 4, "startColumn": 7}
    assert "physicalLocation" not in run["results"][1]["locations"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["C2O-631", "OAM-141"]
    assert rules[0]["shortDescription"] == {"text": "Limits"}


def test_github_commands_stay_on_their_line() -> None:
    """Line breaks, colons and commas of the input cannot end a command or a property."""
    lines = reports.render(REPORT, "github").splitlines()
    assert lines[0] == (
        "::warning file=a%2C b%25.yaml,line=4,col=7,title=C2O-631::dropped: 100%25 of it: a | b%0Ais lost. do this"
    )
    assert lines[1] == "::warning title=OAM-141::odd. look"


def test_markdown_shows_text_as_it_is() -> None:
    """A bar or a line break of the input does not break the table."""
    rows = [line for line in reports.render(REPORT, "markdown").splitlines() if line.startswith("| ulimits")]
    assert rows == [
        r"| ulimits.nofile | a, b%.yaml:4 | dropped |  | 100% of it: a \| b is lost. do this | C2O-631 |",
    ]


def test_text_is_grouped_by_service_and_begins_with_the_counts() -> None:
    """One glance tells how much was lost."""
    lines = reports.render(REPORT, "text").splitlines()
    assert lines[0] == "shop: 2 keys: 1 translated, 1 dropped"
    assert lines[2] == "services.web"


@pytest.mark.parametrize(
    ("path", "named", "expected"),
    [
        ("r.json", "", "json"),
        ("a/r.sarif", "", "sarif"),
        ("r.md", "", "markdown"),
        ("r.txt", "", "text"),
        ("-", "github", "github"),
        ("r.json", "markdown", "markdown"),
    ],
)
def test_a_format_is_named_or_read_off_the_file(path: str, named: str, expected: str) -> None:
    """What is named wins."""
    assert reports.format_of(path, named) == expected


@pytest.mark.parametrize(("path", "named"), [("r.pdf", ""), ("", ""), ("r.json", "pdf")])
def test_an_unknown_format_is_refused(path: str, named: str) -> None:
    """The message lists the formats that there are."""
    with pytest.raises(UsageError, match="sarif"):
        reports.format_of(path, named)
