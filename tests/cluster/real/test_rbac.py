"""The roles that `rbac` prints: who has them can do all that a project needs, as the API server has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from place import APPS

if TYPE_CHECKING:
    from place import Place

LIFE = (
    "up --timeout 90s", "up --timeout 90s", "diff", "ps -p demo", "status -p demo --tree", "images -p demo",
    "events -p demo", "port -p demo web", "ls", "history -p demo", "scale -p demo web=2 --timeout 60s",
    "stop -p demo web --timeout 60s", "start -p demo web --timeout 60s", "restart -p demo web --timeout 60s",
    "wait -p demo web --timeout 60s", "logs -p demo web", "exec -p demo web echo hello",
    "rollback -p demo --timeout 60s{service}", "up --timeout 90s --remove-orphans",
    "down -p demo -v --timeout 60s",
)  # fmt: skip


@pytest.mark.parametrize(
    ("target", "namespaced"),
    [("kubevela", False), ("kubevela", True), ("kubernetes", True)],
    ids=["KubeVela", "KubeVela, namespaced", "plain objects, namespaced"],
)
def test_a_life_with_the_printed_role(place: Place, simulated: None, target: str, namespaced: bool) -> None:
    """Every command works for who has what is printed for its target."""
    place.make_namespace()
    place.allow("--target", target, *(["--namespaced"] if namespaced else []))
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
        # What is outside of the namespace is done without, and that is said.
        refused = [text for text in done.stderr.splitlines() if "forbidden" in text and "that ship with" not in text]
        if done.returncode or refused:
            failed[line] = done.stderr
    assert not failed, "\n".join(f"{a}: {b}" for a, b in failed.items())
    assert not place.names("deployments", APPS)


@pytest.mark.parametrize("command", ["ps", "scale web=2", "logs web"])
def test_what_is_refused_says_what_to_apply(place: Place, command: str) -> None:
    """The call that stands in the refusal prints what lets the same command pass."""
    place.up()
    place.user("tenant", [])
    name, *more = command.split()
    done = place.run(name, "-p", "demo", *more)
    assert done.returncode == 5
    call = done.stderr.partition("an administrator can allow it: compose2oam ")[2].partition(" |")[0].split()
    assert call[:2] == ["rbac", name]
    place.apply(place.run(*call))
    done = place.run(name, "-p", "demo", *more)
    assert done.returncode == 0, done.stderr
