"""A namespace of a real cluster, and the commands of ours in it."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import yaml
from oamruntime import apply
from realcluster import ControlPlane

from compose2oam.cluster.client import Cluster

_OAM = "/apis/core.oam.dev/v1beta1"
#: Groups of the resources that tests look at.
APPS, BATCH, RBAC = "/apis/apps/v1", "/apis/batch/v1", "/apis/rbac.authorization.k8s.io/v1"


class Place:
    """A namespace, and the folder of a project that goes there.

    Attributes:
        plane: the cluster.
        cluster: a connection as its administrator.
        name: of the namespace.
        folder: of the project, with a compose.yaml.
        kubeconfig: that commands use.
    """

    def __init__(self, plane: ControlPlane, cli: Callable[..., Any], folder: pathlib.Path) -> None:
        self.plane, self.cluster, self.folder = plane, plane.cluster, folder
        self.name = f"c2o-{uuid.uuid4().hex[:10]}"
        self.kubeconfig = plane.kubeconfig
        self.application = f"{_OAM}/namespaces/{self.name}/applications/demo"
        self._cli = cli
        self._started: list[subprocess.Popen[str]] = []

    def run(self, *arguments: str, **options: Any) -> Any:
        """Run a command in this namespace, within this process."""
        call = (arguments[0], "-n", self.name, *arguments[1:])
        return self._cli(*call, cwd=self.folder, environment={"KUBECONFIG": self.kubeconfig}, **options)

    def up(self, *arguments: str) -> Any:
        """Bring the project up, which must succeed."""
        done = self.run("up", "--timeout", "120s", *arguments)
        assert done.returncode == 0, done.stderr
        return done

    def data(self, *arguments: str) -> Any:
        """The JSON that a command prints."""
        done = self.run(*arguments, "--format", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start a command in a process of its own, as a user does."""
        call = [sys.executable, "-m", "compose2oam", arguments[0], "-n", self.name, *arguments[1:]]
        known = {**os.environ, "KUBECONFIG": self.kubeconfig, "PYTHONUNBUFFERED": "1", **(environment or {})}
        pipe = subprocess.PIPE
        made = subprocess.Popen(call, cwd=self.folder, env=known, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        self._started.append(made)
        return made

    def end(self) -> None:
        """End what a test that failed has left running."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
            process.wait()

    def finish(self, *arguments: str, given: str = "", **options: Any) -> tuple[int, str, str]:
        """Run a command in a process of its own to its end; returns its exit code and what it printed and said."""
        process = self.start(*arguments, **options)
        with process:
            try:
                out, err = process.communicate(given, timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return process.returncode, out, err

    def write(self, text: str) -> None:
        """Write another project."""
        (self.folder / "compose.yaml").write_text(text)

    def edit(self, old: str, new: str) -> None:
        """Change the project."""
        text = (self.folder / "compose.yaml").read_text()
        assert old in text
        self.write(text.replace(old, new))

    def make_namespace(self, **metadata: Any) -> None:
        """Make the namespace before any command does."""
        manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.name, **metadata}}
        self.cluster.request("POST", "/api/v1/namespaces", body=manifest)

    def path(self, plural: str, group: str = "/api/v1") -> str:
        """The path of a list of this namespace."""
        return f"{group}/namespaces/{self.name}/{plural}"

    def make(self, plural: str, manifest: Mapping[str, Any], group: str = "/api/v1", manager: str = "kubectl") -> Any:
        """Make an object."""
        return self.cluster.request("POST", self.path(plural, group), {"fieldManager": manager}, manifest)

    def get(self, plural: str, name: str, group: str = "/api/v1") -> dict[str, Any]:
        """An object, which must be there."""
        found = self.cluster.get(f"{self.path(plural, group)}/{name}")
        assert found is not None, f"no {plural}/{name}"
        return found

    def items(self, plural: str, group: str = "/api/v1") -> Iterator[dict[str, Any]]:
        """The objects of a kind."""
        yield from self.cluster.items(self.path(plural, group)) or ()

    def names(self, plural: str, group: str = "/api/v1") -> set[str]:
        """The names of the objects of a kind."""
        return {item["metadata"]["name"] for item in self.items(plural, group)}

    def version(self) -> str:
        """The version of the application's spec, ``""`` without one."""
        found = self.cluster.get(self.application)
        return "" if found is None else f"{found['metadata']['uid']} {found['metadata']['generation']}"

    def versions(self, *kinds: tuple[str, str]) -> dict[str, str]:
        """The versions of all objects of some kinds, given as plural and group."""
        return {
            f"{plural}/{item['metadata']['name']}": item["metadata"]["resourceVersion"]
            for plural, group in kinds
            for item in self.items(plural, group)
        }

    def pods(self, component: str) -> list[dict[str, Any]]:
        """The pods of a component that are not about to go."""
        found = []
        for item in self.items("pods"):
            labels = item["metadata"].get("labels") or {}
            if component in {labels.get("app.oam.dev/component"), labels.get("app.kubernetes.io/name")}:
                found += [] if item["metadata"].get("deletionTimestamp") else [item]
        return found

    def user(self, name: str, rules: Sequence[Mapping[str, Any]], everywhere: Sequence[Mapping[str, Any]] = ()) -> str:
        """Make somebody who may do only so much in this namespace and everywhere; commands are then theirs.

        Returns:
            the name by which the API server knows them.
        """
        self.bind(name, rules, everywhere)
        path = f"/api/v1/namespaces/default/serviceaccounts/{self.name}-{name}"
        asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
        token = self.cluster.request("POST", f"{path}/token", body=asked)["status"]["token"]
        config = yaml.safe_load(pathlib.Path(self.plane.kubeconfig).read_text())
        current = next(one for one in config["contexts"] if one["name"] == config["current-context"])
        config["users"] = [{"name": "limited", "user": {"token": token}}]
        config["contexts"] = [
            {"name": "limited", "context": {"cluster": current["context"]["cluster"], "user": "limited"}}
        ]
        config["current-context"] = "limited"
        file = self.folder / f"kubeconfig-{name}"
        file.write_text(yaml.safe_dump(config))
        self.kubeconfig = str(file)
        return f"system:serviceaccount:default:{self.name}-{name}"

    def allow(self, *arguments: str) -> None:
        """Make somebody who may do what `rbac` prints, and nothing else; commands are then theirs."""
        self.user("tenant", [])
        who = f"default:{self.name}-tenant"
        self.apply(self.run("rbac", "--name", self.name, "--service-account", who, *arguments))

    def apply(self, printed: Any) -> None:
        """Apply what a command printed, as the administrator."""
        assert printed.returncode == 0, printed.stderr
        for manifest in yaml.safe_load_all(printed.stdout):
            apply(self.cluster, manifest)

    def bind(self, name: str, rules: Sequence[Mapping[str, Any]], everywhere: Sequence[Mapping[str, Any]]) -> None:
        """Make an account, and give it rights."""
        whole = f"{self.name}-{name}"
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": whole}}
        self.cluster.request("POST", "/api/v1/namespaces/default/serviceaccounts", body=account)
        for prefix, place, given in (("", self.path("", RBAC), rules), ("Cluster", f"{RBAC}/", everywhere)):
            if not given:
                continue
            role = {"kind": f"{prefix}Role", "metadata": {"name": whole}, "rules": list(given)}
            self.cluster.request("POST", f"{place}{prefix.lower()}roles", body={"apiVersion": RBAC[6:], **role})
            binding = {
                "apiVersion": RBAC[6:], "kind": f"{prefix}RoleBinding", "metadata": {"name": whole},
                "subjects": [{"kind": "ServiceAccount", "name": whole, "namespace": "default"}],
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": f"{prefix}Role", "name": whole},
            }  # fmt: skip
            self.cluster.request("POST", f"{place}{prefix.lower()}rolebindings", body=binding)


def connection(place: Place) -> Cluster:
    """A connection as whoever runs the commands."""
    return Cluster("", place.kubeconfig)


def eventually(true: Callable[[], Any], seconds: float = 30.0) -> Any:
    """Wait until something is so, and return it."""
    until = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < until, "not so in time"
        time.sleep(0.1)
    return found
