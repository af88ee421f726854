"""A connection to a cluster, as kubectl makes it, with an error that says what to do for each way that it fails."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from compose2oam.cluster.refusals import Refused, first_line, unreachable
from compose2oam.errors import ClusterError
from compose2oam.model.regex import regex

__all__ = ["Cluster", "Leash", "Refused"]

# Seconds to connect, and to wait for an answer.
_CONNECT, _READ = 5, 30
# Objects a page: few enough for a slow line, many enough for most lists.
_PAGE = 500
# Seconds before each further try of a request that may succeed later; the last failure is the one that is told.
DELAYS = (0.25, 0.5, 1.0, 2.0)
# A server that asks for more patience than this is told to the user instead.
_LONGEST = 10.0
_BUSY = {429, 500, 502, 503, 504}

_ACCEPT = {"Accept": "application/json"}
_PAIR = regex(r"\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}")
#: Where a pod finds its own credentials.
_OWN = pathlib.Path("/var/run/secrets/kubernetes.io/serviceaccount")


class Leash:
    """Ends an answer that is read in another thread, which would go on for as long as the server likes."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._answer: Any = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more is to be read."""
        return self._ended.is_set()

    def hold(self, answer: Any) -> None:
        """Take an answer of urllib3, in the place of the one before."""
        self._answer = answer
        if self.has_ended:
            self.end()

    def end(self) -> None:
        """End what is read, and what is begun from now on."""
        self._ended.set()
        # It has one from urllib3 2.3 on; an older one ends by itself, or with the program.
        shut = getattr(self._answer, "shutdown", None)
        if shut is not None:
            # The answer may have ended meanwhile.
            with contextlib.suppress(OSError, RuntimeError, ValueError):
                shut()

    def wait(self, seconds: float) -> bool:
        """Wait, for less if it ends meanwhile; return whether it has ended."""
        return self._ended.wait(seconds)


class Cluster:
    """Reads and changes objects of a cluster.

    Args:
        context: of the kubeconfig; its current one by default.
        kubeconfig: the file; by default what ``KUBECONFIG`` says, or ``~/.kube/config``. Where neither is there and
            no context is named, a program in a pod uses the pod's own account.
        command: of ours, which asks; whoever is refused a right is told of the roles for it.

    Raises:
        ClusterError: there is no such file or context, or the file is no kubeconfig.

    Attributes:
        context: the name of the context.
        server: the address of the API server.
        namespace: that of the context, ``default`` where it says none.
        command: of ours, which asks.
        observe: called with the method and the path of each request that is sent, if anybody wants to know.
    """

    def __init__(self, context: str = "", kubeconfig: str = "", command: str = "") -> None:
        from kubernetes import config as kubernetes_config

        config: Any = kubernetes_config
        self.command = command
        self.observe: Callable[[str, str], None] | None = None
        self._answered = False
        # Named here, as the client looks into the environment only once.
        named = kubeconfig or os.environ.get("KUBECONFIG", "")
        file = named or str(pathlib.Path.home() / ".kube" / "config")
        if not (context or named) and not pathlib.Path(file).exists() and "KUBERNETES_SERVICE_HOST" in os.environ:
            self._enter_as_pod(config)
        else:
            self._enter(config, context, file)
        self.server: str = self._api.configuration.host

    def _enter(self, config: Any, context: str, file: str) -> None:
        named = f"the kubeconfig {file}"
        try:
            contexts, current = config.list_kube_config_contexts(file)
        except config.ConfigException as error:
            raise ClusterError(
                f"{named} names no cluster: {first_line(error)}; name another with --kubeconfig or KUBECONFIG"
            ) from None
        except Exception as error:  # what the YAML reader and the file system raise, and TypeError for other content
            raise ClusterError(f"{named} cannot be read: {first_line(error)}") from None
        found = {str(entry["name"]): entry.get("context") or {} for entry in contexts}
        if context and context not in found:
            raise ClusterError(f"{named} has no context {context}; it has {', '.join(found)}")
        self.context = context or str((current or {}).get("name", ""))
        self.namespace = str(found.get(self.context, {}).get("namespace") or "default")
        try:
            self._api = config.new_client_from_config(file, self.context or None, persist_config=False)
        except Exception as error:  # a certificate that is not there, a command for a token that fails
            raise ClusterError(f"the context {self.context} cannot be used: {first_line(error)}") from None

    def _enter_as_pod(self, config: Any) -> None:
        from kubernetes import client

        made = client.Configuration()
        try:
            config.load_incluster_config(client_configuration=made)
        except config.ConfigException as error:
            raise ClusterError(f"the pod's own account cannot be used: {first_line(error)}") from None
        self._api = client.ApiClient(made)
        self.context = "in-cluster"
        own = _OWN / "namespace"
        self.namespace = own.read_text().strip() if own.is_file() else "default"

    @property
    def configuration(self) -> Any:
        """What the Kubernetes client knows of the way there: certificates and proxy."""
        return self._api.configuration

    def credentials(self) -> dict[str, str]:
        """Return the headers that say who asks, with a token that is still good.

        Raises:
            ClusterError: a command for a token fails.
        """
        try:
            settings = self._api.configuration.auth_settings().values()
        except Exception as error:  # whatever that command and its reader raise
            raise ClusterError(f"the context {self.context} cannot be used: {first_line(error)}") from None
        return {one["key"]: one["value"] for one in settings if one["in"] == "header" and one["value"]}

    def get(
        self, path: str, query: Mapping[str, str] | None = None, *, only_metadata: bool = False
    ) -> dict[str, Any] | None:
        """Return what is at a path of the API, ``None`` if nothing is.

        Args:
            path: of the API.
            query: its parameters.
            only_metadata: leave out all but the names, labels and annotations of the objects of a list.

        Raises:
            ClusterError: the cluster did not answer, or refused.
        """
        wanted = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
        try:
            return self.request("GET", path, query, accept=wanted if only_metadata else "application/json")
        except Refused as error:
            if error.status == 404:
                return None
            raise

    def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        *,
        content_type: str = "application/json",
        accept: str = "application/json",
    ) -> dict[str, Any]:
        """Send a request, again if the server is busy, and return the object that it answers with.

        All requests of this program can be sent twice: they read, apply, replace or delete.

        Raises:
            Refused: the cluster answered, and did not do it.
            ClusterError: the cluster did not answer.
        """
        headers = {"Accept": accept, "Content-Type": content_type}
        content = None if body is None else written(body)
        tries = iter(DELAYS)
        while True:
            delay = next(tries, None)
            try:
                answer = self._send(method, path, query, headers, content)
            except ClusterError:
                # Who never answered is away; who did may be restarting.
                if delay is None or not self._answered:
                    raise
                time.sleep(delay)
                continue
            if answer.status in _BUSY and delay is not None:
                asked = _seconds(answer.headers.get("Retry-After"))
                if asked <= _LONGEST:
                    time.sleep(max(delay, asked))
                    continue
            return self._object(method, path, answer)

    def _object(self, method: str, path: str, answer: Any) -> dict[str, Any]:
        try:
            data = json.loads(answer.data)
        except (ValueError, RecursionError):
            data = None
        if answer.status >= 300:
            raise Refused(method, path, self.context, answer.status, str(answer.reason or ""), data, self.command)
        if not _is_object(data):
            raise ClusterError(f"{self.server} is no Kubernetes API: what it has at {path} is no object")
        found: dict[str, Any] = data
        return found

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        headers: Mapping[str, str],
        content: bytes | None = None,
        *,
        stream: bool = False,
        patience: float | None = _READ,
    ) -> Any:
        import urllib3
        from urllib3.util import Timeout

        if self.observe is not None:
            self.observe(method, path)
        known = self.credentials()
        address = self.server + path
        if query:
            from urllib.parse import urlencode

            address += "?" + urlencode(query)
        try:
            # The client's own call of any path has changed from version to version; its connections have not.
            answer = self._api.rest_client.pool_manager.request(
                method, address, body=content, headers={**known, **headers}, retries=False,
                timeout=Timeout(connect=_CONNECT, read=patience), preload_content=not stream,
            )  # fmt: skip
        except urllib3.exceptions.HTTPError as error:
            raise unreachable(self.context, self.server, error) from None
        self._answered = True
        return answer

    def lines(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        patience: float | None = None,
        leash: Leash | None = None,
    ) -> Iterator[bytes]:
        """Go through the lines of an answer as they come; an answer that breaks off ends them.

        Args:
            path: of the API.
            query: its parameters.
            patience: how many seconds without a line end the answer, ``None`` for no end.
            leash: by which another thread ends it.

        Raises:
            Refused: the cluster answered, and did not do it.
            ClusterError: the cluster did not answer.
        """
        import urllib3

        answer = self._send("GET", path, query, _ACCEPT, stream=True, patience=patience)
        if leash is not None:
            leash.hold(answer)
        try:
            if answer.status != 200:
                self._object("GET", path, answer)
            rest = b""
            for chunk in answer.stream(65536):
                *whole, rest = (rest + chunk).split(b"\n")
                yield from whole
            if rest:
                yield rest
        except (urllib3.exceptions.HTTPError, OSError):
            return
        finally:
            answer.close()

    def items(
        self, path: str, query: Mapping[str, str] | None = None, *, only_metadata: bool = False
    ) -> Iterator[dict[str, Any]] | None:
        """Return the objects of a list, page by page; ``None`` if the API has no such list."""
        first = self.get(path, {**(query or {}), "limit": str(_PAGE)}, only_metadata=only_metadata)
        return None if first is None else self._pages(first, path, query or {}, only_metadata)

    def _pages(
        self, page: dict[str, Any], path: str, query: Mapping[str, str], only_metadata: bool
    ) -> Iterator[dict[str, Any]]:
        asked = set()
        while True:
            yield from page.get("items") or ()
            more = (page.get("metadata") or {}).get("continue")
            if not more:
                return
            if more in asked:
                raise ClusterError(f"{self.server} is no Kubernetes API: its list at {path} has no end")
            asked.add(more)
            further = {**query, "limit": str(_PAGE), "continue": more}
            page = self.get(path, further, only_metadata=only_metadata) or {}


def written(body: Mapping[str, Any]) -> bytes:
    """Return an object as it is sent: JSON that says the same as YAML, as which a server reads what is applied.

    YAML knows no pair of escapes for one character, which JSON has for those beyond U+FFFF (YAML 1.2.2, 5.7).
    """
    return _PAIR.sub(lambda pair: str(json.loads(f'"{pair[0]}"')), json.dumps(body)).encode()


def _is_object(data: Any) -> bool:
    """Whether an answer is an object of Kubernetes, or a list of such, as far as all that reads it relies on."""
    metadata = data.get("metadata") or {} if isinstance(data, dict) else None
    if not isinstance(metadata, dict):
        return False
    if data.get("kind") == "Status":  # its status is a word
        return True
    parts = [data.get("spec"), data.get("status"), metadata.get("labels"), metadata.get("annotations")]
    items = data.get("items") or []
    return all(part is None or isinstance(part, dict) for part in parts) and (
        isinstance(items, list) and all(map(_is_object, items))
    )


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdigit() else 0.0
