"""The roles that `rbac` prints: who has them can do all that a project needs, as the API server has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from oamruntime import apply
from place import APPS

if TYPE_CHECKING:
    from place import Place

LIFE = (
    "up --timeout 90s", "up --timeout 90s", "diff", "ps -p demo", "status -p demo --tree", "images -p demo",
    "events -p demo", "port -p demo web", "ls", "history -p demo", "scale -p demo web=2 --timeout 60s",
    "stop -p demo web --timeout 60s", "start -p demo web --timeout 60s", "restart -p demo web --timeout 60s",
    "wait -p demo web --timeout 60s", "rollback -p demo --timeout 60s{service}", "up --timeout 90s --remove-orphans",
    "down -p demo -v --timeout 60s",
)  # fmt: skip
STREAMS = ("logs -p demo web", "exec -p demo web echo hello")


def give(place: Place, target: str, *, namespaced: bool) -> None:
    """Make somebody who has the roles, and nothing else; commands are then theirs."""
    place.make_namespace()
    place.user("tenant", [])
    account = {"kind": "ServiceAccount", "name": f"{place.name}-tenant", "namespace": "default"}
    who = f"{account['namespace']}:{account['name']}"
    more = ["--namespaced"] if namespaced else []
    done = place.run(
        "rbac", "-n", place.name, "--name", place.name, "--target", target, "--service-account", who, *more
    )
    assert done.returncode == 0, done.stderr
    for manifest in yaml.safe_load_all(done.stdout):
        apply(place.cluster, manifest)


@pytest.mark.parametrize("namespaced", [True, False], ids=["namespaced", "whole"])
@pytest.mark.parametrize("target", ["kubevela", "kubernetes"])
def test_a_life_with_the_printed_role(place: Place, target: str, namespaced: bool) -> None:
    """Every command works for who has what is printed for its target."""
    give(place, target, namespaced=namespaced)
    failed = {}
    for line in LIFE:
        service = " --service web" if target == "kubernetes" else ""
        name, *more = line.format(service=service).split()
        if name in {"up", "diff"}:
            more += ["--target", target]
        if name == "rollback":
            place.edit("web:1", "web:2")
            assert place.run("up", "--timeout", "90s", "--target", target).returncode == 0
        done = place.run(name, *more)
        if name in {"logs", "ls"}:
            assert done.stdout, line
        if done.returncode or "forbidden" in done.stderr:
            failed[line] = done.stderr
    assert not failed, "\n".join(f"{a}: {b}" for a, b in failed.items())
    assert not place.names("deployments", APPS)
