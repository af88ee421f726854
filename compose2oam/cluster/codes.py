"""What can be wrong with an application that runs: the codes, never reused."""

from __future__ import annotations

FAILING = "UP-100"
FAILED = "UP-101"
LATE = "UP-102"
REFUSED = "UP-103"

TITLES = {
    FAILING: "A service does not come up",
    FAILED: "The runtime cannot bring the application up",
    LATE: "The time is up, and something is not ready",
    REFUSED: "The cluster refuses what a line of the project asks for",
}
