"""``rbac``, and the one table behind it: what the commands ask of a cluster is in it, and nothing else is."""

from __future__ import annotations

import copy
import importlib
import pathlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
import yaml

from compose2oam.cluster import rights
from compose2oam.cluster.refusals import Refused

if TYPE_CHECKING:
    from conftest import CommandLine
    from fakecluster import Fault, LiveCluster

OAM, OLD = "/apis/core.oam.dev/v1beta1", "/apis/core.oam.dev/v1alpha2"
HOME = "/namespaces/demo"
# What users type one after the other; each may fail, as the cluster is only played.
LIFE = """\
up --target {target} --timeout 1s --remove-orphans
ps
status --tree
logs
diff --target {target}
history
rollback --no-wait {service}
rollback 1 --no-wait {service}
suspend
resume
images
port web
exec web true
events
scale web=2 --no-wait
stop web --no-wait
start web --no-wait
restart --no-wait
wait web --timeout 1s
ls
down -v --no-wait
"""


class Life:
    """A project that goes through all commands.

    Attributes:
        asked: what each command asked rights for: the verb, the group and the resource.
    """

    def __init__(self, live: LiveCluster, cli: CommandLine, folder: pathlib.Path) -> None:
        self.live, self.cli, self.folder = live, cli, folder
        self.asked: dict[str, set[tuple[str, str, str]]] = {}

    def run(self, line: str) -> None:
        """Run a command, and note what it asked."""
        before = len(self.live.requests)
        done = self.cli(*line.split(), cwd=self.folder)
        assert "defect" not in done.stderr, line
        self.asked.setdefault(line.split()[0], set()).update(self._since(before))

    def _since(self, before: int) -> Iterator[tuple[str, str, str]]:
        for method, path in self.live.requests[before:]:
            found = right_for(method, path)
            if found is not None:
                yield found


def right_for(method: str, path: str) -> tuple[str, str, str] | None:
    """The verb, group and resource that an API server asks a right for, if it does at all: versions are free."""
    kind, *steps = path.strip("/").split("/")
    group = "" if kind == "api" or not steps else steps.pop(0)
    if len(steps) < 2:
        return None
    steps = steps[1:]
    if steps[0] == "namespaces" and len(steps) > 2:
        steps = steps[2:]
    resource, name, below = (*steps, "", "")[:3]
    verbs = {"PATCH": "patch", "DELETE": "delete", "WATCH": "watch"}
    return verbs.get(method, "get" if name else "list"), group, f"{resource}/{below}" if below else resource


def fill(live: LiveCluster, target: str) -> None:
    """Put there what a runtime and Kubernetes make of the project."""
    labels = {"app.oam.dev/name": "demo", "app.oam.dev/component": "web", "compose2oam.io/project": "demo"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}
    path = f"/apis/apps/v1{HOME}/deployments/web"
    if path not in live.objects:
        live.put(
            path,
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"labels": labels},
                "spec": {"replicas": 1, "template": template},
            },
        )
    uid = live.objects[path]["metadata"]["uid"]
    for number in (1, 2):
        notes = {"deployment.kubernetes.io/revision": str(number)}
        owner = {"labels": labels, "annotations": notes, "ownerReferences": [{"uid": uid}]}
        live.put(f"/apis/apps/v1{HOME}/replicasets/web-{number}", {"metadata": owner, "spec": {"template": template}})
        mark = {"controller.oam.dev/component": "web"}
        held = {"spec": {"workload": {"kind": "Deployment"}}}
        kept = {"metadata": {"labels": mark}, "revision": number, "data": held}
        live.put(f"/apis/apps/v1{HOME}/controllerrevisions/web-v{number}", kept)
    application = live.objects.get(f"{OAM}{HOME}/applications/demo")
    if application is not None:
        for number in (1, 2):
            spec = {"application": copy.deepcopy({**application, "status": {}})}
            marks = {"metadata": {"labels": {"app.oam.dev/name": "demo"}}, "spec": spec, "status": {"succeeded": True}}
            live.put(f"{OAM}{HOME}/applicationrevisions/demo-v{number}", marks)
        steps = [{"name": "gate", "phase": "running"}]
        status = {**application["status"], "latestRevision": {"name": "demo-v2"}, "workflow": {"steps": steps}}
        live.say("demo", **status)


@pytest.fixture
def lived(live: LiveCluster, cli: CommandLine, project: pathlib.Path) -> Callable[[str], Life]:
    """Let a project go through its life on a target."""

    def live_on(target: str) -> Life:
        live.collections |= {"applicationrevisions", "replicasets", "controllerrevisions"}
        live.logs["web-0"] = "a line\n"
        if target == "oam-v1alpha2":
            live.has = {"/version": {"gitVersion": "v1.31.0"}, OLD: {"kind": "APIResourceList"}}
            live.collections |= {"applicationconfigurations", "components", "healthscopes"}
        life = Life(live, cli, project.parent)
        for line in LIFE.splitlines():
            service = "" if target == "kubevela" else "--service web"
            life.run(line.format(target=target, service=service))
            if line.startswith("up"):
                fill(live, target)
        return life

    return live_on


@pytest.mark.parametrize("target", rights.TARGETS)
def test_what_commands_ask_is_in_the_table(lived: Callable[[str], Life], target: str) -> None:
    """Whoever has the rights that the table names for a command gets no refusal from it."""
    life = lived(target)
    missing = {
        command: sorted(item for item in asked if command not in rights.commands_with(*item))
        for command, asked in life.asked.items()
    }
    assert not {command: items for command, items in missing.items() if items}


def test_every_command_that_asks_a_cluster_has_its_rights() -> None:
    """A command with a context has a row in the table, but for those that ask of a cluster as a whole."""
    import inspect

    from compose2oam import cli as command_line

    found = set()
    for name, place in command_line.COMMANDS.items():
        module, _, attribute = place.partition(".")
        command = getattr(importlib.import_module(f"compose2oam.cli.{module}"), attribute)
        if callable(command) and "context" in inspect.signature(command).parameters:
            found.add(name)
    assert found - {"live-diff", "doctor", "init", "capabilities"} == set(rights.RIGHTS)


def test_roles_for_one_command(cli: CommandLine) -> None:
    """What `logs` needs of a KubeVela application, for a user."""
    done = cli("rbac", "logs", "-n", "shop", "--target", "kubevela", "--user", "jane")
    assert done.returncode == 0, done.stderr
    role, binding = yaml.safe_load_all(done.stdout)
    assert role["metadata"] == {"name": "compose2oam", "namespace": "shop"}
    assert role["rules"] == [
        {"apiGroups": ["core.oam.dev"], "resources": ["applications"], "verbs": ["list"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["list", "watch"]},
        {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]},
    ]
    assert binding["roleRef"]["name"] == "compose2oam"
    assert binding["subjects"] == [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "jane"}]


def test_what_is_of_the_whole_cluster_is_a_cluster_role(cli: CommandLine) -> None:
    """The namespace itself is named, and may be left to somebody else."""
    documents = list(yaml.safe_load_all(cli("rbac", "up", "-n", "shop").stdout))
    cluster = next(item for item in documents if item["kind"] == "ClusterRole")
    rule = next(item for item in cluster["rules"] if item["resources"] == ["namespaces"])
    assert rule["resourceNames"] == ["shop"]
    less = list(yaml.safe_load_all(cli("rbac", "up", "-n", "shop", "--namespaced").stdout))
    assert {item["metadata"]["namespace"] for item in less} == {"shop"}


def test_calls_that_make_no_sense(cli: CommandLine) -> None:
    """Unknown commands, and two subjects."""
    assert "no rights are known for fly" in cli("rbac", "fly").stderr
    assert cli("rbac", "--user", "a", "--group", "b").returncode == 2


DEMO = "/api/v1/namespaces/demo/secrets/a"
ASK = "an administrator can allow it: compose2oam rbac"


@pytest.mark.parametrize(
    ("user", "verb", "resource", "command", "said"),
    [
        ("jane", "patch", "secrets", "up", f"{ASK} up -n demo --user jane | kubectl apply -f -; or name another"),
        ("jane", "list", "pods", "", f"{ASK} up -n demo --user jane"),
        ("jane d; ls", "list", "pods", "ps", f"{ASK} ps -n demo --user 'jane d; ls' |"),
        ("system:serviceaccount:ci:robot", "get", "pods/exec", "exec", "--service-account ci:robot |"),
        # What no command asks for, or not this one, is in no role of ours.
        ("jane", "patch", "nodes", "up", "ask for the right to, or name another --context"),
        ("jane", "patch", "secrets", "ps", "ask for the right to, or name another --context"),
    ],
)
def test_who_is_refused_is_told_what_to_ask_for(user: str, verb: str, resource: str, command: str, said: str) -> None:
    """In words that an administrator can run as they are."""
    message = f'x "a" is forbidden: User "{user}" cannot {verb} resource "{resource}" in API group "" in the namespace'
    answer = {"kind": "Status", "reason": "Forbidden", "message": message}
    error = Refused("PATCH", DEMO, "test", 403, "Forbidden", answer, command)
    assert message in error.message
    assert said in error.message


def test_a_command_that_is_refused_names_its_own_roles(
    live: LiveCluster, cli: CommandLine, project: pathlib.Path, faults: type[Fault]
) -> None:
    """Not those of others, which may do more."""
    assert cli("up", cwd=project.parent).returncode == 0
    message = 'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "demo"'
    body = {"kind": "Status", "reason": "Forbidden", "message": message}
    for command in ("ps", "port", "exec"):
        live.faults.append(faults("GET", "/pods$", 403, 1, body))
        done = cli(command, *{"ps": (), "port": ("web",), "exec": ("web", "true")}[command], cwd=project.parent)
        assert done.returncode == 5
        assert f"compose2oam rbac {command} -n demo --user jane" in done.stderr
