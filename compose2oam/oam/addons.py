"""What people install on top of a runtime, and how to tell that it is there: a row of facts for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compose2oam.errors import InputError
from compose2oam.model.dataclass import dataclass

# Groups of Kubernetes' own that have a dot.
_OWN_GROUPS = frozenset(
    f"{name}.k8s.io"
    for name in (
        "admissionregistration", "apiextensions", "apiregistration", "authentication", "authorization",
        "rbac.authorization", "certificates", "coordination", "discovery", "events", "flowcontrol.apiserver",
        "internal.apiserver", "networking", "node", "resource", "scheduling", "storage", "storagemigration",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Addon:
    """An addon of KubeVela, or a system of its own that raw objects (``k8s-objects``) reach.

    Attributes:
        name: what ``needs`` calls it by.
        summary: one sentence.
        install: how to get it, as a command or an address.
        kinds: the objects that it serves, as ``serving.knative.dev/v1 Service``.
        controllers: the Deployments that act on them; it works when all are ready.
    """

    name: str
    summary: str = ""
    install: str = ""
    kinds: tuple[str, ...] = ()
    controllers: tuple[str, ...] = ()

    @property
    def groups(self) -> frozenset[str]:
        """The API groups of its kinds."""
        return frozenset(kind.partition("/")[0] for kind in self.kinds)


def read_addon(tree: Any, name: str, file: str) -> Addon:
    """Make an addon from its ``addon.yaml``.

    Raises:
        InputError: a key that addons have not, or no mapping; the message names the file.
    """
    try:
        given: dict[str, Any] = {key: value if isinstance(value, str) else tuple(value) for key, value in tree.items()}
        return Addon(name=name, **given)
    except (AttributeError, TypeError) as error:
        raise InputError(f"{file}: not an addon: {error}") from None


def serving(group: str, kind: str, addons: Iterable[Addon]) -> Addon | None:
    """Return the addon that serves a kind of an API group, or else the only one that serves the group."""
    of_group = [addon for addon in addons if group in addon.groups]
    for addon in of_group:
        if any(one.startswith(f"{group}/") and one.endswith(f" {kind}") for one in addon.kinds):
            return addon
    return of_group[0] if len(of_group) == 1 else None


def is_added(group: str) -> bool:
    """Whether an API group is one that somebody adds to Kubernetes and to KubeVela."""
    return "." in group and group not in _OWN_GROUPS and group != "core.oam.dev"
