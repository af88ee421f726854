"""The codes of the report of an import, and what they stand for."""

from __future__ import annotations

from compose2oam.model.report import RuleText

SAID = "IMP-001"
OUTRIGHT = "IMP-002"
AGAIN = "IMP-003"
CLUSTER = "IMP-004"
VALUE = "IMP-005"
ADDED = "IMP-006"
PROBE = "IMP-007"
UNKNOWN = "IMP-011"
OTHERWISE = "IMP-012"
BESIDE = "IMP-013"

# Code to title and reason.
CODES: dict[str, RuleText] = {
    SAID: RuleText("Said in Compose", "A Compose key means the same; a conversion of the Compose file gives it again."),
    OUTRIGHT: RuleText("Said in x-oam", "Compose has no key for it; `x-oam` holds it as it was."),
    AGAIN: RuleText("Made again", "It follows from the rest: a conversion of the Compose file makes it anew."),
    CLUSTER: RuleText("The cluster's own", "The cluster or its tools write it; it is no part of what a user said."),
    VALUE: RuleText("The value of a secret", "It stays out of the Compose file, which names a file for it."),
    ADDED: RuleText("Added by a conversion", "The Compose file converts to this besides."),
    PROBE: RuleText("A probe that runs no command", "Health checks of Compose run commands."),
    UNKNOWN: RuleText("Not part of an application", "An Application has no such field, so its runtime drops it."),
    OTHERWISE: RuleText("Comes back otherwise", "Not even `x-oam` can say it so that a conversion gives it again."),
    BESIDE: RuleText("Beside the application", "A manifest that Compose has no place for."),
}  # fmt: skip
