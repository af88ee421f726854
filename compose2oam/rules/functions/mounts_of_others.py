"""Mounts that a service takes over from other ones."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.model.path import Path
from compose2oam.model.workload import Part
from compose2oam.rules.context import Context
from compose2oam.rules.functions.config_mounts import config_mounts
from compose2oam.rules.functions.mounts import mounts
from compose2oam.rules.functions.secret_mounts import secret_mounts
from compose2oam.rules.ledger import Ledger
from compose2oam.rules.pods import lender


def mounts_of_others(entries: Any, context: Context) -> list[Part]:
    """Return the mounts of the services in ``volumes_from`` (``db``, ``db:ro``); own mounts go before them."""
    made: dict[str, Part] = {}
    for index, text in enumerate(entries):
        path: Path = ("volumes_from", index)
        service = lender(text)
        if not service:
            hint = "make it a service of this project, or name its volumes and mount them"
            context.note(Outcome.REFUSED, "no pod of this project is that container", path, hint)
        elif service not in context.project.section("services"):
            context.note(Outcome.REFUSED, f"there is no service `{service}`", path, "name a service that is enabled")
        else:
            # Of two that lend something at one place, Docker takes the later one.
            options = str(text).partition(":")[2].split(",")
            made.update(_lent(service, "ro" in options, path, context))
    own = {str(volume["target"]).rstrip("/") for volume in context.entity.get("volumes") or ()}
    own.update(str(text).partition(":")[0].rstrip("/") for text in context.entity.get("tmpfs") or ())
    return [mount for place, mount in made.items() if place.rstrip("/") not in own]


def _lent(service: str, read_only: bool, path: Path, context: Context) -> dict[str, Part]:
    tree = context.project.section("services")[service]
    facts = context.facts["project"]
    # What there is to say about the mounts is said where they are written, so this ledger is never read.
    known = {**facts.services[service], "project": facts}
    there = Context(context.project, context.settings, Ledger(context.project), ("services", service), tree, known)
    volumes = tree.get("volumes") or ()
    found = mounts(volumes, there)
    lost = len(volumes) - len(found)
    scratch = [mount for mount in found if mount["kind"] == "emptyDir" and not mount.get("source")]
    if lost or scratch:
        say = f"what `{service}` does not keep does not come along: {_words(lost, scratch)}"
        outcome = Outcome.APPROXIMATED if len(found) > len(scratch) else Outcome.DROPPED
        context.note(outcome, say, path, "name the volumes, and both services can mount them")
    found = [mount for mount in found if mount not in scratch]
    found += mounts_of_others(tree.get("volumes_from") or (), there)
    found += config_mounts(_of_files(tree, "configs", context), there)
    found += secret_mounts(_of_files(tree, "secrets", context), there)
    # The first service that mounts a volume fills it; who borrows it does not.
    kept = ({key: value for key, value in mount.items() if key != "prepopulate"} for mount in found)
    return {mount["mountPath"]: Part({**mount, "readOnly": True} if read_only else mount, path) for mount in kept}


def _of_files(tree: Any, section: str, context: Context) -> list[Any]:
    """Return what Docker Compose mounts as a file of the machine, and so lends like a volume."""
    declared = context.project.section(section)
    return [item for item in tree.get(section) or () if "file" in (declared.get(item["source"]) or {})]


def _words(lost: int, scratch: list[Part]) -> str:
    parts = [f"scratch space at {mount['mountPath']}" for mount in scratch]
    if lost:
        parts.append("a mount that was left out" if lost == 1 else f"{lost} mounts that were left out")
    return ", ".join(parts)
