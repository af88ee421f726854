"""The images that a project runs, as rows of data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from compose2oam.cluster.applications import Running
from compose2oam.cluster.workloads import Place, places, services_of


def image_rows(
    running: Running, pods: Iterable[Mapping[str, Any]], services: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Return a row for each container of services that is there.

    Args:
        running: the project.
        pods: its pods.
        services: those that are wanted; all without one.

    Raises:
        UsageError: there is no such service.
    """
    there = list(pods)
    return [_row(found) for service in services or services_of(running) for found in places(running, there, service)]


def _row(found: Place) -> dict[str, Any]:
    written = next(
        (
            str(one.get("image") or "")
            for one in (found.pod.get("spec") or {}).get("containers") or ()
            if one["name"] == found.container
        ),
        "",
    )
    repository, tag = _split(written)
    digest = str(found.known.get("imageID") or "").rpartition("@")[2]
    return {
        "service": found.service,
        "pod": found.name,
        "container": found.container,
        "image": written,
        "repository": repository,
        "tag": tag,
        # Some runtimes name the image again instead.
        "id": digest if ":" in digest and "/" not in digest else "",
    }


def _split(image: str) -> tuple[str, str]:
    """Return the repository and the tag of an image; ``<none>`` for one that only has a digest."""
    name, at, _ = image.partition("@")
    repository, colon, tag = name.rpartition(":")
    if colon and "/" not in tag:
        return repository, tag
    return name, "<none>" if at else "latest"
