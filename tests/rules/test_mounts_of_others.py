"""What a service takes over with ``volumes_from``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.api import Conversion
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render

if TYPE_CHECKING:
    from conftest import Convert


def mounts(conversion: Conversion, name: str) -> dict[str, str]:
    """What a component mounts where, whatever the kind."""
    (found,) = (item for item in conversion.application.components if item.name == name)
    kinds = found.properties.get("volumeMounts", {}).values()
    return {item["mountPath"]: item["name"] for kind in kinds for item in kind}


def entry(conversion: Conversion, path: str) -> tuple[Outcome, str, list[str]]:
    """How the line at a path ends, what is said of it, and where it went."""
    (found,) = (item for item in conversion.entries if render(item.path) == path)
    return found.outcome, found.say, [render(target) for target in found.targets]


PROJECT = """
services:
  db: {{image: db, volumes: ["data:/data", "./app.conf:/etc/app.conf:ro"{lent}], secrets: [key]}}
  web: {{image: web, volumes_from: [{entries}]{own}}}
  {more}
volumes: {{data: {{}}, own: {{}}}}
secrets: {{key: {{file: ./key}}}}
"""
FILES = {"app.conf": "a = 1\n", "key": "k"}


def project(entries: str, own: str = "", lent: str = "", more: str = "") -> str:
    """A project in which `web` borrows from others."""
    return PROJECT.format(entries=entries, own=own, lent=lent, more=more)


def test_volumes_files_and_secrets_come_along(convert: Convert) -> None:
    """The same claim, ConfigMap and Secret, at the same places; the line leads to each of them."""
    made = convert(project("db"), FILES)
    assert mounts(made, "web") == mounts(made, "db")
    assert set(mounts(made, "web")) == {"/data", "/etc/app.conf", "/run/secrets/key"}
    outcome, _, targets = entry(made, "services.web.volumes_from[0]")
    assert outcome is Outcome.TRANSLATED
    assert "components.web.properties.volumeMounts.pvc[0]" in targets


def test_both_pods_are_told_that_they_share(convert: Convert) -> None:
    """One node must run both, and neither is a stateful set of its own data."""
    made = convert(project("db"), FILES)
    assert entry(made, "services.db.volumes[0]")[0] is Outcome.APPROXIMATED
    assert {item.type for item in made.application.components} == {"k8s-objects", "webservice"}


@pytest.mark.parametrize(("mode", "read_only"), [("", False), (":rw", False), (":ro", True)])
def test_the_mode_holds_for_all(convert: Convert, trait: Any, mode: str, read_only: bool) -> None:
    """Without one, each mount keeps its own."""
    made = convert(project(f'"db{mode}"'), FILES)
    patched = [item["path"] for item in (trait(made, "web", "json-patch") or {"operations": []})["operations"]]
    assert ("/spec/template/spec/containers/0/volumeMounts/0/readOnly" in patched) is read_only


def test_its_own_mounts_go_first(convert: Convert) -> None:
    """As in Docker, where a mount of the service's own hides a borrowed one."""
    made = convert(project("db", own=", volumes: ['own:/data']"), FILES)
    assert mounts(made, "web")["/data"] == "own"
    assert not [item for item in made.diagnostics if "mounted at" in item.message]


def test_of_two_lenders_the_later_one_has_the_place(convert: Convert) -> None:
    """And who borrows from a borrower gets all of it."""
    more = 'two: {image: b, volumes: ["own:/data"]}\n  three: {image: c, volumes_from: [web]}'
    made = convert(project("db, two", more=more), FILES)
    assert mounts(made, "web")["/data"] == "own"
    assert mounts(made, "three") == mounts(made, "web")


def test_scratch_space_stays_behind(convert: Convert) -> None:
    """Two pods have no memory in common; the rest comes along."""
    outcome, say, _ = entry(convert(project("db", lent=", /cache"), FILES), "services.web.volumes_from[0]")
    assert outcome is Outcome.APPROXIMATED
    assert "/cache" in say


def test_a_container_of_another_project_is_refused(convert: Convert) -> None:
    """No service of the project is it."""
    outcome, say, _ = entry(convert(project('"container:db:ro"'), FILES), "services.web.volumes_from[0]")
    assert (outcome, say) == (Outcome.REFUSED, "no pod of this project is that container")


def test_one_pod_may_borrow_within_itself(convert: Convert) -> None:
    """One volume of the pod, mounted by both, and nothing that two pods would share."""
    made = convert(project("db", own=", network_mode: 'service:db'"), FILES)
    (db,) = (item for item in made.application.components if item.name == "db")
    assert db.type == "statefulset"
    patch = next(trait.properties for trait in db.traits if trait.type == "json-patch")
    (container,) = (item["value"] for item in patch["operations"] if item["path"].endswith("/containers/-"))
    assert {item["mountPath"] for item in container["volumeMounts"]} == set(mounts(made, "db"))
    assert entry(made, "services.db.volumes[0]")[0] is Outcome.TRANSLATED
