"""Expressions of rules: JMESPath, compiled once when the rule is read."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable
from typing import Any

from compose2oam.model.regex import regex
from compose2oam.rules import syntax
from compose2oam.rules.closures import Unsupported, closure, condition, holds, path, path_test
from compose2oam.rules.growth import MOST, growth
from compose2oam.rules.necessary import Asked, Needs, asked, has_calls, necessary
from compose2oam.rules.strict import fail, near
from compose2oam.source.position import Position
from compose2oam.source.tree import Map, Seq, plain

Expression = Callable[[Any], Any]

# Most expressions of rules are such plain paths; walking them ourselves spares the import and most of the time.
_PLAIN = regex(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\Z")
_TEXTS = regex(r"'[^']*'|`[^`]*`")
_LITERALS = regex(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`((?:\\.|[^`\\])*)`")
_NAMES = regex(r"@|(?<![.\w])[A-Za-z_]\w*(?!\w*\()")
_BAD_NOT = regex(r"!(\w+|\"[^\"]+\")\s*[.\[]")


def compile_expression(text: str, position: Position | None) -> Expression:
    """Compile a JMESPath expression to a function of the document it is asked of.

    Raises:
        RuleError: if it is not valid JMESPath.
    """
    if text == "@":
        return lambda root: root
    if _PLAIN.match(text):
        return path(text.split("."))
    return _quickest(closure, text, position)


def compile_condition(text: str, position: Position | None) -> Callable[[Any], bool]:
    """Compile a JMESPath expression to a test; as in JMESPath, null, false and empty values are false.

    Raises:
        RuleError: if it is not valid JMESPath.
    """
    if _PLAIN.match(text):
        return path_test(text.split("."))
    return _quickest(condition, text, position)


def needs_of(text: str) -> Needs:
    """Return what a condition that compiles cannot do without; see :func:`compose2oam.rules.necessary.necessary`."""
    return necessary(_tree(text))


def asked_by(text: str) -> Asked | None:
    """Return all that decides an expression that compiles; see :func:`compose2oam.rules.necessary.asked`."""
    return None if text == "@" else asked(_tree(text))


def _tree(text: str) -> Any:
    if not _PLAIN.match(text):
        return _parse(text, None)
    fields = [{"type": "field", "value": key, "children": []} for key in text.split(".")]
    return {"type": "subexpression", "children": fields}


def _quickest(compiler: Callable[[Any], Expression], text: str, position: Position | None) -> Expression:
    """Compile an expression to closures, with the interpreter for what they cannot do."""
    search = _searcher(text, position)
    slow = (lambda root: holds(search(root))) if compiler is condition else search
    tree = _parse(text, position)
    try:
        quick = compiler(tree)
    except Unsupported:
        return slow
    if not has_calls(tree):
        return quick

    def either(root: Any) -> Any:
        try:
            return quick(root)
        except Unsupported:
            return slow(root)

    return either


def _parse(text: str, position: Position | None) -> Any:
    """Return the syntax tree of an expression, as ``jmespath`` has it."""
    known = syntax.known(text)
    if known is not None:
        return known
    if _BAD_NOT.search(text):
        hint = "`!` binds closer than `.`: write `!(a.b)`"
        raise fail("RULE-111", "`!` before a path denies only its first step", position, hint)
    _check_literals(text, position)
    from jmespath.exceptions import JMESPathError

    try:
        tree = _compiled(text).parsed
        if "(" in text:
            _check_calls(tree, text, position)
        too_much = growth(tree) > MOST
    except JMESPathError as error:
        reason = str(error).strip().splitlines()[0]
        raise fail("RULE-111", f"not a JMESPath expression: {reason}", position, f"in `{text}`") from None
    except RecursionError:
        raise fail("RULE-111", "an expression that is nested too deeply", position, "write a simpler one") from None
    if too_much:
        hint = "say it without repeating `@`"
        raise fail("RULE-111", f"an expression that may hold its input more than {MOST:,} times", position, hint)
    syntax.remember(text, tree)
    return tree


def _check_calls(node: Any, text: str, position: Position | None) -> None:
    """Check that each function that an expression calls is there, and gets as many values as it takes."""
    if not isinstance(node, dict):
        return
    for child in node["children"]:
        _check_calls(child, text, position)
    if node["type"] != "function_expression":
        return
    from jmespath.functions import Functions

    name, count = node["value"], len(node["children"])
    known = Functions.FUNCTION_TABLE
    if name not in known:
        hint = near(name, known) or f"in `{text}`; what JMESPath cannot say is a function of ours, named with `by`"
        raise fail("RULE-111", f"JMESPath has no function `{name}`", position, hint)
    takes = known[name]["signature"]
    some = bool(takes) and takes[-1].get("variadic", False)
    if count < len(takes) or (count > len(takes) and not some):
        wanted = f"{'at least ' if some else ''}{len(takes)}"
        raise fail("RULE-111", f"`{name}` of JMESPath takes {wanted}, not {count}", position, f"in `{text}`")


def _check_literals(text: str, position: Position | None) -> None:
    """Refuse literals that are no JSON: the library takes them for texts, and says that it will not for ever.

    Raises:
        RuleError: for such a literal.
    """
    for literal in (found[1] for found in _LITERALS.finditer(text) if found[1] is not None):
        try:
            json.loads(literal.replace("\\`", "`"))
        except ValueError:
            message = f"what stands between backticks is JSON, which `{literal}` is not"
            raise fail("RULE-111", message, position, f"write the text as '{literal}'") from None


def names_in(text: str) -> set[str]:
    """Return the names that an expression may ask its document for, ``@`` for all of it; a few too many do no harm."""
    return set(_NAMES.findall(_TEXTS.sub("", text)))


@functools.cache
def _compiled(text: str) -> Any:
    """Compile an expression with the ``jmespath`` package, whose own memory of them is short."""
    import jmespath

    return jmespath.compile(text)


@functools.cache
def _options() -> Any:
    """Return what lets JMESPath's functions take our trees, whose exact types they do not know."""
    import jmespath
    from jmespath.functions import Functions

    class TreeFunctions(Functions):
        def call_function(self, function_name: str, resolved_args: Iterable[Any]) -> Any:
            arguments = [plain(item) if isinstance(item, (Map, Seq)) else item for item in resolved_args]
            return super().call_function(function_name, arguments)

    return jmespath.Options(custom_functions=TreeFunctions())


def _searcher(text: str, position: Position | None) -> Expression:
    def search(root: Any) -> Any:
        from jmespath.exceptions import JMESPathError

        try:
            return _compiled(text).search(root, _options())
        except JMESPathError as error:
            reason = str(error).strip().splitlines()[0]
            raise fail("RULE-112", f"the expression `{text}` does not fit its input: {reason}", position) from None

    return search
