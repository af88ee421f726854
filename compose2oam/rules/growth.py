"""How many times its input an expression may come to: JMESPath can double it without end (``[@, @] | [@, @]``)."""

from __future__ import annotations

from typing import Any

MOST = 5_000
"""As often may an expression hold what it is given; rules that ship come to a dozen times."""


def growth(node: Any) -> int:
    """Return how many times its document the value of a syntax tree may hold, at most; no more than is too much.

    Args:
        node: the tree of an expression, as the ``jmespath`` package has it.
    """
    if not isinstance(node, dict):
        return 1
    kind, children = node["type"], node["children"]
    if kind == "literal":
        return min(_leaves(node["value"]), MOST + 1)
    found = 0 if kind in ("multi_select_list", "multi_select_dict") else 1
    for child in children:
        # What is selected side by side adds up; what follows one another, and what is done for each item, multiplies.
        found = found + growth(child) if kind.startswith("multi_select") else found * growth(child)
        if found > MOST:
            return found
    # A text inside a text has each of its quotes escaped.
    return max(found, 1) * (2 if kind == "function_expression" and node["value"] == "to_string" else 1)


def _leaves(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return max(sum(map(_leaves, inner)), 1)
