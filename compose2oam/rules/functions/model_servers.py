"""What must run before a service can use a model."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.models import server_of


def model_servers(models: Any, context: Context) -> list[str] | None:
    """Return the components of the application that serve the models of a service."""
    return [name for key in models if (name := server_of(context.project, key))] or None
