"""``extends``: a service takes over another one, from the same file or another (Compose specification, "Extends")."""

from __future__ import annotations

from typing import Any, Final

from compose2oam.diagnostics import Diagnostic
from compose2oam.errors import ComposeError
from compose2oam.loader import tags
from compose2oam.loader.codes import error, failure
from compose2oam.loader.merge import merge
from compose2oam.loader.paths import is_remote, resolve
from compose2oam.loader.scope import Bases, Scope, shown
from compose2oam.loader.trees import clone
from compose2oam.loader.validate import nearest
from compose2oam.model.path import Path
from compose2oam.source.position import Position
from compose2oam.source.tree import Map

#: How many services may extend one another in a row.
MAX_CHAIN: Final = 200
#: A service as the walk along ``extends`` meets it: the file, and the name in it.
Link = tuple[str, str]


def extend(tree: Map, scope: Scope) -> list[Diagnostic]:
    """Replace each service that extends another by the merged one, in place, and return what is wrong."""
    findings: dict[Diagnostic, None] = {}
    for part in ("services", "jobs"):
        containers = tree.get(part)
        if containers is None:
            continue
        if not isinstance(containers, Map):
            findings[error("CF-401", f"{part} must be a mapping", (part,), tree.marks.get(part))] = None
            continue
        bases = Bases(containers, scope.resets)
        extending = _Extending(scope, part)
        for name in list(containers):
            try:
                extending.merged(name, bases, scope.file, ())
            except _KnownError:
                continue
            except ComposeError as problem:
                findings.update(dict.fromkeys(problem.diagnostics))
    return list(findings)


class _KnownError(Exception):
    """A service leads into a chain that was reported."""


class _Extending:
    """Follows the chain of one service."""

    def __init__(self, scope: Scope, part: str) -> None:
        self.scope = scope
        self.part = part
        self.refused: set[Link] = set()

    def merged(self, name: str, bases: Bases, file: str, way: tuple[Link, ...]) -> Any:
        """Return the service ``name`` of ``file`` with all that it extends, and store it among ``bases``."""
        path: Path = (self.part, name)
        mark = bases.services.marks.get(name)
        service = bases.services[name]
        if service is None:
            return None
        if not isinstance(service, Map):
            raise failure("CF-401", f"{self.part}.{name} must be a mapping", path, mark)
        if "extends" not in service:
            return service
        path, mark = (*path, "extends"), service.marks.get("extends", mark)
        wanted, other = self.reference(service["extends"], path, mark)
        if (file, name) in self.refused:
            raise _KnownError
        if (file, name) in way:
            self.refused.update(way)
            circle = " -> ".join(f"{link[1]} ({link[0]})" for link in (*way[way.index((file, name)) :], (file, name)))
            raise failure("CF-304", f"services extend one another in a circle: {circle}", path, mark)
        if len(way) >= MAX_CHAIN:
            self.refused.update(way)
            message = f"more than {MAX_CHAIN} services extend one another in a row"
            raise failure("CF-304", message, path, mark, "extend a service that is nearer to the beginning")
        target, where = bases, file
        if other is not None:
            target, where = self.file_bases(other, path, mark)
        if wanted not in target.services:
            message = f"service `{name}` extends `{wanted}`, which is not in {where}"
            raise failure("CF-305", message, path, mark, nearest(wanted, target.services))
        base = self.merged(wanted, target, where, (*way, (file, name)))
        if base is None:
            return service
        source = clone(base)
        tags.remove(source, bases.resets, ("services", name))
        made = merge(source, service, ("services", name))
        self.scope.take_out(made, "extends", (self.part, name))
        bases.services.put(name, made, bases.services.marks.get(name))
        return made

    def reference(self, extends: Any, path: Path, mark: Position | None) -> tuple[str, str | None]:
        """Return the service that ``extends`` names, and the file where it names one."""
        if isinstance(extends, str):
            return extends, None
        service = extends.get("service") if isinstance(extends, Map) else None
        file = extends.get("file") if isinstance(extends, Map) else None
        if not isinstance(service, str):
            raise failure("CF-303", "`extends` needs a `service`", path, mark)
        if file is not None and not isinstance(file, str):
            raise failure("CF-303", "the `file` of `extends` must be a string", path, mark)
        return service, file

    def file_bases(self, file: str, path: Path, mark: Position | None) -> tuple[Bases, str]:
        """Read the services of another file, with their paths resolved against its folder."""
        if is_remote(file):
            message = f"`{file}` would have to be fetched, which is never done"
            raise failure("CF-302", message, path, mark, "copy the file into the project")
        scope = self.scope
        name = scope.absolute(file)
        if (name, self.part) not in scope.bases:
            tree, resets = scope.read_base(name, mark)
            containers = tree.get("services")
            if not isinstance(containers, Map):
                raise failure("CF-305", f"{shown(name)} has no services to extend", path, mark)
            problems = resolve(tree, scope.folder_of(file))
            if problems:
                raise ComposeError.of(problems)
            scope.bases[name, self.part] = Bases(containers, resets)
        found = scope.bases[name, self.part]
        return Bases(clone(found.services), found.resets), shown(name)
