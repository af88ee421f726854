"""What a person is told when a cluster does not do what it was asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from compose2oam.errors import ClusterError
from compose2oam.model.secrecy import without_passwords

# Who was refused what (Kubernetes, the message of a Status with the reason Forbidden).
_FORBIDDEN = re.compile(
    r'User "(?P<user>[^"]+)" cannot (?P<verb>\w+) resource "(?P<resource>[^"]+)" in API group "(?P<group>[^"]*)"'
)
_ACCOUNT = "system:serviceaccount:"

# The whole of a definition, which KubeVela says after what is wrong with it.
_DUMP = re.compile(r" \(value: .*?(?=\.? \(requestUID=|$)")

# What to do about what a cluster says no more of: etcd, the API server and a webhook each have a limit of their own.
_ADVICE = (
    ("request is too large", "; an object may have 1.5 MiB: split the project in two"),
    ("entity too large", "; an object may have 1.5 MiB: split the project in two"),
    (
        "failed to call webhook",
        "; if what serves it runs, try again when it has less to do, or split the project in two",
    ),
    ("illegal byte order mark", "; a value of the project has the character U+FEFF, which is not seen: take it out"),
)

_VERBS = {"GET": "read", "PATCH": "change", "POST": "create", "PUT": "change", "DELETE": "delete"}


class Refused(ClusterError):
    """The cluster answered, and did not do it.

    Args:
        method: of the request.
        path: of the API.
        context: of the kubeconfig.
        status: of HTTP.
        reason: the word of HTTP for it.
        answer: the object that the cluster answered with.
        command: of ours, which asked.

    Attributes:
        status: of HTTP.
        reason: the word for it in the cluster's answer (``NotFound``, ``Conflict``...), ``""`` if it gives none.
        said: what the cluster says about it, in one line, without passwords.
        managers: of a conflict over fields, who owns them: the name of the manager and the fields.
        causes: of an object that is invalid, each field with what is wrong with it.
    """

    def __init__(
        self,
        method: str,
        path: str,
        context: str,
        status: int,
        reason: str,
        answer: Mapping[str, Any] | None = None,
        command: str = "",
    ) -> None:
        given = answer if isinstance(answer, Mapping) and answer.get("kind") == "Status" else {}
        self.status = status
        self.reason = str(given.get("reason") or "")
        self.said = without_passwords(in_brief(given.get("message")))
        self.managers = _managers(given)
        self.causes = _causes(given) if self.reason == "Invalid" else []
        super().__init__(f"the cluster of the context {context} refused: {self._told(method, path, reason, command)}")

    def _told(self, method: str, path: str, reason: str, command: str) -> str:
        if self.status == 401:
            return "it does not know you: log in again, or name another --context"
        advice = next((advice for sign, advice in _ADVICE if sign in self.said), "")
        if self.status == 403:
            may = self.said or f"you may not {_VERBS.get(method, method)} {path}"
            if "exceeded quota" in may or "being terminated" in may or "admission webhook" in may:
                return f"{may}{advice}"
            asking = _roles(may, path, command) or "ask for the right to, "
            return f"{may}: {asking}or name another --context"
        return f"{self.said or f'{self.status} {reason}'.rstrip()}{advice}"


def in_brief(text: Any) -> str:
    """Return what a cluster says in one line, without the definition that it was working on."""
    return _DUMP.sub("", " ".join(str(text or "").split()))


def _roles(said: str, path: str, command: str) -> str:
    """Return how an administrator allows what was forbidden, ``""`` where no role of ours would have it."""
    import shlex

    from compose2oam.cluster import rights

    found = _FORBIDDEN.search(said)
    able = rights.commands_with(found["verb"], found["group"], found["resource"]) if found else []
    if not found or not able or (command and command not in able):
        return ""
    home = re.search("/namespaces/([^/]+)", path)
    words = ["compose2oam", "rbac", command or able[0], *(["-n", home[1]] if home else [])]
    user = found["user"]
    words += ["--service-account", user[len(_ACCOUNT) :]] if user.startswith(_ACCOUNT) else ["--user", user]
    return f"an administrator can allow it: {shlex.join(words)} | kubectl apply -f -; "


def _managers(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return who owns the fields of a conflict (Kubernetes, "Server-Side Apply", conflicts)."""
    found: dict[str, list[str]] = {}
    for cause in (given.get("details") or {}).get("causes") or ():
        if cause.get("reason") == "FieldManagerConflict":
            parts = str(cause.get("message", "")).split('"')
            found.setdefault(parts[1] if len(parts) > 1 else "another", []).append(str(cause.get("field", "")))
    return found


def _causes(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = (given.get("details") or {}).get("causes") or ()
    texts = ((str(cause.get("field") or ""), " ".join(str(cause.get("message") or "").split())) for cause in found)
    return [(field, without_passwords(text)) for field, text in texts]


def unreachable(context: str, server: str, error: Exception) -> ClusterError:
    """Return the error for a server that did not answer, with what to do."""
    where = f"the cluster of the context {context}"
    text = first_line(error)
    lower = text.lower()
    if "certificate" in lower:
        why = "its certificate is not trusted" if "verify" in lower else "the certificates do not fit"
        return ClusterError(
            f"{where} cannot be trusted at {server}: {why} ({text}); "
            "see certificate-authority-data and client-certificate-data of the kubeconfig"
        )
    if "ssl" in type(error).__name__.lower() or "wrong version number" in lower:
        return ClusterError(f"{where} does not speak TLS as it should at {server}: {text}")
    return ClusterError(f"{where} does not answer at {server}: {text}; is it running, and is the network up?")


def first_line(error: Exception) -> str:
    """Return what an error says, in one line."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
