"""What a user can do who may not do everything, as the API server's own role-based access control has it."""

from __future__ import annotations

import contextlib
import pathlib
import socket
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from place import RBAC

if TYPE_CHECKING:
    from place import Place

OAM = "/apis/core.oam.dev/v1beta1"
READ, WRITE = ["get", "list", "watch"], ["get", "list", "watch", "create", "update", "patch", "delete"]


def right(group: str, resources: str, verbs: list[str]) -> dict[str, Any]:
    """A rule of a role."""
    return {"apiGroups": [group], "resources": resources.split(), "verbs": verbs}


OWN = [right("core.oam.dev", "applications", WRITE), right("", "secrets configmaps", WRITE)]
LOOK = [right("", "pods services events", READ), right("", "pods/log", ["get"]), right("apps", "*", READ)]


def test_who_may_nothing(place: Place) -> None:
    """The error says what is missing, by verb and resource."""
    place.make_namespace()
    place.user("nobody", [])
    done = place.run("up", "-d")
    assert done.returncode == 5
    assert 'cannot patch resource "secrets"' in done.stderr or 'cannot get resource "secrets"' in done.stderr
    assert "Traceback" not in done.stderr
    done = place.run("ps", "-p", "demo")
    assert done.returncode == 5
    assert 'cannot list resource "applications"' in done.stderr


def test_who_may_only_work_in_the_namespace(place: Place) -> None:
    """That is enough to bring a project up: with the definitions that ship with us, and what the runtime tells."""
    place.make_namespace()
    place.user("tenant", OWN)
    done = place.run("up", "--timeout", "90s")
    assert done.returncode == 0, done.stderr
    assert "definitions that ship with compose2oam" in done.stderr
    assert "nothing to change" in place.run("up", "-d").stderr


def test_who_may_read_the_definitions_for_everybody(place: Place) -> None:
    """They are what the project is checked by, also for who may not look for some in the own namespace."""
    place.make_namespace()
    kinds = "componentdefinitions traitdefinitions policydefinitions workflowstepdefinitions"
    path = f"{RBAC}/namespaces/vela-system"
    rules = [right("core.oam.dev", kinds, READ), right("", "configmaps", READ), right("apps", "deployments", READ)]
    place.user("tenant", OWN)
    name = f"{place.name}-tenant"
    role = {"metadata": {"name": name}, "rules": rules}
    subject = {"kind": "ServiceAccount", "name": name, "namespace": "default"}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name}
    binding = {"metadata": {"name": name}, "subjects": [subject], "roleRef": reference}
    place.cluster.request("POST", f"{path}/roles", body=role)
    place.cluster.request("POST", f"{path}/rolebindings", body=binding)
    try:
        done = place.run("up", "--timeout", "90s")
        assert done.returncode == 0, done.stderr
        assert "definitions that ship with" not in done.stderr
    finally:
        place.cluster.request("DELETE", f"{path}/rolebindings/{name}")
        place.cluster.request("DELETE", f"{path}/roles/{name}")


def test_who_works_without_a_runtime(place: Place) -> None:
    """Rights on plain objects are enough for plain objects, in a cluster with KubeVela too."""
    place.make_namespace()
    plain = [right("", "services persistentvolumeclaims secrets configmaps pods", WRITE), right("apps", "*", WRITE)]
    place.user("tenant", [*plain, right("batch", "*", WRITE)])
    done = place.run("up", "--target", "kubernetes", "--timeout", "90s")
    assert done.returncode == 0, done.stderr
    for command in (["ps", "-p", "demo"], ["status", "-p", "demo"], ["ls"]):
        done = place.run(*command)
        assert done.returncode == 0, done.stderr
        assert "web" in done.stdout or "demo" in done.stdout
    done = place.run("down", "-p", "demo", "-v", "--timeout", "60s")
    assert done.returncode == 0, done.stderr


def test_who_may_not_make_the_namespace(place: Place) -> None:
    """It must be there; that it is not is said."""
    place.user("stranger", [], [*OWN, *LOOK])
    done = place.run("up", "-d")
    assert done.returncode == 5
    assert "namespaces" in done.stderr
    assert place.cluster.get(f"/api/v1/namespaces/{place.name}") is None


def test_who_may_only_look(place: Place) -> None:
    """All that shows something works, and what changes something is refused before it has begun."""
    place.up()
    place.user("guest", [right("core.oam.dev", "applications", READ), *LOOK])
    for command in ("ps", "status", "events", "images"):
        done = place.run(command, "-p", "demo")
        assert done.returncode == 0, done.stderr
        assert done.stdout
    version = place.version()
    for command in (["up", "-d"], ["down", "-p", "demo"], ["scale", "-p", "demo", "web=2"]):
        done = place.run(*command)
        assert done.returncode == 5, done.stderr
        assert "cannot" in done.stderr
    assert place.version() == version
    assert place.names("secrets") == {"demo-password"}


def test_who_may_not_see_pods(place: Place) -> None:
    """`up` goes by what the runtime says; `ps` says what may not be read."""
    place.make_namespace()
    place.user("blind", OWN)
    assert place.run("up", "--timeout", "90s").returncode == 0
    done = place.run("ps", "-p", "demo")
    assert done.returncode == 5
    assert 'cannot list resource "pods"' in done.stderr


def test_who_sees_one_namespace(place: Place) -> None:
    """`ls` of that one works."""
    place.up()
    place.user("tenant", [*OWN, *LOOK])
    done = place.run("ls")
    assert done.returncode == 0, done.stderr
    assert "demo" in done.stdout


def test_who_is_not_known(place: Place) -> None:
    """A token that is worth nothing: log in again."""
    place.up("-d")
    place.user("nobody", [])
    file = pathlib.Path(place.kubeconfig)
    config = yaml.safe_load(file.read_text())
    config["users"][0]["user"]["token"] += "x"
    file.write_text(yaml.safe_dump(config))
    done = place.run("ps", "-p", "demo")
    assert done.returncode == 5
    assert "it does not know you: log in again" in done.stderr
    assert config["users"][0]["user"]["token"] not in done.stderr


@pytest.mark.parametrize("command", ["exec web true", "restart web", "stop web", "rollback"])
def test_what_is_refused_names_the_right(place: Place, command: str) -> None:
    """The verb and the resource that are missing."""
    place.up()
    place.user("guest", [right("core.oam.dev", "applications", READ), *LOOK])
    name, *more = command.split()
    code, _, err = place.finish(name, "-p", "demo", *more)
    assert code == 5, err
    assert "cannot" in err
    assert "resource" in err


def test_a_connection_that_is_refused(place: Place, simulated: None) -> None:
    """Who may not forward ports is told when the first connection comes."""
    place.up()
    place.user("guest", [right("core.oam.dev", "applications", READ), *LOOK])
    process = place.start("port-forward", "-p", "demo", "web", ":80")
    assert process.stdout is not None
    assert process.stderr is not None
    port = int(process.stdout.readline().split("127.0.0.1:")[1].split()[0])
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        connection.recv(100)
    said = ""
    while "pods/portforward" not in said:
        said = process.stderr.readline()
        assert said
    process.terminate()
    process.communicate()
