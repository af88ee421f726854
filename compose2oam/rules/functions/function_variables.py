"""Variables of a function of OpenFaaS, which are texts."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context


def function_variables(env: Any, context: Context) -> dict[str, str]:
    """Return ``spec.environment`` (Function v1 openfaas.com); variables that come from objects are told as dropped."""
    for item in env:
        if "value" not in item:
            say = f"a function takes `{item['name']}` as a text alone"
            path = getattr(item, "path", ()) or ("environment", item["name"])
            context.note(Outcome.DROPPED, say, path, "give it as `secrets:`, and let the function read the file")
    return {item["name"]: item["value"] for item in env if "value" in item}
