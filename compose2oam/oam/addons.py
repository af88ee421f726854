"""What people install on top of a runtime, and how to tell that it is there: a row of facts for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from compose2oam.errors import InputError


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
        given = {key: value if isinstance(value, str) else tuple(value) for key, value in tree.items()}
        return Addon(name=name, **given)
    except (AttributeError, TypeError) as error:
        raise InputError(f"{file}: not an addon: {error}") from None


def serving(group: str, addons: Iterable[Addon]) -> Addon | None:
    """Return the first addon that serves an API group."""
    return next((addon for addon in addons if group in addon.groups), None)
