"""API servers that answer what a test says: one that only tells, and one that stores and plays the runtime."""

from __future__ import annotations

import contextlib
import copy
import http.server
import json
import pathlib
import re
import socket
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import yaml

OAM = "/apis/core.oam.dev/v1beta1"
SYSTEM = f"{OAM}/namespaces/vela-system"
# Resources that every live cluster has, and those of KubeVela.
# What is applied is read as YAML, which has no pair of escapes for one character.
_SURROGATE = re.compile(r"(?<!\\)(?:\\\\)*\\ud[89a-f]")
COLLECTIONS = (
    "applications", "pods", "configmaps", "secrets", "services", "events", "persistentvolumeclaims", "deployments",
    "statefulsets", "daemonsets", "jobs", "cronjobs", "ingresses", "networkpolicies", "horizontalpodautoscalers",
    "serviceaccounts", "poddisruptionbudgets",
)  # fmt: skip


class FakeCluster:
    """What the API server has: an object or a list for each path, or a number, which is a status of HTTP."""

    def __init__(self) -> None:
        self.has: dict[str, Any] = {"/version": {"gitVersion": "v1.31.0"}, OAM: {"kind": "APIResourceList"}}
        self.asked: list[str] = []
        self.token = ""
        self.kubeconfig = ""

    def add(self, path: str, *items: dict[str, Any]) -> None:
        """Put objects into the list at a path."""
        self.has.setdefault(path, {"kind": "List", "items": []})["items"].extend(items)

    def define(self, kind: str, name: str, schema: Any = None, namespace: str = "vela-system", **spec: Any) -> None:
        """Put a definition there, with the ConfigMap of its schema."""
        words = kind.removesuffix("Definition").lower()
        labels = spec.pop("labels", {})
        notes = {"definition.oam.dev/description": spec.pop("description", f"About {name}.")}
        self.add(
            f"{OAM}/namespaces/{namespace}/{kind.lower()}s",
            {"metadata": {"name": name, "annotations": notes, "labels": labels}, "spec": spec},
        )
        if schema is not None:
            data = {"openapi-v3-json-schema": schema if isinstance(schema, str) else json.dumps(schema)}
            metadata = {"name": f"{words}-schema-{name}"}
            self.add(f"/api/v1/namespaces/{namespace}/configmaps", {"metadata": metadata, "data": data})

    def deploy(self, name: str, *, ready: int = 1, addon: str = "", image: str = "x:1") -> None:
        """Put a Deployment there."""
        labels = {"app.oam.dev/name": f"addon-{addon}"} if addon else {}
        template = {"spec": {"containers": [{"name": name, "image": image}]}}
        spec = {"replicas": 1, "template": template}
        item = {"metadata": {"name": name, "labels": labels}, "spec": spec, "status": {"readyReplicas": ready}}
        self.add("/apis/apps/v1/deployments", item)

    def resources(self, *names: str) -> None:
        """Put custom resource definitions there."""
        path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        self.add(path, *({"metadata": {"name": name}} for name in names))

    def answer(self, path: str, token: str) -> tuple[int, Any]:
        """Return the status and the content for a request."""
        where, _, query = path.partition("?")
        self.asked.append(where)
        if self.token and token != f"Bearer {self.token}":
            return 401, {}
        found = self.has.get(where)
        if found is None or isinstance(found, int):
            return found or 404, {}
        if isinstance(found, bytes) or "items" not in found:
            return 200, found
        asked = dict(urllib.parse.parse_qsl(query))
        start, size = int(asked.get("continue", "0")), 2
        page = found["items"][start : start + size]
        more = {"continue": str(start + size)} if start + size < len(found["items"]) else {}
        return 200, {"metadata": more, "items": page}


class Fault(NamedTuple):
    """What a live cluster does instead of what it was asked, so many times.

    Attributes:
        method: of the requests that it meets; ``""`` for any.
        path: a pattern that is in their path.
        status: to answer with; 0 to break the connection, -1 to answer with half a body, -2 with what is no JSON.
        times: how often.
        body: of the answer.
        headers: of the answer.
    """

    method: str
    path: str
    status: int
    times: int = 1
    body: Any = None
    headers: dict[str, str] | None = None


def failure(status: int, reason: str, message: str, **details: Any) -> dict[str, Any]:
    """The object that a real API server answers with when it refuses."""
    return {
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": status, "reason": reason,
        "message": message, "details": details,
    }  # fmt: skip


def conflict(manager: str, *fields: str) -> dict[str, Any]:
    """What a real API server says when another manager owns fields."""
    causes = [
        {"reason": "FieldManagerConflict", "message": f'conflict with "{manager}" using v1', "field": field}
        for field in fields
    ]
    return failure(409, "Conflict", f"Apply failed with {len(fields)} conflicts", causes=causes)


class LiveCluster(FakeCluster):
    """An API server that stores what it is given, and plays the runtime for applications.

    Attributes:
        objects: what is stored, by path.
        requests: method and path of every request, without the query; a watch is a ``WATCH``.
        sent: the manifests that were applied, dry runs too.
        faults: what to do wrong, in order.
        plays: makes the status of an application and its pods, given the application; ``None`` for no runtime.
        stays: the paths of objects that do not go when they are deleted.
        collections: the resources of which it has lists.
    """

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, dict[str, Any]] = {}
        self.requests: list[tuple[str, str]] = []
        self.queries: list[dict[str, str]] = []
        self.sent: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.plays: Callable[[LiveCluster, dict[str, Any]], None] | None = healthy
        self.stays: set[str] = set()
        self.collections = set(COLLECTIONS)
        self.logs: dict[str, str] = {}
        self.version = 1
        self.events: list[tuple[int, str, str, dict[str, Any]]] = []
        self.changed = threading.Condition(threading.RLock())

    def put(self, path: str, item: dict[str, Any], kind: str = "") -> dict[str, Any]:
        """Store an object, and tell those who watch."""
        with self.changed:
            self.version += 1
            present = self.objects.get(path)
            metadata = {"namespace": path.split("/namespaces/")[1].split("/")[0]} if "/namespaces/" in path else {}
            metadata |= {"name": path.rpartition("/")[2], "uid": path, **(item.get("metadata") or {})}
            metadata["resourceVersion"] = str(self.version)
            stored = {**item, "metadata": metadata}
            self.objects[path] = stored
            kind = kind or ("ADDED" if present is None else "MODIFIED")
            self.events.append((self.version, kind, path, copy.deepcopy(stored)))
            self.changed.notify_all()
            return stored

    def drop(self, path: str) -> None:
        """Delete an object, and tell those who watch."""
        with self.changed:
            self.version += 1
            gone = self.objects.pop(path)
            gone["metadata"]["resourceVersion"] = str(self.version)
            self.events.append((self.version, "DELETED", path, gone))
            self.changed.notify_all()

    def pod(
        self, name: str, component: str, *, application: str = "demo", namespace: str = "demo", **status: Any
    ) -> None:
        """Store a pod of a component; well by default."""
        container = {"name": component, "ready": True, "restartCount": 0, "state": {"running": {}}}
        usual = {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [container],
        }
        labels = {"app.oam.dev/name": application, "app.oam.dev/component": component}
        self.put(
            f"/api/v1/namespaces/{namespace}/pods/{name}",
            {
                "metadata": {"labels": labels, "creationTimestamp": "2026-01-31T12:00:00Z"},
                "spec": {"containers": [{"name": component, "image": f"{component}:1"}], "nodeName": "node-1"},
                "status": usual | status,
            },
        )

    def say(self, application: str, namespace: str = "demo", **status: Any) -> None:
        """Set the status of an application, as of now."""
        path = f"{OAM}/namespaces/{namespace}/applications/{application}"
        with self.changed:
            item = copy.deepcopy(self.objects[path])
            item["status"] = {"observedGeneration": item["metadata"]["generation"], **status}
            self.put(path, item)

    def apply(self, path: str, manifest: dict[str, Any], query: dict[str, str]) -> tuple[int, Any]:
        """Do a server-side apply, with the whole object as the only field."""
        self.sent.append(manifest)
        with self.changed:
            present = copy.deepcopy(self.objects.get(path))
            namespace = path.split("/namespaces/")[1].split("/")[0] if "/namespaces/" in path else ""
            home = f"/api/v1/namespaces/{namespace}"
            if namespace and path != home and home not in self.objects:
                return 404, failure(404, "NotFound", f'namespaces "{namespace}" not found')
            wanted = {key: value for key, value in manifest.items() if key != "metadata"}
            notes = {key: manifest["metadata"].get(key) for key in ("labels", "annotations")}
            made = {**(present or {"metadata": {}}), **wanted}
            metadata = {**(present or {"metadata": {}})["metadata"]}
            before = copy.deepcopy(metadata)
            metadata |= {key: value for key, value in notes.items() if value}
            metadata["managedFields"] = [{"manager": query["fieldManager"], "operation": "Apply"}]
            if present is None or present.get("spec") != made.get("spec"):
                metadata["generation"] = metadata.get("generation", 0) + 1
            same = present is not None and {**present, "metadata": before} == {**made, "metadata": metadata}
            if same or query.get("dryRun"):
                return 200, {**made, "metadata": {"name": path.rpartition("/")[2], **metadata}}
            stored = self.put(path, {**made, "metadata": metadata})
            if manifest["kind"] == "Application" and self.plays is not None:
                self.plays(self, stored)
            return 200 if present else 201, self.objects[path]

    def delete(self, path: str, options: dict[str, Any]) -> tuple[int, Any]:
        """Delete an object if it is the one that is meant."""
        with self.changed:
            there = self.objects.get(path)
            if there is None:
                return 404, failure(404, "NotFound", "not found")
            wanted = (options.get("preconditions") or {}).get("uid")
            if wanted and wanted != there["metadata"]["uid"]:
                return 409, failure(409, "Conflict", "the UID in the precondition does not match")
            if path not in self.stays:
                self.drop(path)
                if "/applications/" in path:
                    name = path.rpartition("/")[2]
                    for other, item in list(self.objects.items()):
                        if (item["metadata"].get("labels") or {}).get("app.oam.dev/name") == name:
                            self._left(other, item)
                if "/applicationconfigurations/" in path:
                    for other in [other for other in self.objects if other.startswith("/apis/apps/")]:
                        self.drop(other)
            return 200, failure(200, "", "") | {"status": "Success"}

    def _left(self, path: str, item: dict[str, Any]) -> None:
        """Do with what an application made what KubeVela does: volumes stay, without the name of the application."""
        if "persistentvolumeclaims" in path:
            del item["metadata"]["labels"]["app.oam.dev/name"]
        else:
            self.drop(path)

    def listed(self, path: str, query: dict[str, str]) -> list[dict[str, Any]]:
        """The objects of a collection, of one namespace or of all."""
        kind = path.rpartition("/")[2]
        with self.changed:
            found = [
                item
                for place, item in sorted(self.objects.items())
                if place.rpartition("/")[0] == path
                or (place.split("/")[-2] == kind and place.startswith(path.rpartition("/")[0] + "/namespaces/"))
            ]
            return [copy.deepcopy(item) for item in found if selected(item, query)]


def selected(item: dict[str, Any], query: dict[str, str]) -> bool:
    """Whether an object is one of those that a list asks for."""
    labels = item["metadata"].get("labels") or {}
    for pair in filter(None, query.get("labelSelector", "").split(",")):
        key, equals, value = pair.partition("=")
        if key.endswith("!"):
            if labels.get(key[:-1]) == value:
                return False
        elif labels.get(key) != value if equals else key not in labels:
            return False
    for pair in filter(None, query.get("fieldSelector", "").split(",")):
        key, _, value = pair.partition("=")
        node: Any = item
        for step in key.split("."):
            node = (node or {}).get(step)
        if node != value:
            return False
    return True


def healthy(cluster: LiveCluster, application: dict[str, Any]) -> None:
    """Play a runtime that brings everything up at once."""
    namespace, name = application["metadata"]["namespace"], application["metadata"]["name"]
    parts = [component["name"] for component in application["spec"]["components"]]
    for part in parts:
        if not part.startswith(f"{name}-"):
            cluster.pod(f"{part}-0", part, application=name, namespace=namespace)
    entries = [{"name": part, "healthy": True, "workloadHealthy": True, "message": "Ready:1/1"} for part in parts]
    cluster.say(name, namespace, status="running", services=entries)


def write_kubeconfig(file: pathlib.Path, address: str, token: str = "let-me-in") -> None:
    """Write a kubeconfig with the contexts ``test`` (the current one) and ``other``."""
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "clusters": [{"name": "here", "cluster": {"server": address}}],
        "users": [{"name": "me", "user": {"token": token}}],
        "contexts": [{"name": name, "context": {"cluster": "here", "user": "me"}} for name in ("test", "other")],
    }
    file.write_text(yaml.safe_dump(config))


@contextlib.contextmanager
def served(
    fake: FakeCluster, handler: type[http.server.BaseHTTPRequestHandler], kubeconfig: pathlib.Path
) -> Iterator[None]:
    """Serve a cluster on loopback, with a kubeconfig that leads there."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    fake.kubeconfig = str(kubeconfig)
    write_kubeconfig(kubeconfig, f"http://127.0.0.1:{server.server_port}")
    try:
        yield
    finally:
        fake.has["stop"] = 1
        server.shutdown()
        server.server_close()
        thread.join()


def telling(fake: FakeCluster) -> type[http.server.BaseHTTPRequestHandler]:
    """What answers for a cluster that only tells."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content = fake.answer(self.path, self.headers.get("authorization", ""))
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):
                self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    return Handler


def storing(fake: LiveCluster) -> type[http.server.BaseHTTPRequestHandler]:
    """What answers for a cluster that stores."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve("GET")

        def do_PATCH(self) -> None:
            self._serve("PATCH")

        def do_DELETE(self) -> None:
            self._serve("DELETE")

        def _serve(self, method: str) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = self.rfile.read(length).decode()
            content = json.loads(sent) if length else {}
            path, _, text = self.path.partition("?")
            query = dict(urllib.parse.parse_qsl(text))
            shown = "WATCH" if query.get("watch") else method
            with fake.changed:
                fake.requests.append((shown, path))
                fake.queries.append(query)
                fault = next(
                    (item for item in fake.faults if item.method in {"", shown} and re.search(item.path, path)), None
                )
                if fault is not None:
                    fake.faults.remove(fault)
                    if fault.times > 1:
                        fake.faults.insert(0, fault._replace(times=fault.times - 1))
            if fault is not None:
                self._fail(fault)
            elif "yaml" in str(self.headers.get("Content-Type")) and _SURROGATE.search(sent):
                self._answer(400, {"kind": "Status", "message": "yaml: found invalid Unicode character escape code"})
            elif shown == "WATCH":
                self._watch(path, query)
            elif path.endswith("/log"):
                self._log(path)
            else:
                self._answer(*self._result(method, path, query, content))

        def _result(self, method: str, path: str, query: dict[str, str], content: Any) -> tuple[int, Any]:
            if method == "PATCH":
                return fake.apply(path, content, query)
            if method == "DELETE":
                return fake.delete(path, content)
            if path in fake.objects:
                return 200, fake.objects[path]
            if path in fake.has:
                return fake.answer(self.path, self.headers.get("authorization", ""))
            if path.rpartition("/")[2] in fake.collections:
                items = fake.listed(path, query)
                return 200, {"metadata": {"resourceVersion": str(fake.version)}, "items": items}
            return 404, failure(404, "NotFound", f"{path} not found")

        def _log(self, path: str) -> None:
            text = fake.logs.get(path.split("/")[-2])
            if text is None:
                self._answer(400, failure(400, "BadRequest", "the container is waiting to start"))
            else:
                self._answer(200, text.encode())

        def _fail(self, fault: Fault) -> None:
            if fault.status == 0:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if fault.status == -1:
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b'{"items": [')
                self.close_connection = True
                return
            body = b"<html>" if fault.status == -2 else fault.body if fault.body is not None else {}
            self._answer(max(fault.status, 200) if fault.status == -2 else fault.status, body, fault.headers)

        def _watch(self, path: str, query: dict[str, str]) -> None:
            # As a real server does it: whoever reads gets each event at once, not when there are many.
            self.protocol_version = "HTTP/1.1"
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            since = int(query["resourceVersion"])
            end = time.monotonic() + 3
            with contextlib.suppress(OSError):
                while time.monotonic() < end and not fake.has.get("stop"):
                    with fake.changed:
                        fake.changed.wait(0.05)
                        found = [event for event in fake.events if event[0] > since]
                    for version, kind, place, item in found:
                        since = version
                        if place.rpartition("/")[0] == path and selected(item, query):
                            line = json.dumps({"type": kind, "object": item}).encode() + b"\n"
                            self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
                            self.wfile.flush()
                self.wfile.write(b"0\r\n\r\n")
            self.close_connection = True

        def _answer(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for key, value in (headers or {}).items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    return Handler
