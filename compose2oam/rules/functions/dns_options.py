"""Resolver options."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context


def dns_options(options: Any, context: Context) -> list[dict[str, str]]:
    """Return ``dnsConfig.options`` for ``dns_opt`` (``ndots:2``)."""
    made = []
    for text in options:
        name, colon, value = str(text).partition(":")
        made.append({"name": name, "value": value} if colon else {"name": name})
    return made
