"""What a caller can choose about a conversion."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices of one conversion; ``x-oam`` in the Compose file overrules them service by service.

    Attributes:
        namespace: where the application goes; ``None`` for the project's name.
        volume_size: the storage request of a named volume that says no size (Kubernetes quantity).
    """

    namespace: str | None = None
    volume_size: str = "1Gi"
