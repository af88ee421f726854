"""YAML, as people who work with Kubernetes write it: block style, two spaces, ``- `` under the first letter of its key.

Written by hand because nothing that is written needs the whole of YAML, because the lines of the output must be known
(``why FILE:LINE``), and because that is faster than PyYAML's C emitter under a resolver that knows both versions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compose2oam.emitter import scalar
from compose2oam.errors import InputError, UsageError
from compose2oam.model.path import Path

# Readers look for the colon of a key within 1024 characters; a longer key must announce itself with `?`.
_LONGEST_KEY = 1000


def dump(documents: Iterable[Any], *, sequence_indent: int = 0) -> str:
    """Write documents, with ``---`` between them and a line break at the end; the order of keys is the one given.

    Args:
        documents: mappings, lists and scalars of the types that JSON has.
        sequence_indent: how far ``- `` stands to the right of its key, in spaces.

    Raises:
        InputError: something that text cannot hold (half a surrogate pair), or data nested too deeply.
        UsageError: a value, or a key, of a type that JSON has not.
    """
    return _write(documents, _Writer(sequence_indent, None))


def dump_with_lines(documents: Iterable[Any]) -> tuple[str, dict[Path, int]]:
    """Write documents as :func:`dump` does, and tell where everything went.

    Returns:
        The text, and for every path, led by the document's index, the line on which it starts, counted from 1.
    """
    lines: dict[Path, int] = {}
    return _write(documents, _Writer(0, lines)), lines


def _write(documents: Iterable[Any], writer: _Writer) -> str:
    try:
        for index, document in enumerate(documents):
            if index:
                writer.out.append("---")
            writer.document(document, (index,))
    except RecursionError:
        raise InputError("data that is nested this deeply, or that contains itself, cannot be written") from None
    return "\n".join([*writer.out, ""]) if writer.out else ""


class _Writer:
    """The lines written so far, and where each path began if somebody wants to know.

    In the methods, ``pad`` is the indentation of a container, and ``head`` what stands before its first entry: the same
    indentation, or the dashes of the lists that begin on that line.
    """

    def __init__(self, sequence_indent: int, lines: dict[Path, int] | None) -> None:
        self.out: list[str] = []
        self.lines = lines
        self.sequence_pad = " " * sequence_indent
        # The same keys and words come again and again. A text of several lines is not the same as key and as value.
        self.names: dict[str, str] = {}
        self.texts: dict[str, str] = {}

    def document(self, node: Any, path: Path) -> None:
        self.note(path)
        if isinstance(node, dict) and node:
            self.mapping(node, "", "", path)
        elif isinstance(node, (list, tuple)) and node:
            self.sequence(node, "", "", path)
        else:
            self.out.append(self.flat(node))

    def mapping(self, node: dict[str, Any], pad: str, head: str, path: Path) -> None:
        out, names, texts, told = self.out, self.names, self.texts, self.lines is not None
        deeper = pad + "  "
        here = path
        for key, value in node.items():
            if told:
                here = (*path, key)
                self.note(here)
            name = names.get(key)
            if name is None:
                if not isinstance(key, str):
                    raise UsageError(f"a key must be a string to be written as YAML, found {key!r:.60}")
                name = scalar.text(key)
                if len(name) > _LONGEST_KEY:
                    out.append(f"{head}? {name}")
                    head, name = pad, ":"
                else:
                    name = names[key] = f"{name}:"
            line = head + name
            # Most values are these themselves; what derives from them is for `leaf`, as all that is rare.
            kind = value.__class__
            if kind is str:
                known = texts.get(value)
                if known is None:
                    self.leaf(value, pad, line)
                else:
                    out.append(f"{line} {known}")
            elif kind is int:
                out.append(f"{line} {value}")
            elif isinstance(value, dict) and value:
                out.append(line)
                self.mapping(value, deeper, deeper, here)
            elif isinstance(value, (list, tuple)) and value:
                out.append(line)
                items = pad + self.sequence_pad
                self.sequence(value, items, items, here)
            else:
                self.leaf(value, pad, line)
            head = pad

    def sequence(self, node: Iterable[Any], pad: str, head: str, path: Path) -> None:
        out, texts, told = self.out, self.texts, self.lines is not None
        here = path
        for index, value in enumerate(node):
            if told:
                here = (*path, index)
                self.note(here)
            if value.__class__ is str:
                known = texts.get(value)
                if known is None:
                    self.leaf(value, pad, head + "-")
                else:
                    out.append(f"{head}- {known}")
            elif isinstance(value, dict) and value:
                self.mapping(value, pad + "  ", head + "- ", here)
            elif isinstance(value, (list, tuple)) and value:
                self.sequence(value, pad + "  ", head + "- ", here)
            else:
                self.leaf(value, pad, head + "-")
            head = pad

    def leaf(self, value: Any, pad: str, line: str) -> None:
        block = scalar.literal(value) if isinstance(value, str) and "\n" in value else None
        if block is None:
            self.out.append(f"{line} {self.flat(value)}")
            return
        header, rows = block
        self.out.append(f"{line} {header}")
        self.out.extend(f"{pad}  {row}" if row else "" for row in rows)

    def flat(self, value: Any) -> str:
        if isinstance(value, str):
            known = self.texts.get(value)
            if known is None:
                known = self.texts[value] = scalar.text(value)
            return known
        if isinstance(value, (dict, list, tuple)):
            return "{}" if isinstance(value, dict) else "[]"
        return scalar.scalar(value)

    def note(self, path: Path) -> None:
        if self.lines is not None:
            self.lines[path] = len(self.out) + 1
