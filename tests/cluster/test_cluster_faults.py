"""What goes wrong between us and a cluster: nothing is lost, nothing secret is told, and the exit code is right."""

from __future__ import annotations

import json
import pathlib
import queue
import ssl
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.cluster.client import Cluster
from compose2oam.cluster.refusals import unreachable
from compose2oam.cluster.watch import Watch
from compose2oam.errors import ClusterError

if TYPE_CHECKING:
    from conftest import Fault, LiveCluster

APPLICATION = "/apis/core.oam.dev/v1beta1/namespaces/demo/applications/demo"
FORBIDDEN = 'secrets is forbidden: User "eve" cannot patch resource "secrets" in API group "" in the namespace "demo"'


def _with_namespace(live: LiveCluster, method: str) -> None:
    """In a namespace that is new, nothing is looked for."""
    if method == "GET":
        live.put("/api/v1/namespaces/demo", {})


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 0])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "secrets/demo-password"), ("PATCH", "namespaces/demo"), ("PATCH", "secrets"), ("PATCH", "applications")],
)
def test_what_passes_is_tried_again(
    live: LiveCluster, up: Callable[..., Any], faults: type[Fault], method: str, path: str, status: int, times: int
) -> None:
    """A busy server and a broken connection do not stop the command."""
    _with_namespace(live, method)
    live.faults.append(faults(method, path, status, times))
    done = up("-d")
    assert done.returncode == 0, done.stderr
    assert APPLICATION in live.objects
    assert not live.faults


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/version", 401, "it does not know you: log in again, or name another --context"),
        (
            "PATCH",
            "secrets",
            403,
            f"Secret demo-password: the cluster of the context test refused: {FORBIDDEN}: an administrator can",
        ),
        ("GET", "applications/demo", 403, FORBIDDEN),
        ("PATCH", "applications", 403, "exceeded quota: applications"),
        ("PATCH", "applications", 403, 'admission webhook "vela" denied the request'),
        ("PATCH", "applications", 400, "Application demo: the cluster of the context test refused: wrong shape"),
        ("PATCH", "applications", 422, "spec.components: Invalid value"),
        ("PATCH", "applications", 413, "the request is too large"),
        ("PATCH", "namespaces/demo", 403, "cannot patch resource"),
        ("PATCH", "secrets", 503, "503 Service Unavailable"),
        ("GET", "secrets", -2, "is no Kubernetes API"),
        ("PATCH", "applications", -2, "is no Kubernetes API"),
        ("PATCH", "applications", 0, "does not answer at http://127.0.0.1"),
        ("GET", "secrets", -1, "does not answer at http://127.0.0.1"),
    ],
)
def test_what_lasts_is_told(
    live: LiveCluster,
    up: Callable[..., Any],
    faults: type[Fault],
    refusals: Any,
    method: str,
    path: str,
    status: int,
    message: str,
) -> None:
    """With the exit code of a cluster that refused, without a traceback, and without the secret."""
    said = message.rpartition("refused: ")[2].removesuffix(": ask") if "503" not in message else ""
    body = refusals["failure"](status, "Reason", said) if status > 0 and said else None
    _with_namespace(live, method)
    live.faults.append(faults(method, path, status, 99, body))
    done = up("-d")
    assert done.returncode == 5
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr + done.stdout


def test_a_secret_that_a_server_repeats_is_not_told(
    live: LiveCluster, up: Callable[..., Any], faults: type[Fault], refusals: Any
) -> None:
    """A webhook may quote what it was sent."""
    body = refusals["failure"](400, "BadRequest", "denied: postgres://me:hunter2@db and token=hunter2")
    live.faults.append(faults("PATCH", "applications", 400, 1, body))
    done = up("-d")
    assert "postgres://me:***@db and token=***" in done.stderr
    assert "hunter2" not in done.stderr


def test_how_long_a_server_wants_to_rest_is_heeded(live: LiveCluster, faults: type[Fault]) -> None:
    """``Retry-After`` goes before our own pause; one that is too long is told at once."""
    live.put("/api/v1/namespaces/demo", {})
    live.faults.append(faults("GET", "namespaces/demo", 429, 1, None, {"Retry-After": "1"}))
    begun = time.monotonic()
    assert Cluster().get("/api/v1/namespaces/demo") is not None
    assert time.monotonic() - begun >= 1
    live.faults.append(faults("GET", "namespaces/demo", 429, 1, None, {"Retry-After": "3600"}))
    with pytest.raises(ClusterError, match="429"):
        Cluster().get("/api/v1/namespaces/demo")


def test_a_failure_in_the_middle_loses_nothing(live: LiveCluster, up: Callable[..., Any], faults: type[Fault]) -> None:
    """The same command goes on where the first one stopped."""
    live.faults.append(faults("PATCH", "applications", 403, 9))
    assert up("-d").returncode == 5
    live.faults.clear()
    assert up("-d").returncode == 0
    assert APPLICATION in live.objects


@pytest.mark.parametrize("status", [0, -1, 500, 503])
@pytest.mark.parametrize("method", ["GET", "WATCH"])
def test_a_watch_goes_on(
    live: LiveCluster, up: Callable[..., Any], faults: type[Fault], method: str, status: int
) -> None:
    """A watch that breaks off, is cut off or is refused for a while is taken up again."""
    live.faults += [faults(method, "namespaces/demo/pods", status, 3)]
    done = up()
    assert done.returncode == 0, done.stderr
    assert "demo is well" in done.stderr


def test_a_watch_that_is_too_old_begins_anew(live: LiveCluster, faults: type[Fault], refusals: Any) -> None:
    """410, as an answer or as an event: the list is read again."""
    gone = refusals["failure"](410, "Expired", "too old resource version")
    event = json.dumps({"type": "ERROR", "object": gone}).encode() + b"\n"
    live.faults += [faults("WATCH", "pods", 410, 1, gone), faults("WATCH", "pods", 200, 1, event)]
    live.pod("web-0", "web")
    wake: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
    watch = Watch(Cluster(), "/api/v1/namespaces/demo/pods", {}, wake)
    watch.start()
    for _ in range(3):
        assert wake.get(timeout=5) is None
    assert [item["metadata"]["name"] for item in watch.objects()] == ["web-0"]
    live.pod("web-1", "web")
    assert wake.get(timeout=5) is None
    live.drop("/api/v1/namespaces/demo/pods/web-0")
    assert wake.get(timeout=5) is None
    assert [item["metadata"]["name"] for item in watch.objects()] == ["web-1"]
    watch.stop()


def test_a_watch_that_may_not_be_read(
    live: LiveCluster, up: Callable[..., Any], faults: type[Fault], refusals: Any
) -> None:
    """The right that is missing is told, and what was sent stays."""
    said = 'applications.core.oam.dev is forbidden: User "eve" cannot list resource "applications"'
    live.faults.append(faults("GET", "demo/applications$", 403, 9, refusals["failure"](403, "Forbidden", said)))
    live.plays = None
    done = up()
    assert done.returncode == 5
    assert 'cannot list resource "applications": ask for the right to' in done.stderr
    assert APPLICATION in live.objects


def test_pods_that_may_not_be_read(
    live: LiveCluster, up: Callable[..., Any], faults: type[Fault], refusals: Any
) -> None:
    """What the runtime says of the application is enough."""
    live.faults.append(faults("GET", "demo/pods$", 403, 9, refusals["failure"](403, "Forbidden", "no")))
    done = up()
    assert done.returncode == 0
    assert "demo is well" in done.stderr


def test_definitions_that_may_not_be_read(
    live: LiveCluster, up: Callable[..., Any], faults: type[Fault], refusals: Any
) -> None:
    """Those that ship stand in for them, and the command says so."""
    body = refusals["failure"](403, "Forbidden", "componentdefinitions is forbidden")
    live.faults.append(faults("GET", "vela-system/componentdefinitions", 403, 9, body))
    done = up("-d")
    assert done.returncode == 0
    assert "checked against the definitions that ship with compose2oam" in done.stderr


def test_the_runtime_is_seen_through_what_may_be_read(
    live: LiveCluster, up: Callable[..., Any], faults: type[Fault], refusals: Any
) -> None:
    """Who may not read what belongs to the whole cluster can work in a namespace."""
    body = refusals["failure"](403, "Forbidden", "no")
    for path in ("customresourcedefinitions", "ingressclasses", "vela-system/deployments"):
        live.faults.append(faults("GET", path, 403, 9, body))
    live.put("/api/v1/namespaces/demo", {})
    live.faults.append(faults("GET", "/api/v1/namespaces/demo$", 403, 1, body))
    assert up("-d").returncode == 0


def test_ctrl_c_leaves_the_cluster_as_it_is(
    live: LiveCluster, up: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says how to go on."""

    def interrupt(*arguments: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("compose2oam.deploy.follow", interrupt)
    done = up()
    assert done.returncode == 130
    assert "interrupted: demo goes on coming up; look with compose2oam ps -p demo" in done.stderr
    assert APPLICATION in live.objects


def test_a_pod_s_own_account(live: LiveCluster, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a kubeconfig, in a pod, its own account is used; where that is broken the message says so."""
    monkeypatch.delenv("KUBECONFIG")
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "1")
    with pytest.raises(ClusterError, match="the pod's own account cannot be used"):
        Cluster()


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ssl.SSLError("certificate verify failed: self-signed certificate"), "its certificate is not trusted"),
        (ssl.SSLError("certificate unknown"), "the certificates do not fit"),
        (ssl.SSLError("wrong version number"), "does not speak TLS as it should"),
        (OSError("connection timed out"), "is it running, and is the network up?"),
    ],
)
def test_trouble_with_tls_and_the_network(error: Exception, message: str) -> None:
    """Each kind says what to look at."""
    assert message in str(unreachable("prod", "https://10.0.0.1", error))
