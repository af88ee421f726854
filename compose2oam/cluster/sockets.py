"""Streams to a container and back, as WebSockets of the API server with numbered channels in one connection."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from compose2oam.cluster.client import Cluster
from compose2oam.cluster.refusals import Refused, unreachable
from compose2oam.errors import ClusterError

#: The protocols that we speak, the best first: the fifth can say that a stream has ended (Kubernetes, "KEP-4006").
V5, V4 = "v5.channel.k8s.io", "v4.channel.k8s.io"
# What the fifth puts before the number of a channel that has ended.
_ENDED = 255
# Seconds to connect.
_CONNECT = 30


class Socket:
    """A WebSocket to a path of the API, open until :meth:`close`.

    Args:
        cluster: where.
        path: of the API.
        query: its parameters; a name may come again.
        protocols: the protocols that are offered.

    Raises:
        Refused: the cluster answered, and did not do it.
        ClusterError: the cluster did not answer.
    """

    def __init__(
        self, cluster: Cluster, path: str, query: Sequence[tuple[str, str]], protocols: Sequence[str] = (V5, V4)
    ) -> None:
        import websocket

        if cluster.observe is not None:
            cluster.observe("GET", path)
        headers = [f"{name}: {value}" for name, value in cluster.credentials().items()]
        address = f"ws{cluster.server.removeprefix('http')}{path}?{urlencode(query)}"
        try:
            self._socket: Any = websocket.create_connection(
                address, timeout=_CONNECT, header=headers, subprotocols=list(protocols), enable_multithread=True,
                skip_utf8_validation=True, suppress_origin=True, sslopt=_trust(cluster.configuration),
                **_proxy(cluster.configuration),
            )  # fmt: skip
        except websocket.WebSocketBadStatusException as error:
            raise _refused(cluster, path, error) from None
        except (websocket.WebSocketException, OSError) as error:
            raise unreachable(cluster.context, cluster.server, error) from None
        self._socket.settimeout(None)
        self._protocol = str(self._socket.subprotocol or "")

    @property
    def tells_ends(self) -> bool:
        """Whether the other side can be told that a channel has ended."""
        return self._protocol == V5

    def send(self, channel: int, data: bytes) -> None:
        """Write to a channel.

        Raises:
            ClusterError: the connection broke off.
        """
        self._write(bytes((channel,)) + data)

    def end(self, channel: int) -> None:
        """Say that nothing more is written to a channel, where the protocol has a word for it."""
        if self.tells_ends:
            self._write(bytes((_ENDED, channel)))

    def _write(self, frame: bytes) -> None:
        import websocket

        try:
            self._socket.send_binary(frame)
        except (websocket.WebSocketException, OSError) as error:
            raise ClusterError(f"the connection broke off: {error}") from None

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Go through what comes, each with its channel, until the connection ends in whatever way."""
        import websocket

        while True:
            try:
                kind, data = self._socket.recv_data()
            except (websocket.WebSocketException, OSError):
                return
            if kind == websocket.ABNF.OPCODE_CLOSE:
                return
            if data and data[0] != _ENDED:
                yield data[0], data[1:]

    def close(self) -> None:
        """End the connection, from any thread; whoever reads from it comes to the end."""
        if self._socket.sock is not None:
            # Of the connection itself: closing it alone would not wake another thread that reads from it.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._socket.sock, socket.SHUT_RDWR)
        self._socket.shutdown()


def _trust(configuration: Any) -> dict[str, Any]:
    """Return whom to trust and who we are, as the kubeconfig says it (Python, ``ssl``)."""
    import ssl

    found: dict[str, Any] = {"cert_reqs": ssl.CERT_REQUIRED if configuration.verify_ssl else ssl.CERT_NONE}
    if configuration.verify_ssl and configuration.ssl_ca_cert:
        found["ca_certs"] = configuration.ssl_ca_cert
    if not configuration.verify_ssl or configuration.assert_hostname is False:
        found["check_hostname"] = False
    own = {"certfile": configuration.cert_file, "keyfile": configuration.key_file}
    name = getattr(configuration, "tls_server_name", None)
    return found | {key: value for key, value in {**own, "server_hostname": name}.items() if value}


def _proxy(configuration: Any) -> dict[str, Any]:
    """Return the proxy of the kubeconfig; that of the environment is none for the other requests either."""
    from urllib.parse import urlsplit

    if not configuration.proxy:
        return {"http_no_proxy": ["*"]}
    parts = urlsplit(configuration.proxy)
    own = (parts.username, parts.password or "") if parts.username else None
    return {"http_proxy_host": parts.hostname, "http_proxy_port": parts.port or 80, "http_proxy_auth": own}


def _refused(cluster: Cluster, path: str, error: Any) -> Refused:
    try:
        answer = json.loads(error.resp_body or b"")
    except ValueError:
        answer = None
    status = int(error.status_code)
    word = "no such way in" if status == 404 else ""
    return Refused("GET", path, cluster.context, status, word, answer, cluster.command)
