"""Linux capabilities."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context


def capabilities(names: Any, context: Context) -> list[str]:
    """Return capability names without ``CAP_``, as Kubernetes writes them."""
    return [str(name).upper().removeprefix("CAP_") for name in names]
