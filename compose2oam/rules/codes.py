"""The codes of what is said of a conversion and belongs to no rule, each with its title and the reason for it.

``RULE-1xx`` are faults of rule files themselves, and stand where they are found.
"""

from __future__ import annotations

from typing import Final

from compose2oam.model.namedtuple import NamedTuple


class Text(NamedTuple):
    """What a code stands for."""

    title: str
    why: str


CODES: Final[dict[str, Text]] = {
    "C2O-000": Text("A key that no rule reads", "It would be lost in silence otherwise; a rule of yours can read it."),
    "C2O-001": Text("Two services of one name", "Names lose what Kubernetes does not take, and must differ after it."),
    "C2O-002": Text("A field that the target cannot say", "No carrier of the target takes this field of the workload."),
    "C2O-003": Text("A fault in x-oam", "Its keys are ours, so a misspelt one is an error and not an extension."),
    "C2O-005": Text(
        "OAM that the target has no place for", "Plain objects, and the older runtime, can say less of it."
    ),
    "C2O-004": Text(
        "What an override cannot say",
        "A file of an environment can change components, but add none and take none away.",
    ),
    "C2O-006": Text("A service in which nothing runs", "Without an image there is nothing for a cluster to start."),
    "C2O-007": Text("Nothing to convert", "An application has at least one component."),
    "C2O-008": Text(
        "Secrets in plain text", "Variables of an application are read by all who can read it, in each revision."
    ),
    "C2O-009": Text("One value for a whole pod", "Services that share a pod share this field of it."),
    "C2O-060": Text(
        "A hint for another converter that does not count",
        "Its value is none that the converter takes, it is misspelt, or something that goes before it says otherwise.",
    ),
}
