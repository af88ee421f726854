"""What can be seen without a cluster: this installation, the project, and what it becomes."""

from __future__ import annotations

import os
import pathlib
import platform
from typing import Final

from compose2oam._version import __version__
from compose2oam.doctor.scene import Check, Found, Scene, count, few, findings, ok, warn

_PACKAGES: Final = {
    "kubernetes": "all commands that speak with a cluster",
    "websocket-client": "exec and port-forward",
    "zstandard": "history and rollback",
    "ruamel.yaml": "import",
}
_UNSET: Final = "CF-202"


def _python(_scene: Scene) -> Found:
    return ok(f"compose2oam {__version__}, Python {platform.python_version()}")


def _packages(_scene: Scene) -> Found:
    from importlib import metadata

    found, missing = [], []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        uses = "; ".join(f"{name} is for {_PACKAGES[name]}" for name in missing)
        return warn(f"{', '.join(missing)} not installed: {uses}", f"pip install {' '.join(missing)}")
    return ok(", ".join(found))


def _cache(_scene: Scene) -> Found:
    from compose2oam.source import cachefile

    folder = cachefile.folder()
    if folder is None:
        return ok("none is kept")
    # Before the first use, the nearest folder above decides.
    there = next((path for path in (folder, *folder.parents) if path.exists()), pathlib.Path())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return ok(str(folder))
    hint = f"name another folder with {cachefile.VARIABLE}, or set it to off; without a cache, all works more slowly"
    return warn(f"{folder} cannot be written", hint)


def _file(scene: Scene) -> Found:
    from compose2oam import api

    given = dict(scene.asked.load)
    project = api.load(*given.pop("files"), **given)
    scene.project = project
    services = list(project.section("services"))
    aside = f"; no profile enables {few(list(project.disabled))}" if project.disabled else ""
    said = f"{', '.join(project.files)}: project {project.name}, {count(len(services), 'service')}"
    return ok(f"{said} ({few(services)}){aside}" if services else said + aside)


def _variables(scene: Scene) -> Found:
    unset = [item for item in scene.project.diagnostics if item.code == _UNSET]
    if not unset:
        return ok("none is unset")
    return warn(findings(unset), unset[0].hint)


def _env_files(scene: Scene) -> Found:
    files: dict[str, None] = {}
    for service in scene.project.section("services").values():
        for entry in service.get("env_file") or ():
            files[str(entry["path"])] = None
    # One that must be there and is not has failed the project already.
    missing = [name for name in files if not (scene.project.directory / name).is_file()]
    if missing:
        return warn(f"not there, and not required: {few(missing)}", "the variables of these files will be absent")
    return ok(few(list(files)) if files else "no service has one")


def _rules(scene: Scene) -> Found:
    from compose2oam.rules.rulebook import load_rulebook

    scene.rules = load_rulebook(scene.asked.target or "kubevela", scene.asked.mappings)
    over = f", with {', '.join(scene.asked.mappings)}" if scene.asked.mappings else ""
    return ok(f"{sum(1 for _ in scene.rules.rules())} rules for {scene.asked.target or 'kubevela'}{over}")


def _builder(scene: Scene) -> Found:
    from compose2oam.building import tool
    from compose2oam.errors import BuildError

    built = [name for name, tree in scene.project.section("services").items() if tree.get("build")]
    if not built:
        return ok("nothing is built")
    try:
        found = tool.find()
    except BuildError as error:
        return warn(error.message, f"needed to build {few(built)} here; not if the images are in a registry already")
    return ok(f"{found.title}, for {few(built)}")


def _registry(scene: Scene) -> Found:
    from compose2oam.building.wanted import Choices, wanted
    from compose2oam.errors import ComposeError

    try:
        builds = wanted(scene.project, scene.asked.settings, Choices(push=True))
    except ComposeError as error:
        return warn(
            findings(error.diagnostics) or error.message, error.diagnostics[0].hint if error.diagnostics else ""
        )
    return ok("every image that is built has a name" if builds else "nothing is built")


def _translation(scene: Scene) -> Found:
    from compose2oam import api

    catalogue = getattr(scene, "catalogue", None)
    made = api.convert(
        scene.project, rulebook=scene.rules, settings=scene.asked.settings, catalogue=catalogue, on_loss="ignore"
    )
    scene.conversion = made
    by = "of the cluster" if catalogue else "that ship with compose2oam"
    fits = "" if made.application is None else f"; it fits the definitions {by}"
    lost = len(made.losses)
    if lost:
        keys = "one key of the project is" if lost == 1 else f"{lost} keys of the project are"
        return warn(f"{keys} lost on a cluster{fits}", "compose2oam report says which and why")
    return ok(f"nothing is lost{fits}")


FIRST: Final = (
    Check("compose2oam", _python),
    Check("packages", _packages),
    Check("cache", _cache),
    Check("compose file", _file),
    Check("variables", _variables, ("project",)),
    Check("env files", _env_files, ("project",)),
    Check("builder", _builder, ("project",)),
    Check("registry", _registry, ("project",)),
    Check("rules", _rules),
)
TRANSLATION: Final = (Check("translation", _translation, ("project", "rules")),)
