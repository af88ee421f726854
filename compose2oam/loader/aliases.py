"""Old extensions that became keys: ``x-develop`` is ``develop``, ``x-initialSync`` is ``initial_sync``."""

from __future__ import annotations

from typing import Any

from compose2oam.loader.merge import merge
from compose2oam.loader.trees import clone, drop, section
from compose2oam.model.path import Path
from compose2oam.source.tree import Map, Seq


def promote(tree: Map) -> None:
    """Rename the old extensions in place; where the key itself is there too, it takes precedence."""
    for name, service in section(tree, "services").items():
        if not isinstance(service, Map):
            continue
        path: Path = ("services", name, "develop")
        _rename(service, "x-develop", "develop", path)
        develop = service.get("develop")
        watch = develop.get("watch") if isinstance(develop, Map) else None
        for index, trigger in enumerate(watch if isinstance(watch, Seq) else ()):
            if isinstance(trigger, Map):
                _rename(trigger, "x-initialSync", "initial_sync", (*path, "watch", index, "initial_sync"))


def _rename(container: Map, old: str, new: str, path: Path) -> None:
    if old not in container:
        return
    value, mark = container[old], container.marks.get(old)
    drop(container, old)
    current: Any = container.get(new)
    if current is None:
        container.put(new, value, mark)
    else:
        container.put(new, merge(clone(value), current, path), container.marks.get(new))
