"""``kept_claims``: the claims that outlive their application, where others do not."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.functions.claim import RETAIN


def kept_claims(objects: Any, context: Context) -> list[str] | None:
    """Return the names of the claims that stay; ``None`` if all do, so that no name need be given."""
    claims = [item["metadata"] for item in objects if item["kind"] == "PersistentVolumeClaim" and "metadata" in item]
    kept = [claim["name"] for claim in claims if (claim.get("annotations") or {}).get(RETAIN) != "false"]
    return list(dict.fromkeys(kept)) if len(kept) < len(claims) else None
