"""Environment variables."""

from __future__ import annotations

from typing import Any

from compose2oam.diagnostics import Severity
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.model.regex import regex
from compose2oam.model.secrecy import is_sensitive
from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.functions.arguments import escaped
from compose2oam.rules.hosts import Hosts
from compose2oam.rules.resources import note_secret
from compose2oam.rules.variables import Kept, keep

# What every supported Kubernetes version takes as a name (EnvVar v1 core).
_NAME = regex(r"[-._a-zA-Z][-._a-zA-Z0-9]*\Z")


def environment(variables: Any, context: Context) -> list[Part]:
    """Return ``env`` items for a Compose ``environment``; a variable without a value is left out, with a note."""
    hosts = Hosts(context)
    made = []
    elsewhere: dict[str, Kept] = context.memo.setdefault("kept variables", {})
    mapped = context.facts["hints"].get("mapEnv", {})
    for name, value in variables.items():
        path = ("environment", name)
        if name in mapped:
            say = "the label katenary.v3/map-env decides it"
            context.note(Outcome.NOT_NEEDED, say, path, severity=Severity.INFO)
        elif value is None:
            say = f"`{name}` has no value where the conversion runs, so the container does not get it, as in Compose"
            hint = f"set {name}, or give it a value in the Compose file"
            context.note(Outcome.NOT_NEEDED, say, path, hint, Severity.INFO)
        elif not _NAME.match(name):
            say = f"`{name}` is not a name that Kubernetes takes for a variable"
            context.note(Outcome.DROPPED, say, path, "use letters, digits, `_`, `-` and `.`, and begin with no digit")
        else:
            text = hosts.rewrite_variable(name, str(value), path)
            kept = keep(name, text, context)
            if kept is not None:
                elsewhere[name] = kept
                made.append(Part({"name": name, "valueFrom": kept.reference}, path))
                _note_kept(kept, path, context)
                continue
            made.append(Part({"name": name, "value": escaped(text)}, path))
            if value and is_sensitive(name):
                context.facts["project"].sensitive.append((*context.place, *path))
                say = f"`{name}` looks like a secret, and stands in the application for all its readers to see"
                context.note(Outcome.TRANSLATED, say, path, "give it as one of `secrets:`", Severity.INFO)
    return made


def _note_kept(kept: Kept, path: Path, context: Context) -> None:
    say = f"its value is in the {kept.kind} `{kept.name}`, as the settings say"
    context.note(Outcome.TRANSLATED, say, path, "pods see a changed value when they start again", Severity.INFO)
    if kept.secret:
        note_secret(context, kept.name, path)
