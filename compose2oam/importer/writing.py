"""How Compose writes things: durations, sizes, dollars, names."""

from __future__ import annotations

import re
from typing import Any

_DASHES = re.compile(r"-{2,}")
_OTHER = re.compile(r"[^a-z0-9-]+")
_DURATION = (("h", 3600), ("m", 60))
# Quantities of Kubernetes in bytes (resource.Quantity), and the units that Compose has for a power of 1024.
_UNITS = {
    "": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12,
    "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40,
}  # fmt: skip
_SHORT = {"Ki": "K", "Mi": "M", "Gi": "G", "Ti": "T"}
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)([A-Za-z]*)\Z")


def duration(seconds: int) -> str:
    """Write seconds as people do: ``30s``, ``5m``, ``1m30s``."""
    text, rest = "", int(seconds)
    for unit, size in _DURATION:
        if rest >= size:
            text, rest = f"{text}{rest // size}{unit}", rest % size
    return f"{text}{rest}s" if rest or not text else text


def amount(quantity: Any) -> float | None:
    """Return the number that a quantity of Kubernetes stands for; ``None`` for what is no plain one."""
    found = _QUANTITY.match(str(quantity))
    if not found:
        return None
    size = 0.001 if found[2] == "m" else _UNITS.get(found[2])
    return None if size is None else float(found[1]) * size


def memory(quantity: Any) -> str:
    """Write a quantity of bytes as Compose does: ``512M`` for ``512Mi``; empty for what is no plain quantity."""
    found = _QUANTITY.match(str(quantity))
    if not found or found[2] not in _UNITS:
        return ""
    if found[2] in _SHORT and "." not in found[1]:
        return f"{found[1]}{_SHORT[found[2]]}"
    return str(int(float(found[1]) * _UNITS[found[2]]))


def cores(quantity: Any) -> str:
    """Write a quantity of processor time as Compose does: ``0.25`` for ``250m``; empty for what is none."""
    text = str(quantity)
    try:
        return f"{int(text[:-1]) / 1000:g}" if text.endswith("m") else f"{float(text):g}"
    except ValueError:
        return ""


def object_name(name: str) -> str:
    """Return the name of a Kubernetes object that the conversion makes of a short name of Compose."""
    return _DASHES.sub("-", _OTHER.sub("-", name.lower())).strip("-")


def mode(number: int) -> str:
    """Write the mode of a file in octal, as Compose takes it."""
    return f"0{number:o}"


def escaped(node: Any) -> Any:
    """Double the dollars of all texts of a tree, which Compose would take for variables."""
    if isinstance(node, str):
        return node.replace("$", "$$")
    if isinstance(node, dict):
        return {key: escaped(value) for key, value in node.items()}
    if isinstance(node, list):
        return [escaped(item) for item in node]
    return node
