"""What there is to say of images that are built: the codes, never reused."""

from __future__ import annotations

NOWHERE = "BL-100"
CANNOT = "BL-101"
UNGIVEN = "BL-102"
FAILED = "BL-103"
CIRCLE = "BL-104"

TITLES = {
    NOWHERE: "An image has no registry to go to",
    CANNOT: "The builder has no word for a key of `build`",
    UNGIVEN: "A secret cannot be given to a build",
    FAILED: "An image could not be built or pushed",
    CIRCLE: "Images are built from one another in a circle",
}
