"""Kernel parameters."""

from __future__ import annotations

from typing import Any

from compose2oam.model.outcome import Outcome
from compose2oam.rules.context import Context

# Those that every cluster allows (Kubernetes, "Using sysctls in a Kubernetes Cluster").
_SAFE = {
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
}


def sysctls(settings: Any, context: Context) -> list[dict[str, str]]:
    """Return ``securityContext.sysctls`` of the pod, with a note for those that a cluster must allow first."""
    for name in settings:
        if name not in _SAFE:
            say = f"`{name}` works only where the kubelets allow it (--allowed-unsafe-sysctls)"
            context.note(Outcome.APPROXIMATED, say, ("sysctls", name))
    return [{"name": name, "value": str(value)} for name, value in settings.items()]
