"""The small faults that are put into a module, one at a time: the mutants.

A mutant exchanges one operator, truth, number or word, turns one condition round, leaves out one statement, lets one
loop see nothing or one function return nothing. Left alone is what no behaviour rests on: prose (texts with a space
in them and formatted ones), annotations, docstrings, imports, ``__all__`` and what only a type checker reads.
"""

from __future__ import annotations

import ast
import pathlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

_COMPARED = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_COMPUTED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
_WORD = re.compile(r"\S*\Z")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True)
class Mutant:
    """One fault.

    Attributes:
        module: the file, relative to the package.
        line: where it is.
        statement: where the statement begins that it is in.
        name: module, function and change: what it is called, whatever line it moves to.
        inside: whether it is in the body of a function; else it is seen only by who imports the module anew.
        number: which of the mutants of its module it is.
    """

    module: str
    line: int
    statement: int
    name: str
    inside: bool
    number: int


@dataclass
class _Edit:
    """A change of a syntax tree that can be taken back: another node in a field of its parent."""

    parent: ast.AST
    field: str
    index: int | None
    new: ast.AST
    line: int
    statement: int
    place: str
    inside: bool

    def put(self, node: ast.AST) -> ast.AST:
        """Put a node in its place; returns the one that was there."""
        held = getattr(self.parent, self.field)
        if self.index is None:
            setattr(self.parent, self.field, node)
            return held
        old, held[self.index] = held[self.index], node
        return old


class Module:
    """A module of the package and its mutants."""

    def __init__(self, package: pathlib.Path, module: str) -> None:
        self.path = package / module
        self.name = module
        self._tree = ast.parse(self.path.read_text(encoding="utf-8"))
        self._edits = list(_edits(self._tree))
        seen: Counter[str] = Counter()
        self.mutants: list[Mutant] = []
        for number, edit in enumerate(self._edits):
            old = edit.put(edit.new)
            name = f"{module}: {edit.place}: {_text(old)} -> {_text(edit.new)}"
            edit.put(old)
            seen[name] += 1
            if seen[name] > 1:
                name += f" ({seen[name]})"
            self.mutants.append(Mutant(module, edit.line, edit.statement, name, edit.inside, number))

    def code(self, mutant: Mutant | None = None) -> CodeType:
        """Compile the module, with a mutant in it."""
        if mutant is None:
            return compile(self._tree, str(self.path), "exec", dont_inherit=True)
        edit = self._edits[mutant.number]
        old = edit.put(edit.new)
        try:
            return compile(self._tree, str(self.path), "exec", dont_inherit=True)
        finally:
            edit.put(old)


def _text(node: ast.AST) -> str:
    if isinstance(node, (ast.cmpop, ast.operator, ast.boolop)):
        return type(node).__name__
    return " ".join(ast.unparse(node).split())


def _edits(tree: ast.Module) -> Iterator[_Edit]:
    """Yield every change of a module."""

    def walk(node: ast.AST, place: str, inside: bool, statement: int) -> Iterator[_Edit]:
        for field, value in ast.iter_fields(node):
            if _is_left_alone(node, field):
                continue
            # Decorators, defaults and bases are worked out where a function or class is made.
            within = inside or (isinstance(node, _FUNCTIONS) and field == "body")
            for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if not isinstance(child, ast.AST) or _is_prose(child):
                    continue
                named = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
                at = f"{place}.{child.name}".lstrip(".") if named else place
                line = getattr(child, "lineno", getattr(node, "lineno", 0))
                first = child.lineno if isinstance(child, ast.stmt) else statement
                for new in _others(child, node, field):
                    ast.copy_location(new, child if hasattr(child, "lineno") else node)
                    ast.fix_missing_locations(new)
                    yield _Edit(node, field, index, new, line, first, place or "module", within)
                yield from walk(child, at, within, first)

    return walk(tree, "", False, 0)


def _is_left_alone(node: ast.AST, field: str) -> bool:
    if field in ("annotation", "returns", "ctx", "format_spec", "type_comment"):
        return True
    if isinstance(node, ast.If) and field in ("test", "body"):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "cast":
        return field == "args"
    return False


def _is_prose(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.JoinedStr)):
        return True
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id == "__all__" or _is_type(node.value)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and not _WORD.match(node.value)


def _is_type(node: ast.AST) -> bool:
    """Whether a value is a name for a type: ``Callable[...]`` and ``A | B``."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _is_type(node.left) and _is_type(node.right)
    if isinstance(node, ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name) and node.id[0].isupper()


def _others(node: ast.AST, parent: ast.AST, field: str) -> Iterator[ast.AST]:
    """Yield what may stand in the place of a node."""
    if isinstance(node, ast.cmpop):
        yield _COMPARED[type(node)]()
    elif isinstance(node, ast.operator) and type(node) in _COMPUTED:
        yield _COMPUTED[type(node)]()
    elif isinstance(node, ast.boolop):
        yield ast.Or() if isinstance(node, ast.And) else ast.And()
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from _constants(node.value)
    elif isinstance(node, (ast.Break, ast.Continue)):
        yield ast.Continue() if isinstance(node, ast.Break) else ast.Break()
    elif isinstance(node, ast.Return):
        if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
            yield ast.Return(ast.Constant(None))
    elif isinstance(node, (ast.Raise, ast.AugAssign)) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ):
        yield ast.Pass()
    elif isinstance(node, ast.Expr) and isinstance(node.value, (ast.Yield, ast.YieldFrom)):
        # Without its only ``yield`` a function would be no generator any more.
        yield ast.Expr(ast.YieldFrom(ast.Tuple([], ast.Load())))
    if field == "iter":
        yield ast.Tuple([], ast.Load())
    if (field in ("test", "ifs") or (field == "values" and isinstance(parent, ast.BoolOp))) and not _turns(node):
        yield ast.UnaryOp(ast.Not(), node)  # type: ignore[arg-type]


def _turns(node: ast.AST) -> bool:
    """Whether a condition is turned round by another mutant."""
    if isinstance(node, ast.Compare):
        return len(node.ops) == 1
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not)
    return isinstance(node, (ast.BoolOp, ast.Constant))


def _constants(value: object) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, (int, float)):
        yield ast.Constant(value + 1)
    elif isinstance(value, str):
        yield ast.Constant(f"{value}XX")
    elif isinstance(value, bytes):
        yield ast.Constant(value + b"XX")
