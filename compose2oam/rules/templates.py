"""Templates: what a rule writes, with the places where expressions and functions fill in values.

====================================  ==================================================================
``{from: EXPR}``                      the value of a JMESPath expression
``{from: EXPR, by: NAME}``            the same, through a function of the closed table
``{from: EXPR, default: VALUE}``      the same, or ``VALUE`` where it is null
``{each: EXPR, as: TEMPLATE}``        a list: the template for each item (``if: EXPR`` leaves items out)
``{first: [{when:, then:}, ...]}``    the first branch whose condition holds; ``when`` may be left out
``{literal: VALUE}``                  the value as it stands, expressions and all
anything else                         itself; entries and items that come out as null are left out
====================================  ==================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any

from compose2oam.model.workload import Part
from compose2oam.rules import functions, shapes, strict
from compose2oam.rules.context import Context
from compose2oam.rules.expressions import asked_by, compile_condition, compile_expression, names_in
from compose2oam.rules.necessary import Asked, joined
from compose2oam.source.position import Position
from compose2oam.source.tree import mark_of, plain


class Template:
    """What a rule writes, as a function of a document and the context of the run.

    Attributes:
        run: the function; to call it itself spares those who call many templates half of what a call takes.
        uses: the names that its expressions ask the document for; ``@`` stands for all of it.
        parts: for a mapping, the templates of its entries.
        asks: all that decides what it writes, as :func:`compose2oam.rules.necessary.asked` has it; ``None`` if more
            does.
    """

    __slots__ = ("asks", "parts", "run", "uses")

    def __init__(
        self,
        run: Callable[[Any, Context], Any],
        uses: Iterable[str] = (),
        parts: dict[str, Template] | None = None,
        asks: Asked | None = None,
    ) -> None:
        self.run = run
        self.uses = frozenset(uses)
        self.parts: dict[str, Template] = parts or {}
        self.asks = asks

    def __call__(self, root: Any, context: Context) -> Any:
        """Return what the template writes for a document."""
        return self.run(root, context)


def compile_template(node: Any, position: Position | None) -> Template:
    """Compile what a rule writes into a function of a document and the context of the run.

    Args:
        node: the template as it was read.
        position: where it stands.

    Raises:
        RuleError: for a bad expression, an unknown function, or a misspelt key of a template.
    """
    if isinstance(node, dict):
        for sign, compiler in _FORMS.items():
            if sign in node:
                return compiler(node, position)
        entries = {key: compile_template(value, mark_of(node, key)) for key, value in node.items()}
        uses, asks = _uses(entries.values()), all_asked(entries.values())
        return Template(lambda root, context: _entries(entries, root, context), uses, entries, asks)
    if isinstance(node, list):
        items = [compile_template(item, mark_of(node, index)) for index, item in enumerate(node)]
        return Template(lambda root, context: _items(items, root, context), _uses(items), asks=all_asked(items))
    if isinstance(node, float) and not isfinite(node):
        raise strict.fail("RULE-115", "this is no number that an application can have", position)
    return Template(lambda root, context: node, asks=frozenset())


def all_asked(templates: Iterable[Template]) -> Asked | None:
    """Return all that decides what several templates write, ``None`` if more does."""
    return joined(template.asks for template in templates)


def _uses(templates: Iterable[Template]) -> set[str]:
    return {name for template in templates for name in template.uses}


def _items(items: list[Template], root: Any, context: Context) -> list[Any]:
    return [value for item in items if (value := item.run(root, context)) is not None]


def _entries(entries: dict[str, Template], root: Any, context: Context) -> dict[str, Any]:
    return {key: value for key, template in entries.items() if (value := template.run(root, context)) is not None}


def _compile_from(node: Any, position: Position | None) -> Template:
    shapes.FROM.read(node, position)
    expression = compile_expression(node["from"], mark_of(node, "from"))
    default = plain(node.get("default"))
    if "by" not in node:

        def pick(root: Any, context: Context) -> Any:
            value = expression(root)
            return default if value is None else _copy(value)

        return Template(pick, names_in(node["from"]), asks=asked_by(node["from"]))
    name: str = node["by"]
    functions.check(name, mark_of(node, "by"))
    function: functions.Function | None = None

    def call(root: Any, context: Context) -> Any:
        nonlocal function
        value = expression(root)
        if value is None:
            return default
        if function is None:
            function = functions.load(name)
        made = function(value, context)
        return default if made is None else made

    asks = joined((asked_by(node["from"]), functions.ALIKE.get(name)))
    return Template(call, names_in(node["from"]), asks=asks)


def _compile_each(node: Any, position: Position | None) -> Template:
    shapes.EACH.read(node, position)
    expression = compile_expression(node["each"], mark_of(node, "each"))
    keep = compile_condition(node["if"], mark_of(node, "if")) if "if" in node else None
    template = compile_template(node["as"], mark_of(node, "as"))

    def loop(root: Any, context: Context) -> Any:
        items = expression(root)
        if not isinstance(items, list):
            return None
        made = []
        for item in items:
            if keep is not None and not keep(item):
                continue
            value = template.run(item, context)
            if isinstance(item, Part) and isinstance(value, dict):
                value = Part(value, item.path)
            if value is not None:
                made.append(value)
        return made or None

    # Its inner template asks each item, and all of them are known with the list; its functions may ask for more.
    asks = None if template.asks is None else asked_by(node["each"])
    return Template(loop, names_in(node["each"]), asks=asks)


def _compile_first(node: Any, position: Position | None) -> Template:
    shapes.FIRST.read(node, position)
    branches = []
    asks: list[Asked | None] = []
    for index, branch in enumerate(node["first"]):
        place = mark_of(node["first"], index)
        shapes.BRANCH.read(branch, place)
        when = compile_condition(branch["when"], mark_of(branch, "when")) if "when" in branch else None
        branches.append((when, compile_template(branch["then"], mark_of(branch, "then"))))
        asks += (asked_by(branch["when"]) if when else frozenset(), branches[-1][1].asks)
    ways = [(when, template.run) for when, template in branches]

    def choose(root: Any, context: Context) -> Any:
        for when, run in ways:
            if when is None or when(root):
                return run(root, context)
        return None

    return Template(choose, _uses(template for _, template in branches), asks=joined(asks))


def _compile_literal(node: Any, position: Position | None) -> Template:
    shapes.LITERAL.read(node, position)
    value = node["literal"]
    return Template(lambda root, context: plain(value), asks=frozenset())


def _copy(value: Any) -> Any:
    """Copy what an expression found, so that what is written never shares a tree with what was read."""
    if not isinstance(value, (dict, list)):
        return value
    if isinstance(value, Part):
        return Part({key: plain(item) for key, item in value.items()}, value.path)
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return plain(value)


_FORMS: dict[str, Callable[[Any, Position | None], Template]] = {
    "from": _compile_from,
    "each": _compile_each,
    "first": _compile_first,
    "literal": _compile_literal,
}
