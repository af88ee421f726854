"""The syntax trees of expressions that were checked: each is parsed once, or comes from the cache of rules.

A tree depends on nothing but the text of its expression, so that all rulebooks of a process may share them.
"""

from __future__ import annotations

from typing import Any

_TREES: dict[str, Any] = {}


def known(text: str) -> Any:
    """Return the syntax tree of an expression as the ``jmespath`` package has it, ``None`` if it was not parsed yet."""
    return _TREES.get(text)


def remember(text: str, tree: Any) -> None:
    """Keep the tree of an expression that is valid."""
    _TREES[text] = tree
