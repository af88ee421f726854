"""An API server that answers what a test says, and the kubeconfig that leads to it."""

from __future__ import annotations

import contextlib
import http.server
import json
import pathlib
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

OAM = "/apis/core.oam.dev/v1beta1"
SYSTEM = f"{OAM}/namespaces/vela-system"


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


@pytest.fixture
def cluster(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCluster]:
    """A cluster with KubeVela and nothing in it, which the current context of the kubeconfig names."""
    fake = FakeCluster()
    monkeypatch.setattr("compose2oam.cluster.client.DELAYS", (0.0, 0.0))

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

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    fake.kubeconfig = str(tmp_path / "kubeconfig")
    write_kubeconfig(pathlib.Path(fake.kubeconfig), f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("KUBECONFIG", fake.kubeconfig)
    yield fake
    server.shutdown()
    server.server_close()
    thread.join()


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


@pytest.fixture
def kubeconfig() -> Callable[[pathlib.Path, str], None]:
    """Write a kubeconfig for an address."""
    return write_kubeconfig
