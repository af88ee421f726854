"""``compose2oam status``: how a project does, as a whole and part by part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Option


@place.of_a_project
def status(
    where: place.Where,
    tree: Annotated[
        bool, Option("-t", "--tree", help="Show what each service is made of: traits, workload, pods, endpoints.")
    ] = False,
    format: options.TableOrJson = options.ListFormat.TABLE,
) -> None:
    """Show how a project does: its application, and each service; with -p no Compose file is read.

    Example: compose2oam status -p shop --tree
    """
    from compose2oam.cluster.picture import picture_of
    from compose2oam.emitter.report.plain import plain

    there = where.cluster()
    running = where.running(there)
    picture = picture_of(there, running)
    if format is options.ListFormat.JSON:
        results.as_json(picture)
        return
    for line in _head(picture):
        results.line(plain(line))
    lines = _tree(picture) if tree else place.table([["SERVICE", "TYPE", "PHASE", "READY", "MESSAGE"], *_rows(picture)])
    for line in lines:
        results.line(line)


def _head(picture: dict[str, Any]) -> Iterator[str]:
    well = "healthy" if picture["healthy"] else picture["status"]
    revision = f", revision {picture['revision']}" if picture["revision"] else ""
    yield f"{picture['project']}: {well} (application {picture['application']} in {picture['namespace']}{revision})"
    if picture["trouble"]:
        yield f"  {picture['trouble']}"


def _count(item: dict[str, Any]) -> str:
    return f"{item['ready']}/{item['wanted']}" if item["wanted"] else ""


def _type(item: dict[str, Any]) -> str:
    return f"in pods of {item['host']}" if item["host"] else str(item["type"])


def _rows(picture: dict[str, Any]) -> list[list[str]]:
    return [
        [item["service"], _type(item), item["phase"], _count(item), item["message"]] for item in picture["services"]
    ]


# A line of a tree, and what stands below it.
_Branch = tuple[str, list[Any]]


def _tree(picture: dict[str, Any]) -> Iterator[str]:
    return _drawn([_branch(item) for item in picture["services"]], "")


def _branch(item: dict[str, Any]) -> _Branch:
    """Return what a service is made of."""
    text = "  ".join(part for part in (item["service"], _type(item), item["phase"], _count(item)) if part)
    below: list[_Branch] = []
    for trait in item["traits"]:
        state = "" if trait["healthy"] else f": {trait['message'] or 'not ready'}"
        below.append((f"trait {trait['type']}{state}", []))
    pods: list[_Branch] = [(f"pod {pod['name']}  {pod['status']}", []) for pod in item["pods"]]
    below += [(item["workload"], pods)] if item["workload"] else pods
    below += [(f"service {endpoint}", []) for endpoint in item["endpoints"]]
    return f"{text}  {item['message']}".rstrip(), below


def _drawn(branches: list[_Branch], before: str) -> Iterator[str]:
    from compose2oam.emitter.report.plain import plain

    for number, (text, below) in enumerate(branches, 1):
        last = number == len(branches)
        yield f"{before}{'└─' if last else '├─'} {plain(text)}"
        yield from _drawn(below, f"{before}{'   ' if last else '│  '}")
