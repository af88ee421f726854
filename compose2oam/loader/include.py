"""``include``: a project made of others, each with its own folder and variables (Compose specification, "Include")."""

from __future__ import annotations

from typing import Any, Final

from compose2oam.diagnostics import Diagnostic
from compose2oam.errors import ComposeError
from compose2oam.loader import tags
from compose2oam.loader.codes import error, failure, warning
from compose2oam.loader.envfiles import read_variables
from compose2oam.loader.merge import equal, merge
from compose2oam.loader.paths import is_remote
from compose2oam.loader.scope import Scope, shown
from compose2oam.loader.trees import clone, copied, drop
from compose2oam.loader.validate import nearest
from compose2oam.loader.values import join_path
from compose2oam.model.dataclass import replace
from compose2oam.model.path import Path, render
from compose2oam.source.files import is_file
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq

_SECTIONS: Final = ("services", "jobs", "volumes", "networks", "secrets", "configs", "models")
MAX_DEPTH: Final = 50
"""How deep files may include one another."""
_KEYS: Final = ("path", "project_directory", "env_file")


def include(tree: Map, scope: Scope) -> list[Diagnostic]:
    """Bring in the files that a file includes, in place, and return what is wrong."""
    included = tree.get("include")
    if included is None:
        drop(tree, "include")
        return []
    if not isinstance(included, Seq):
        return [error("CF-300", "`include` must be a list", ("include",), tree.marks.get("include"))]
    findings: list[Diagnostic] = []
    for index, entry in enumerate(included):
        path: Path = ("include", index)
        mark = included.marks[index] or tree.marks.get("include")
        try:
            _import(_load(_entry(entry, path, mark, scope), scope, path), tree, scope)
        except ComposeError as problem:
            findings.extend(problem.diagnostics)
    scope.take_out(tree, "include", ())
    return findings


def _entry(entry: Any, path: Path, mark: Position | None, scope: Scope) -> dict[str, Any]:
    """Return an entry in long form, its paths as lists; like Docker Compose, pass over keys that are not known."""
    if isinstance(entry, str):
        entry = Map({"path": entry})
    if not isinstance(entry, Map):
        raise failure("CF-300", f"{render(path)} must be a string or a mapping", path, mark)
    made: dict[str, Any] = {"path": [], "env_file": [], "project_directory": "", "marks": dict.fromkeys(_KEYS, mark)}
    for key, value in entry.items():
        place, where = (*path, key), entry.marks.get(key, mark)
        if key not in _KEYS:
            message = f"the key `{key}` is not known in {render(path)}, so it has no effect"
            scope.warn(warning("CF-400", message, place, where, nearest(key, _KEYS)))
            continue
        words = list(value) if isinstance(value, Seq) else [value]
        if not all(isinstance(word, str) for word in words) or (key == "project_directory" and isinstance(value, Seq)):
            raise failure("CF-401", f"{render(place)} must be a string or a list of strings", place, where)
        made[key] = value if key == "project_directory" else words
        made["marks"][key] = where
    return made


def _load(entry: dict[str, Any], scope: Scope, path: Path) -> Map:
    """Load the files of one entry into one model, its paths resolved against its own folder."""
    mark: Position | None = entry["marks"]["path"]
    files = []
    folder, base = "", ""
    for index, file in enumerate(entry["path"]):
        if is_remote(file):
            message = f"`{file}` would have to be fetched, which is never done"
            raise failure("CF-302", message, path, mark, "copy the file into the project")
        name = scope.absolute(file)
        files.append(name)
        if len(scope.included) > MAX_DEPTH:
            raise failure("CF-301", f"files include one another more than {MAX_DEPTH} levels deep", path, mark)
        if index == 0:
            folder, base = _folders(entry["project_directory"], name, scope)
            if name in scope.included:
                circle = " -> ".join(map(shown, (*scope.included[scope.included.index(name) :], name)))
                raise failure("CF-301", f"files include one another in a circle: {circle}", path, mark)
    env_files = [scope.absolute(file) for file in entry["env_file"] if file != "/dev/null"]
    if not entry["env_file"] and is_file(join_path(base, ".env")):
        env_files = [join_path(base, ".env")]
    variables, warnings = read_variables(env_files, scope.environment, entry["marks"]["env_file"])
    for finding in warnings:
        scope.warn(finding)
    environment = {**variables, **scope.environment}
    key = (tuple(files), folder, base, frozenset(environment.items()))
    if key not in scope.models:
        inner = replace(
            scope, folder=folder, root=base, environment=environment, resolve_paths=True, merged=Map(), bases={}
        )
        scope.models[key] = scope.load(files, inner, mark)
    return copied(scope.models[key])


def _folders(project_directory: str, file: str, scope: Scope) -> tuple[str, str]:
    """Return the folder against which paths are resolved (relative to the including one), and the same absolute."""
    if not project_directory:
        return scope.folder_of(file), join_path(file, "..")
    if project_directory.startswith("/"):
        return project_directory, project_directory
    return scope.folder_of(project_directory), join_path(scope.folder, project_directory)


def _import(model: Map, tree: Map, scope: Scope) -> None:
    """Merge a model under a file: what the file says itself takes precedence."""
    for section in _SECTIONS:
        given = model.get(section)
        if given is None:
            continue
        own = tree.get(section)
        if section not in tree:
            own = Map(mark=given.mark)
            tree.put(section, own, model.marks.get(section))
        if not isinstance(own, Map):
            raise failure("CF-401", f"{section} must be a mapping", (section,), tree.marks.get(section))
        for name, resource in given.items():
            if name not in own:
                own.put(name, resource, given.marks.get(name))
            elif not equal(resource, own[name]):
                base = clone(resource)
                tags.remove(base, scope.resets, (section, name))
                own.put(name, merge(base, own[name], (section, name)), own.marks.get(name))
