"""Compose → application → Compose → application is the identity, on every sample.

What is equal, precisely:

- the second application is the first, byte for byte, but for the annotations that say which files and profiles it was
  made from (``compose2oam.io/files``, ``compose2oam.io/profiles``);
- the imported project says, of every service, every key that the first conversion translated as a whole (all its leaves
  ended as ``translated``), with an equal value in long form. Where Compose has several words for one thing, what they
  say is compared: the container ports of ``ports`` and ``expose`` (which of them a machine publishes is not in an
  application); ``restart: always`` and ``unless-stopped`` (a pod is started again either way); the numbers of a
  ``healthcheck`` with Docker's own where none is written; ``deploy`` without its endpoint mode (which follows from the
  ports) and its restart policy (``restart`` says it); ``labels`` with ``annotations``; and the places of ``volumes``,
  ``tmpfs``, ``configs`` and ``secrets`` (a folder becomes a volume). Of ``x-oam``, of other extensions and of what a
  cluster has no word for (``networks``, ``profiles``) the application is the only proof. The imported project may say
  more: what ``x-oam`` said, and what one service said of a pod that it shares with others. A service that became
  something else than a workload (a database of the platform's own) is no service any more.
"""

from __future__ import annotations

import pathlib
import shlex
import subprocess
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from compose2oam import api
from compose2oam.api import Conversion
from compose2oam.emitter import yaml as written
from compose2oam.importing import Imported, import_application, read_manifests
from compose2oam.model.compose import Project
from compose2oam.model.outcome import Outcome
from compose2oam.source.tree import plain

if TYPE_CHECKING:
    from conftest import Reload

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
NAMES = sorted(folder.name for folder in SAMPLES.iterdir() if (folder / "application.yaml").is_file())
PROVENANCE = ("compose2oam.io/files", "compose2oam.io/profiles")

# Keys that say one thing in several words, and what they say.
PORTS = ("ports", "expose")
PLACES = ("volumes", "tmpfs", "configs", "secrets")
BY_THE_WAY = ("endpoint_mode", "restart_policy")
# What a guest in the pod of another service says of that pod.
OF_PODS = ("stop_grace_period", "restart", "network_mode", "extra_hosts", "dns", "sysctls", "group_add", "labels")
NOT_SAID = ("x-oam", "networks", "profiles", "links", "container_name", "depends_on", "env_file")


@pytest.fixture(params=NAMES)
def sample(request: pytest.FixtureRequest) -> pathlib.Path:
    """The folder of each sample in turn."""
    return SAMPLES / str(request.param)


@pytest.fixture
def first(sample: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Project, Conversion]:
    """The sample's project and application, as the command in its README makes them."""
    monkeypatch.chdir(ROOT)
    lines = (sample / "README.md").read_text(encoding="utf-8").splitlines()
    command = shlex.split(next(line for line in lines if line.startswith("compose2oam ")))[2:]
    options: dict[str, list[str]] = defaultdict(list)
    while command:
        word = command.pop(0)
        options[word if word.startswith("-") else "-f"].append(command.pop(0) if word.startswith("-") else word)
    known = {"-f", "--profile", "--mappings", "--target"}
    assert set(options) <= known, f"an option that this test does not know: {options}"
    project = api.load(*options["-f"], profiles=tuple(options["--profile"]))
    target = options["--target"] or ["kubevela"]
    return project, api.convert(project, target=target[0], mappings=options["--mappings"])


@pytest.fixture
def imported(sample: pathlib.Path) -> Imported:
    """The sample's application, imported."""
    return import_application(read_manifests(sample / "application.yaml"))


def without_provenance(manifest: dict[str, Any]) -> str:
    """The text of a manifest, without the annotations that name files."""
    for key in PROVENANCE:
        manifest["metadata"].get("annotations", {}).pop(key, None)
    return written.dump([manifest])


def test_the_application_comes_back_byte_for_byte(sample: pathlib.Path, imported: Imported, reload: Reload) -> None:
    """What the imported project converts to is what was imported."""
    (before,) = yaml.safe_load_all((sample / "application.yaml").read_text(encoding="utf-8"))
    after = api.convert(reload(imported)).application.to_dict()
    assert without_provenance(after) == without_provenance(before)
    assert not imported.losses


def test_the_project_says_what_was_translated(
    first: tuple[Project, Conversion], imported: Imported, reload: Reload
) -> None:
    """Every key that the first conversion translated as a whole has the same value in the imported project."""
    project, conversion = first
    outcomes: dict[tuple[str, str], set[Outcome]] = defaultdict(set)
    for entry in conversion.entries:
        if entry.path[0] == "services" and len(entry.path) > 2:
            outcomes[str(entry.path[1]), str(entry.path[2])].add(entry.outcome)
    before, after = plain(project.section("services")), plain(reload(imported).section("services"))
    compared = 0
    kept = {component["name"] for component in (imported.tree.get("x-oam") or {}).get("components") or ()}
    assert set(after) <= set(before) <= set(after) | kept
    for (service, key), found in outcomes.items():
        if found != {Outcome.TRANSLATED} or key in NOT_SAID or key.startswith("x-") or service in kept:
            continue
        if key in OF_PODS and str(before[service].get("network_mode")).startswith("service:"):
            continue
        compared += 1
        if key in PORTS:
            assert ports(before[service]) == ports(after[service]), service
        elif key in PLACES:
            assert places(before[service]) == places(after[service]), service
        else:
            assert missing(said(before[service], key), said(after[service], key)) is None, f"{service}.{key}"
    assert compared >= 5


def missing(wanted: Any, found: Any) -> Any:
    """What one value says and the other does not; ``None`` for nothing."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        rest = {key: missing(value, found.get(key)) for key, value in wanted.items()}
        return {key: value for key, value in rest.items() if value is not None} or None
    return None if wanted == found else wanted


def said(service: dict[str, Any], key: str) -> Any:
    """The value of a key, in the one form in which an application can hold it."""
    if key in ("labels", "annotations"):
        return {**service.get("labels", {}), **service.get("annotations", {})}
    value = service.get(key)
    if key == "deploy":
        return {name: part for name, part in (value or {}).items() if part != {} and name not in BY_THE_WAY}
    if key == "healthcheck" and value:
        return {"interval": "30s", "timeout": "30s", "retries": 3, **value}
    return "always" if (key, value) == ("restart", "unless-stopped") else value


def ports(service: dict[str, Any]) -> set[str]:
    """The ports of the container, with their protocols."""
    published = {f"{item['target']}/{item.get('protocol', 'tcp')}" for item in service.get("ports") or ()}
    return published | {item if "/" in item else f"{item}/tcp" for item in service.get("expose") or ()}


def places(service: dict[str, Any]) -> set[str]:
    """Where something is mounted into the container."""
    found = {item["target"] for item in service.get("volumes") or ()}
    found |= {item.partition(":")[0] for item in service.get("tmpfs") or ()}
    for section, base in (("configs", "/"), ("secrets", "/run/secrets/")):
        for item in service.get(section) or ():
            target = item.get("target") or item["source"]
            found.add(target if target.startswith("/") else base + target)
    return found


def test_docker_compose_reads_it(imported: Imported, tmp_path: pathlib.Path, docker_compose: pathlib.Path) -> None:
    """The imported project is valid for the real Docker Compose."""
    (tmp_path / "compose.yaml").write_text(written.dump([imported.tree]), encoding="utf-8")
    done = subprocess.run(
        [str(docker_compose), "config", "-q"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_an_import_in_one_file_means_the_same(sample: pathlib.Path, reload: Reload) -> None:
    """With all configuration inside the Compose file the components still run the same."""
    from compose2oam.importer.comparison import same

    made = import_application(read_manifests(sample / "application.yaml"), with_files=False)
    assert not made.files
    assert not made.losses
    (before,) = read_manifests(sample / "application.yaml")
    after = {component.name: component for component in api.convert(reload(made)).application.components}
    from compose2oam.model.oam import Application

    for component in Application.from_dict(plain(before)).components:
        if component.type != "k8s-objects":
            assert same(component, after[component.name]), component.name


def test_every_leaf_has_one_end(sample: pathlib.Path, imported: Imported) -> None:
    """The report of an import accounts for each leaf of the application once."""
    (tree,) = read_manifests(sample / "application.yaml")
    paths = [entry.path for entry in imported.entries]
    assert len(paths) == len(set(paths))
    assert set(paths) == set(leaves(plain(tree)))


def leaves(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all scalars and empty containers."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    below = [leaf for key, value in items for leaf in leaves(value, (*path, key))]
    return below or [path]
