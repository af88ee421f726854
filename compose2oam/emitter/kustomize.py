"""A Kustomize folder: a base with what was converted, and an overlay for each environment.

::

    base/kustomization.yaml         the user's, once it is there: only our entries of `resources` are kept right
    base/application.yaml           ours
    base/objects.yaml               ours: the manifests that must be there before
    base/secrets.yaml               ours, where Secrets were asked for
    overlays/prod/kustomization.yaml    the user's, once it is there: only the base and our patch are kept in it
    overlays/prod/environment.yaml      ours: how this environment differs from the base

What is ours is written anew each time; nothing else is changed, and nothing is ever deleted. Kustomize takes an
Application for a kind that it does not know, so an overlay patches it by places (RFC 6902) instead of replacing lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from compose2oam.emitter import yaml
from compose2oam.errors import InputError, UsageError
from compose2oam.model.oam import API_VERSION, KIND
from compose2oam.source.position import Position
from compose2oam.source.reader import parse
from compose2oam.source.tree import mark_of

APPLICATION, OBJECTS, SECRETS, PATCH = "application.yaml", "objects.yaml", "secrets.yaml", "environment.yaml"
# The names that Kustomize looks for, the first being the one that it recommends.
_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_HEAD = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}

Manifest = Mapping[str, Any]
# Returns the text of a file of the folder by its path, ``None`` if there is none.
Present = Callable[[str], "str | None"]


def folder(
    documents: Sequence[Manifest],
    present: Present,
    *,
    secrets: Iterable[Manifest] = (),
    overlays: Mapping[str, Manifest] | None = None,
) -> dict[str, str]:
    """Return the files of a Kustomize folder by their paths in it.

    Args:
        documents: the manifests, the application last.
        present: reads what stands in the folder already.
        secrets: manifests of Secrets, to a file of their own.
        overlays: the application of each environment, by its name.

    Raises:
        InputError: a ``kustomization.yaml`` that is there is no valid YAML.
        UsageError: one is written in a way in which it cannot be added to without changing the rest.
    """
    *objects, application = documents
    made = {f"base/{APPLICATION}": yaml.dump([application])}
    wanted = [APPLICATION]
    unwanted = []
    if objects:
        made[f"base/{OBJECTS}"] = yaml.dump(objects)
        wanted.insert(0, OBJECTS)
    else:
        unwanted.append(OBJECTS)
    listed = list(secrets)
    if listed:
        made[f"base/{SECRETS}"] = yaml.dump(listed)
        wanted.insert(0, SECRETS)
    made.update(_kustomization("base", present, {"resources": wanted}, unwanted))
    for name, other in (overlays or {}).items():
        where = f"overlays/{name}"
        patches = [{"path": PATCH, "target": _target(application)}]
        # Not every kubectl takes a patch without an operation.
        differs = operations(application, other) or [{"op": "test", "path": "/kind", "value": application["kind"]}]
        made[f"{where}/{PATCH}"] = yaml.dump([differs])
        made.update(_kustomization(where, present, {"resources": ["../../base"], "patches": patches}, []))
    return made


def operations(base: Any, other: Any, path: str = "") -> list[dict[str, Any]]:
    """Return the JSON patch (RFC 6902) that makes one document of another.

    Lists of the same length are patched item by item, and one that only grows at its end is added to; others are
    replaced.
    """
    if isinstance(base, Mapping) and isinstance(other, Mapping):
        made = [{"op": "remove", "path": f"{path}/{_escaped(key)}"} for key in base if key not in other]
        for key, value in other.items():
            place = f"{path}/{_escaped(key)}"
            if key in base:
                made += operations(base[key], value, place)
            else:
                made.append({"op": "add", "path": place, "value": value})
        return made
    if isinstance(base, list) and isinstance(other, list) and len(base) == len(other):
        pairs = enumerate(zip(base, other, strict=True))
        return [item for index, pair in pairs for item in operations(*pair, f"{path}/{index}")]
    if isinstance(base, list) and isinstance(other, list) and base == other[: len(base)]:
        return [{"op": "add", "path": f"{path}/-", "value": value} for value in other[len(base) :]]
    return [] if type(base) is type(other) and base == other else [{"op": "replace", "path": path, "value": other}]


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _target(application: Manifest) -> dict[str, str]:
    group, _, version = API_VERSION.partition("/")
    return {"group": group, "version": version, "kind": KIND, "name": application["metadata"]["name"]}


def _kustomization(
    where: str, present: Present, wanted: Mapping[str, list[Any]], unwanted: list[str]
) -> dict[str, str]:
    """Return the ``kustomization.yaml`` of a folder: a new one, or the user's with our entries in it."""
    for name in _NAMES:
        text = present(f"{where}/{name}")
        if text is not None:
            return {f"{where}/{name}": _joined(text, f"{where}/{name}", wanted, unwanted)}
    return {f"{where}/{_NAMES[0]}": yaml.dump([{**_HEAD, **wanted}])}


def _joined(text: str, name: str, wanted: Mapping[str, list[Any]], unwanted: list[str]) -> str:
    """Add our entries to the text of a user, line by line, so that all else stays as it was written.

    Raises:
        UsageError: the text is written in another way than one entry a line.
    """
    for key, entries in wanted.items():
        tree = _read(text, name)
        before = list(tree.get(key) or ())
        goal = [entry for entry in before if entry not in unwanted]
        missing = [entry for entry in entries if entry not in goal]
        if not missing and goal == before:
            continue
        text = _edited(text, tree, key, missing, unwanted)
        if not _gives(text, name, {**tree, key: [*goal, *missing]}):
            listed = ", ".join(str(entry) if isinstance(entry, str) else entry["path"] for entry in missing)
            what = listed or f"no {unwanted[0]}"
            raise UsageError(f"{name}: cannot be added to as it is written; put {what} in its {key}")
    return text


def _read(text: str, name: str) -> Any:
    documents = parse(text, name, error=InputError)
    tree = documents[0] if documents else None
    if len(documents) != 1 or not isinstance(tree, dict):
        raise InputError(f"{name}: expected one mapping")
    return tree


def _gives(text: str, name: str, tree: Any) -> bool:
    try:
        return bool(_read(text, name) == tree)
    except InputError:
        return False


def _edited(text: str, tree: Any, key: str, missing: list[Any], unwanted: list[str]) -> str:
    lines = text.splitlines()
    places: list[Position | None] = [mark_of(tree.get(key), index) for index in range(len(tree.get(key) or ()))]
    known = [place for place in places if place is not None]
    pad = lines[known[-1].line - 1].partition("-")[0] if known else ""
    if pad.strip():
        # Not one entry a line.
        return text
    added = [pad + line for entry in missing for line in yaml.dump([[entry]]).splitlines()]
    if known:
        end = _end_of(lines, known[-1].line, len(pad))
        lines[end:end] = added
    elif key not in tree:
        lines += [f"{key}:", *added]
    entries = zip(places, tree.get(key) or (), strict=True)
    gone = {place.line - 1 for place, entry in entries if place and entry in unwanted}
    return "\n".join([*(line for number, line in enumerate(lines) if number not in gone), ""])


def _end_of(lines: list[str], line: int, indent: int) -> int:
    """Return the number of lines up to the end of a list's last item, which starts on a line."""
    end = line
    while end < len(lines) and (lines[end].startswith(" " * (indent + 1)) and lines[end].strip()):
        end += 1
    return end
