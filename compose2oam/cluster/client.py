"""A connection to a cluster, as kubectl makes it, with an error that says what to do for each way that it fails."""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any

from compose2oam.errors import ClusterError

# Seconds to connect, and to wait for an answer.
_CONNECT, _READ = 5, 30
# Objects a page: few enough for a slow line, many enough for most lists.
_PAGE = 500


class Cluster:
    """Reads objects of a cluster.

    Args:
        context: of the kubeconfig; its current one by default.
        kubeconfig: the file; by default what ``KUBECONFIG`` says, or ``~/.kube/config``.

    Raises:
        ClusterError: there is no such file or context, or the file is no kubeconfig.

    Attributes:
        context: the name of the context.
        server: the address of the API server.
    """

    def __init__(self, context: str = "", kubeconfig: str = "") -> None:
        from kubernetes import config as kubernetes_config

        config: Any = kubernetes_config
        # Named here, as the client looks into the environment only once.
        file = kubeconfig or os.environ.get("KUBECONFIG") or str(pathlib.Path.home() / ".kube" / "config")
        named = f"the kubeconfig {file}"
        try:
            contexts, current = config.list_kube_config_contexts(file)
        except config.ConfigException as error:
            raise ClusterError(f"{named} names no cluster: {_first_line(error)}") from None
        except Exception as error:  # what the YAML reader and the file system raise, and TypeError for other content
            raise ClusterError(f"{named} cannot be read: {_first_line(error)}") from None
        names = [str(entry["name"]) for entry in contexts]
        if context and context not in names:
            raise ClusterError(f"{named} has no context {context}; it has {', '.join(names)}")
        self.context = context or str((current or {}).get("name", ""))
        try:
            self._api = config.new_client_from_config(file, self.context or None, persist_config=False)
        except Exception as error:  # a certificate that is not there, a command for a token that fails
            raise ClusterError(f"the context {self.context} cannot be used: {_first_line(error)}") from None
        self.server: str = self._api.configuration.host

    def get(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any] | None:
        """Return what is at a path of the API, ``None`` if nothing is.

        Raises:
            ClusterError: the cluster did not answer, or refused.
        """
        import urllib3

        settings = self._api.configuration.auth_settings().values()
        headers = {one["key"]: one["value"] for one in settings if one["in"] == "header" and one["value"]}
        try:
            # The client's own call of any path has changed from version to version; its connections have not.
            answer = self._api.rest_client.pool_manager.request(
                "GET", self.server + path, fields=dict(query or {}), headers=headers | {"Accept": "application/json"},
                timeout=urllib3.Timeout(connect=_CONNECT, read=_READ), retries=False,
            )  # fmt: skip
        except urllib3.exceptions.HTTPError as error:
            where = f"the cluster of the context {self.context}"
            raise ClusterError(f"{where} does not answer at {self.server}: {_first_line(error)}") from None
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise Refused(path, self, answer.status, str(answer.reason or ""))
        try:
            data = json.loads(answer.data)
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise ClusterError(f"{self.server} is no Kubernetes API: what it has at {path} is no object")
        return data

    def items(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]] | None:
        """Return the objects of a list, page by page; ``None`` if the API has no such list."""
        first = self.get(path, {**(query or {}), "limit": str(_PAGE)})
        return None if first is None else self._pages(first, path, query or {})

    def _pages(self, page: dict[str, Any], path: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        while True:
            yield from page.get("items") or ()
            more = (page.get("metadata") or {}).get("continue")
            if not more:
                return
            page = self.get(path, {**query, "limit": str(_PAGE), "continue": more}) or {}


class Refused(ClusterError):
    """The cluster answered, and did not do it.

    Attributes:
        status: of HTTP.
    """

    def __init__(self, path: str, cluster: Cluster, status: int, reason: str) -> None:
        what = {
            401: "it does not know you: log in again, or name another --context",
            403: f"you may not read {path}: ask for the right to, or name another --context",
        }
        super().__init__(
            f"the cluster of the context {cluster.context} refused: {what.get(status, f'{status} {reason}')}"
        )
        self.status = status


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
