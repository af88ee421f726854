"""Changing one thing about an object that is there, without being in the way of its other owners or the next `up`."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from compose2oam.cluster.client import Cluster, Refused
from compose2oam.cluster.objects import MANAGER
from compose2oam.cluster.ownership import owned
from compose2oam.errors import ClusterError

# How often a change is worked out anew when somebody else was faster.
_TRIES = 5

Edit = Callable[[dict[str, Any]], None]


def change(cluster: Cluster, path: str, edit: Edit, *, needs: tuple[str, ...] = ()) -> dict[str, Any]:
    """Read an object, edit it, and write it back unless somebody else wrote it in between; then all over again.

    What we applied is applied again with the edit, so that the next `up` finds nothing that another manager owns; an
    object of somebody else is patched.

    Args:
        cluster: where.
        path: of the object.
        edit: changes the spec and the annotations of what it is given: the whole object, or our part of it.
        needs: the steps to what the edit looks at; where our part has not that, the edit gets the whole object.

    Returns:
        the object as it is now.

    Raises:
        ClusterError: the cluster refused, or others change the object all the time.
    """
    for _ in range(_TRIES):
        there = cluster.get(path)
        if there is None:
            raise ClusterError(f"{path.rpartition('/')[2]} is gone")
        try:
            return _write(cluster, path, there, edit, needs)
        except Refused as error:
            if error.status != 409 or error.managers:
                raise
    raise ClusterError(f"{path.rpartition('/')[2]} is changed by somebody else all the time; try again later")


def _write(cluster: Cluster, path: str, there: Mapping[str, Any], edit: Edit, needs: tuple[str, ...]) -> dict[str, Any]:
    version = there["metadata"].get("resourceVersion")
    made = copy.deepcopy(owned(there))
    if made and _has(made, needs):
        edit(made)
        metadata = {**made.get("metadata", {}), "name": there["metadata"]["name"], "resourceVersion": version}
        body = {**made, "apiVersion": there["apiVersion"], "kind": there["kind"], "metadata": metadata}
        query = {"fieldManager": MANAGER, "force": "true"}
        return cluster.request("PATCH", path, query, body, content_type="application/apply-patch+yaml")
    made = copy.deepcopy(dict(there))
    edit(made)
    patch = _difference(there, made)
    if not patch:
        return dict(there)
    patch.setdefault("metadata", {})["resourceVersion"] = version
    return merge(cluster, path, patch)


def merge(cluster: Cluster, path: str, patch: Mapping[str, Any]) -> dict[str, Any]:
    """Send what differs, and leave all else as it is (RFC 7386).

    Raises:
        ClusterError: the cluster refused.
    """
    query = {"fieldManager": MANAGER}
    return cluster.request("PATCH", path, query, patch, content_type="application/merge-patch+json")


def _has(tree: Any, steps: tuple[str, ...]) -> bool:
    for step in steps:
        if not isinstance(tree, Mapping) or step not in tree:
            return False
        tree = tree[step]
    return True


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the patch that makes one mapping of another (RFC 7386)."""
    patch: dict[str, Any] = {key: None for key in before if key not in after}
    for key, value in after.items():
        old = before.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            below = _difference(old, value)
            if below:
                patch[key] = below
        elif key not in before or old != value:
            patch[key] = value
    return patch
