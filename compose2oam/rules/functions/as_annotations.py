"""Compose labels and annotations, as Kubernetes annotations."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.rules.context import Context
from compose2oam.rules.hints import is_hint
from compose2oam.rules.names import QUALIFIED_NAME


def as_annotations(labels: Any, context: Context) -> dict[str, str] | None:
    """Return the labels whose keys Kubernetes takes for annotations; a note for each of the others."""
    made = {}
    for key, value in labels.items():
        if is_hint(key):
            # Labels that other converters are told are no labels of what runs; other rules say what becomes of them.
            context.note(Outcome.NOT_NEEDED, "", (*_place(key, labels, context), key))
        elif QUALIFIED_NAME.match(key):
            made[key] = "" if value is None else str(value)
        else:
            say = f"`{key}` is not a name that Kubernetes takes for an annotation"
            context.note(Outcome.DROPPED, say, (*_place(key, labels, context), key))
    return made or None


def _place(key: str, labels: Any, context: Context) -> Path:
    """Return where in the service a label stands."""
    if labels is (context.entity.get("deploy") or {}).get("labels"):
        return ("deploy", "labels")
    return ("annotations",) if key in (context.entity.get("annotations") or {}) else ("labels",)
