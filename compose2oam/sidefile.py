"""``compose2oam.yaml``: what ``x-oam`` says, in a file beside the Compose file, which so stays as it is.

It has the keys of the root ``x-oam``, and sections (``services``, ``volumes``...) with the ``x-oam`` of their parts by
name. It counts as a further Compose file would that has nothing but ``x-oam``: mappings are merged, lists appended, and
its variables are replaced.
"""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterator
from typing import Any

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import ComposeError
from compose2oam.loader.interpolate import interpolate
from compose2oam.loader.merge import merge
from compose2oam.model.compose import Project, Resolved
from compose2oam.model.dataclass import replace
from compose2oam.model.path import Path
from compose2oam.rules import strict
from compose2oam.rules.faults import fault
from compose2oam.rules.ledger import SCOPES
from compose2oam.source.files import is_file, read_text
from compose2oam.source.reader import parse
from compose2oam.source.tree import Map, mark_of

KEY = "x-oam"
NAMES = ("compose2oam.yaml", "compose2oam.yml")


def find(project: Project) -> str:
    """Return the side file beside the first Compose file, an empty text where there is none."""
    first = next((file for file in project.files if file != "-"), "")
    folder = pathlib.Path(first).parent if first else project.directory
    return next((str(folder / name) for name in NAMES if is_file(folder / name)), "")


def lay(project: Project, file: str | os.PathLike[str]) -> Project:
    """Return a project with what a side file says.

    Args:
        project: what the loader made; its ``x-oam`` may end in the result.
        file: the side file; ``-`` is standard input.

    Raises:
        ComposeError: it cannot be read, its variables cannot be replaced, or it names what the project has not.
    """
    name = os.fspath(file)
    documents = parse(read_text(file, name, pipes=True), name)
    if len(documents) > 1:
        raise ComposeError.of([fault(f"{name} holds several documents", (), getattr(documents[1], "mark", None))])
    given = documents[0] if documents else None
    if given is None:
        return project
    if not isinstance(given, Map):
        raise ComposeError.of([fault(f"{name} must hold a mapping, not {strict.kind_of(given)}", (), None)])
    faults = list(_faults(given, project))
    if faults:
        raise ComposeError.of(faults)
    tree, found = interpolate(_as_compose(given), project.environment)
    errors = [item for item in found if item.severity is Severity.ERROR]
    if errors:
        raise ComposeError.of(errors)
    return _with(replace(project, diagnostics=(*project.diagnostics, *found)), tree)


def _faults(given: Map, project: Project) -> Iterator[Diagnostic]:
    from compose2oam.rules.extension_keys import PROJECT

    known = (*PROJECT.keys, *SCOPES)
    for key, value in given.items():
        if key not in known:
            hint = strict.near(key, known) or f"allowed are: {', '.join(known)}"
            if "apiVersion" in given:
                hint = "this is a manifest; write the output elsewhere, or name the side file with --oam"
            yield fault(f"the side file has no key `{key}`", (key,), mark_of(given, key), hint)
        elif key in SCOPES and not isinstance(value, (Map, type(None))):
            say = f"`{key}` must be a mapping, from name to x-oam, not {strict.kind_of(value)}"
            yield fault(say, (key,), mark_of(given, key))
        elif key in SCOPES:
            there = _there(project, key)
            for name, part in (value or {}).items():
                if not isinstance(part, (Map, type(None))):
                    say = f"what is said of `{name}` must be a mapping, not {strict.kind_of(part)}"
                    yield fault(say, (key, name), mark_of(value, name))
                if name not in there:
                    hint = strict.near(name, there) or (f"there are: {', '.join(there)}" if there else "")
                    sort = SCOPES[key]
                    yield fault(f"there is no {sort} `{name}` in the project", (key, name), mark_of(value, name), hint)


def _there(project: Project, section: str) -> dict[str, None]:
    """Return the names of a section, those that are left out as nothing uses them too."""
    unused = [str(item.path[1]) for item in project.resolved if len(item.path) > 1 and item.path[0] == section]
    disabled = project.disabled if section == "services" else ()
    return dict.fromkeys((*project.section(section), *disabled, *unused))


def _as_compose(given: Map) -> Map:
    """Return the Compose file that says the same."""
    root = Map(
        {key: value for key, value in given.items() if key not in SCOPES},
        given.mark,
        {key: mark for key, mark in given.marks.items() if key not in SCOPES},
    )
    tree = Map({KEY: root} if root else {}, given.mark)
    for section in SCOPES:
        parts = given.get(section)
        if parts:
            said = {
                name: Map({KEY: part}, marks=_marks(parts, name)) for name, part in parts.items() if part is not None
            }
            tree[section] = Map(said, parts.mark, dict(parts.marks))
    return tree


def _marks(parts: Map, name: str) -> dict[str, Any]:
    mark = mark_of(parts, name)
    return {} if mark is None else {KEY: mark}


def _with(project: Project, said: Map) -> Project:
    tree = _copy(project.tree)
    disabled = _copy(project.disabled)
    resolved = list(project.resolved)
    if KEY in said:
        _lay(tree, said, (KEY,))
    for section in SCOPES:
        parts = said.get(section) or {}
        if parts and project.section(section):
            tree[section] = _copy(tree[section])
        for name, part in parts.items():
            path: Path = (section, name, KEY)
            if name in project.section(section):
                tree[section][name] = _copy(tree[section][name])
                _lay(tree[section][name], part, path)
            elif section == "services" and name in disabled:
                disabled[name] = _copy(disabled[name])
                _lay(disabled[name], part, path)
            else:
                position = mark_of(part, KEY)
                why = next(item for item in resolved if item.path[:2] == path[:2])
                if position is not None:
                    resolved.append(Resolved(path, position, part[KEY], why.code, why.say))
    return replace(project, tree=tree, disabled=disabled, resolved=tuple(resolved))


def _lay(entity: Map, said: Map, path: Path) -> None:
    present = entity.get(KEY)
    mark = mark_of(entity, KEY) or mark_of(said, KEY)
    if present is None:
        entity.put(KEY, said[KEY], mark)
        return
    own = Map({KEY: present}, marks={} if mark is None else {KEY: mark})
    entity.put(KEY, merge(own, said, path[:-1])[KEY], mark)


def _copy(node: Any) -> Map:
    return node.copied() if isinstance(node, Map) else Map()
