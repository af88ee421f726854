"""Digests in the place of tags: the cluster runs what was built, and sees that it is new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from compose2oam.building.steps import repository
from compose2oam.building.wanted import Build
from compose2oam.model.compose import Project
from compose2oam.model.dataclass import replace


def pinned(builds: Iterable[Build], digests: Mapping[str, str]) -> dict[str, str]:
    """Return the names of images with their digests, by the names without.

    Args:
        builds: what was built.
        digests: the digests of what was pushed, by service.
    """
    return {
        build.image: f"{repository(build.image)}@{digests[build.service]}"
        for build in builds
        if build.service in digests
    }


def pin(project: Project, names: Mapping[str, str], builds: Iterable[Build]) -> Project:
    """Return a project that runs the images of these digests, in services that use them without building them too."""
    built = {build.service: build.image for build in builds}
    services = project.section("services").copied()
    for name, service in services.items():
        image = names.get(built.get(name) or str(service.get("image") or ""))
        if image:
            changed = service.copied()
            changed.put("image", image, service.marks.get("image"))
            services[name] = changed
    tree = project.tree.copied()
    tree["services"] = services
    return replace(project, tree=tree)


def override(names: Mapping[str, str], project: Project, builds: Iterable[Build]) -> dict[str, Any]:
    """Return a Compose file that does the same as :func:`pin`, to lay over the project's own."""
    services = pin(project, names, builds).section("services")
    changed = {name: item["image"] for name, item in services.items() if item.get("image") in names.values()}
    return {"services": {name: {"image": image} for name, image in changed.items()}}
