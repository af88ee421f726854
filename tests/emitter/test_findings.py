"""What a person reads on a terminal: by service, each thing once, the gravest first, and nothing that acts on it."""

from __future__ import annotations

from typing import Any

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.emitter.report.findings import lines
from compose2oam.model.entry import Entry
from compose2oam.model.outcome import Outcome
from compose2oam.source.position import Position


def at(line: int, *path: Any, say: str = "it is gone", code: str = "C2O-1", hint: str = "", **more: Any) -> Diagnostic:
    """A warning about a place of line ``line``."""
    severity = more.get("severity", Severity.WARNING)
    return Diagnostic(code, severity, say, path, Position("c.yaml", line, 3), hint)


def told(*found: Diagnostic, entries: tuple[Entry, ...] = (), width: int = 0) -> list[str]:
    """The lines, without colours."""
    return list(lines(found, entries, lambda text, look: text, width))


def entry(item: Diagnostic, outcome: Outcome) -> Entry:
    """The entry of the ledger behind a diagnostic."""
    place = item.position or Position("c.yaml", 1, 1)
    return Entry(item.path, place, outcome, (item.code,), (), item.message, item.hint, item.severity, item.path)


def test_findings_stand_with_their_service() -> None:
    """However they come, those of a service are together, and what is of no service has a place too."""
    found = (
        at(1, "services", "a", "x", say="one"),
        at(9, "services", "b", "y", say="two"),
        at(2, "services", "a", "z", say="three"),
        at(1, say="four"),
        at(1, "spec", "components", 0, say="five"),
    )
    assert told(*found) == [
        "services.a",
        "  c.yaml:1:3: warning: one [C2O-1] (x)",
        "  c.yaml:2:3: warning: three [C2O-1] (z)",
        "services.b",
        "  c.yaml:9:3: warning: two [C2O-1] (y)",
        "project",
        "  c.yaml:1:3: warning: four [C2O-1]",
        "application",
        "  c.yaml:1:3: warning: five [C2O-1] (spec.components[0])",
    ]


def test_the_ledger_says_what_is_lost_and_losses_come_first() -> None:
    """After errors; what is only approximated follows."""
    near, lost = at(1, "services", "a", "x", say="near", code="A"), at(2, "services", "a", "y", say="lost", code="B")
    wrong = at(3, "services", "a", "z", say="wrong", code="C", severity=Severity.ERROR)
    entries = (entry(near, Outcome.APPROXIMATED), entry(lost, Outcome.DROPPED))
    assert told(near, lost, wrong, entries=entries)[1:] == [
        "  c.yaml:3:3: error: wrong [C] (z)",
        "  c.yaml:2:3: dropped: lost [B] (y)",
        "  c.yaml:1:3: approximated: near [A] (x)",
    ]


def test_the_same_of_several_services_is_said_once() -> None:
    """With the places, as many as one takes in."""
    found = [at(line, "services", f"s{line}", "x", hint="do so") for line in range(1, 9)]
    assert told(*found) == [
        "several parts",
        "  warning: it is gone [C2O-1]",
        *(f"    c.yaml:{line}:3: services.s{line}.x" for line in range(1, 5)),
        "    and 4 more",
        "    help: do so",
    ]


def test_the_same_of_one_service_is_said_once() -> None:
    """Its places follow, with the advice after all of them."""
    found = [at(line, "services", "a", line, hint="do so") for line in range(1, 7)]
    assert told(*found) == [
        "services.a",
        "  c.yaml:1:3: warning: it is gone [C2O-1]",
        "  c.yaml:2:3: the same",
        "  c.yaml:3:3: the same",
        "  c.yaml:4:3: the same",
        "    and 2 more",
        "    help: do so",
    ]


def test_a_range_of_ports_is_one_message() -> None:
    """A thousand things to say of one place are said as one."""
    found = [at(7, "services", "a", "ports", port, say=f"port {port} is open") for port in range(1000)]
    assert told(*found)[1:] == ["  c.yaml:7:3: warning: port 0 is open (and 999 more of this line) [C2O-1] (ports[0])"]


def test_advice_that_holds_for_neighbours_is_given_once() -> None:
    """Even where another message came between them."""
    found = (
        at(1, "services", "a", "x", say="one", hint="do so"),
        at(2, "services", "a", "y", say="two", code="C2O-2"),
        at(3, "services", "a", "z", say="three", hint="do so"),
    )
    assert [line.strip() for line in told(*found) if "help" in line] == ["help: do so"]


def test_notes_that_the_ledger_has_are_left_to_it() -> None:
    """``-v`` prints the ledger below; only what is not in it is said above."""
    known = at(1, "services", "a", "x", severity=Severity.INFO)
    new = at(2, "services", "a", "y", say="new", severity=Severity.INFO)
    assert told(known, new, entries=(entry(known, Outcome.TRANSLATED),))[1:] == ["  c.yaml:2:3: info: new [C2O-1] (y)"]


def test_lines_keep_to_the_width_of_the_terminal() -> None:
    """Words are never broken, and what follows is indented."""
    say = "a rather long sentence about what became of this, and " + "x" * 50
    made = told(at(1, "services", "a", "x", say=say, hint="and some long advice that goes on and on"), width=60)
    assert all(len(line) <= 60 or "x" * 50 in line for line in made)
    assert all(line.startswith("      ") for line in made[2:-1])
    assert " ".join(" ".join(made[1:-1]).split()) == f"c.yaml:1:3: warning: {say} [C2O-1] (x)"


def test_hostile_text_does_not_reach_the_terminal() -> None:
    """Escape sequences, line breaks, and marks that turn the direction of reading, wherever they stand."""
    bad = "a\x1b[2J\n\x9b\u202e"
    item = Diagnostic("C2O-1", Severity.WARNING, bad, ("services", bad, bad), Position(bad, 1, 1), bad)
    for made in (told(item), told(item, width=60), told(item, at(2, "services", "b"), item)):
        text = "".join(made)
        assert not {"\x1b", "\n", "\x9b", "\u202e"} & set(text)
        assert "\\x1b[2J\\x0a\\x9b\\u202e" in text
