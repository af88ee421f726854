"""What there is to say of a conversion, for a person at a terminal: by service, each thing once, the gravest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.emitter.report.groups import inside, part_of
from compose2oam.emitter.report.plain import plain
from compose2oam.model.entry import Entry
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path, render
from compose2oam.source.position import Position

SEVERAL = "several parts"
# So many places of one finding are listed.
_MOST_PLACES = 4
# A line has at least so much room for its message.
_NARROWEST = 20
_WITHOUT_DIGITS = dict.fromkeys(map(ord, "0123456789"))
# Lines are not broken at it.
_HARD_SPACE = "\u00a0"
_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)

# Label, severity, code, message and hint: what makes two findings the same.
_Key = tuple[str, str, str, str, str]
Style = Callable[[str, str], str]
"""Gives a text the looks of ``error``, ``warning``, ``info``, ``strong`` or ``faint``."""


class _Finding(NamedTuple):
    """What is said once, and the diagnostics that say it."""

    label: str
    severity: Severity
    message: str
    said: list[Diagnostic]

    @property
    def code(self) -> str:
        return self.said[0].code

    @property
    def hint(self) -> str:
        return self.said[0].hint

    @property
    def weight(self) -> tuple[int, int]:
        losses = [outcome.value for outcome in Outcome if outcome.is_loss]
        return _SEVERITIES.index(self.severity), 0 if self.label in losses else 1


def lines(found: Iterable[Diagnostic], entries: Iterable[Entry], style: Style, width: int = 0) -> Iterator[str]:
    """Yield the lines that say what was found.

    Args:
        found: what there is to say; notes that the ledger has as well are left to it.
        entries: the ledger, which knows whether a thing is approximated or lost.
        style: gives colours.
        width: where lines are broken, in characters; 0 for nowhere.
    """
    for title, findings in _grouped(_merged(found, entries)).items():
        yield style(plain(title), "strong")
        for index, finding in enumerate(findings):
            yield from _several(finding, style, width) if title == SEVERAL else _one(finding, style, width)
            after = findings[index + 1] if index + 1 < len(findings) else None
            if finding.hint and (after is None or (after.code, after.hint) != (finding.code, finding.hint)):
                yield from _wrapped(("    ", "help: ", finding.hint, ""), "faint", style, width)


def _one(finding: _Finding, style: Style, width: int) -> Iterator[str]:
    """Yield what is said of one part: a line for each place."""
    first, *others = finding.said
    within = inside(first.path)
    tail = f" ({plain(within)})" if within and not others else ""
    parts = (f"  {_place(first)}", f"{finding.label}: ", finding.message, f" [{finding.code}]{tail}")
    yield from _wrapped(parts, finding.severity.value, style, width)
    yield from (f"  {_place(item)}{style('the same', 'faint')}" for item in others[: _MOST_PLACES - 1])
    yield from _more(len(others) - _MOST_PLACES + 1)


def _several(finding: _Finding, style: Style, width: int) -> Iterator[str]:
    """Yield what is said of several parts, then where."""
    parts = ("  ", f"{finding.label}: ", finding.message, f" [{finding.code}]")
    yield from _wrapped(parts, finding.severity.value, style, width)
    for item in finding.said[:_MOST_PLACES]:
        yield f"    {_place(item)}{style(plain(render(item.path)), 'faint')}"
    yield from _more(len(finding.said) - _MOST_PLACES)


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f"    and {count} more"


def _place(item: Diagnostic) -> str:
    return f"{plain(str(item.position))}: " if item.position else ""


def _wrapped(parts: tuple[str, str, str, str], look: str, style: Style, width: int) -> Iterator[str]:
    """Yield a place, a label in its looks, a message and a faint remark, in lines of a width."""
    place, label, message, remark = parts
    head, remark = place + label, remark.strip().replace(" ", _HARD_SPACE)
    text = f"{plain(message)} {remark}".rstrip()
    made = [text]
    if width:
        import textwrap

        made = textwrap.wrap(
            text,
            max(width, len(head) + _NARROWEST),
            initial_indent=" " * len(head),
            subsequent_indent="      ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        made[0] = made[0][len(head) :]
    if remark and made[-1].endswith(remark):
        made[-1] = made[-1].removesuffix(remark) + style(remark.replace(_HARD_SPACE, " "), "faint")
    made[0] = f"{place}{style(label.rstrip(), look)} {made[0]}"
    yield from made


def _merged(found: Iterable[Diagnostic], entries: Iterable[Entry]) -> Iterator[_Finding]:
    """Yield each thing that is said, once for all the places that it is said of."""
    found = list(found)
    # Most lines end well, and nothing is said of them.
    codes = {item.code for item in found}
    outcomes: dict[tuple[str, str, Path], Outcome] = {}
    for entry in entries:
        if entry.codes[0] not in codes:
            continue
        key = (entry.codes[0], entry.say, entry.about)
        known = outcomes.get(key)
        if known is None or entry.outcome.rank > known.rank:
            outcomes[key] = entry.outcome
    told = {(code, about) for code, _, about in outcomes}
    made: dict[_Key, _Finding] = {}
    spots: dict[tuple[Position, str, str, str], _Key] = {}
    # Many places have one message.
    without_digits: dict[str, str] = {}
    for item in found:
        outcome = outcomes.get((item.code, item.message, item.path))
        if item.severity is Severity.INFO and (item.code, item.path) in told:
            continue
        shown = outcome is not None and outcome.rank >= Outcome.APPROXIMATED.rank and item.severity is Severity.WARNING
        label = outcome.value if shown and outcome else item.severity.value
        thing = (label, item.severity.value, item.code, item.message, item.hint)
        if item.position:
            # A range of ports is many ports, and one thing to say of one place.
            if item.message not in without_digits:
                without_digits[item.message] = item.message.translate(_WITHOUT_DIGITS)
            alike = (item.position, item.code, label, without_digits[item.message])
            thing = spots.setdefault(alike, thing)
        made.setdefault(thing, _Finding(label, item.severity, item.message, [])).said.append(item)
    for finding in made.values():
        places = {item.position or item.path: item for item in reversed(finding.said)}
        hidden = len(finding.said) - len(places)
        one = len({item.message for item in finding.said}) == 1
        message = finding.message if one or not hidden else f"{finding.message} (and {hidden} more of this line)"
        yield finding._replace(message=message, said=list(reversed(places.values())))


def _grouped(findings: Iterable[_Finding]) -> dict[str, list[_Finding]]:
    """Sort findings by the part of the project that they are about; in a part, the gravest stand first."""
    groups: dict[str, list[_Finding]] = {}
    for finding in findings:
        parts = {part_of(item.path) for item in finding.said}
        groups.setdefault(parts.pop() if len(parts) == 1 else SEVERAL, []).append(finding)
    last = groups.pop(SEVERAL, None)
    ordered = {title: _in_order(members) for title, members in groups.items()}
    return {**ordered, SEVERAL: _in_order(last)} if last else ordered


def _in_order(findings: list[_Finding]) -> list[_Finding]:
    """Sort findings by how grave they are; those with the same advice stand together."""
    order: dict[tuple[str, str], int] = {}
    for finding in findings:
        order.setdefault((finding.code, finding.hint), len(order))
    return sorted(findings, key=lambda finding: (*finding.weight, order[finding.code, finding.hint]))
