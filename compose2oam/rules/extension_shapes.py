"""What the table of ``x-oam`` is made of: keys, blocks of keys, and the forms of texts and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.regex import regex
from compose2oam.rules.settings import is_domain, is_quantity

#: A whole number, or a text that is one, as a variable gives it.
WHOLE = "a whole number"
#: Whole numbers or texts that say a share, such as 20%.
AMOUNT = "a whole number or a percentage"


class Form(NamedTuple):
    """How a text, or a number, must look.

    Attributes:
        takes: whether a value has the form.
        hint: what to write.
        schema: the same for a JSON schema.
    """

    takes: Callable[[Any], Any]
    hint: str
    schema: Mapping[str, Any]


class Named(NamedTuple):
    """Says that a mapping holds values of one sort under names of their own.

    Attributes:
        of: a :class:`Block`, or one of the shapes.
        name: what the names stand for: ``SERVICE``.
        form: the form of the values.
        names: the form of the names.
    """

    of: Any
    name: str = "NAME"
    form: str = ""
    names: str = ""


class PassedOn(NamedTuple):
    """Says that what is held goes into the application as it stands.

    Attributes:
        required: the keys that each must have there.
    """

    required: tuple[str, ...] = ()


class Key(NamedTuple):
    """A key.

    Attributes:
        shape: what it takes: a shape of :mod:`compose2oam.rules.strict`, or one of those above.
        about: what it is for, in a line.
        example: what may stand there, as YAML.
        holds: what a mapping, or each item of a list, is: a :class:`Block`, a :class:`Named` or a :class:`PassedOn`.
        words: the texts that it takes; any where there is none.
        form: the form of its value or its items: a name of :data:`FORMS`, or of a setting.
    """

    shape: str
    about: str
    example: str = ""
    holds: Any = None
    words: tuple[str, ...] = ()
    form: str = ""


class Block:
    """A mapping with known keys.

    Attributes:
        name: how to call it in a message.
        keys: the keys that it may have.
        required: those that it must have.
        apart: keys of which it may have one, each group with the reason.
        needs: keys that need another one: key, the other, what is said where it is not there.
        filled: whether it must have a key at all.
    """

    __slots__ = ("apart", "filled", "keys", "name", "needs", "required")

    def __init__(
        self,
        name: str,
        keys: Mapping[str, Key],
        required: tuple[str, ...] = (),
        apart: tuple[tuple[tuple[str, ...], str], ...] = (),
        filled: str = "",
        needs: tuple[tuple[str, str, str], ...] = (),
    ) -> None:
        self.name = name
        self.keys = keys
        self.required = required
        self.apart = apart
        self.filled = filled
        self.needs = needs


def _pattern(pattern: str, hint: str) -> Form:
    # `$` of the schema's language is the very end, as `\Z` is in Python.
    whole = regex(pattern.removesuffix("$") + r"\Z")
    return Form(lambda value: whole.match(value), hint, {"pattern": pattern})


def _whole(least: int, hint: str, greatest: int | None = None) -> Form:
    bounds = {"minimum": least, **({} if greatest is None else {"maximum": greatest})}
    return Form(lambda value: least <= value and (greatest is None or value <= greatest), hint, bounds)


_LETTERS = "lower-case letters, digits, `-` and `.`"
_SUBDOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_CRON_FIELD = r"[0-9A-Za-z*/,?#-]+"

FORMS: Mapping[str, Form] = {
    "name": Form(is_domain, _LETTERS, {"pattern": f"^{_SUBDOMAIN}$", "maxLength": 253}),
    "label": _pattern("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", "lower-case letters, digits and `-`, 63 at most"),
    "domain": Form(
        lambda name: is_domain(name.removeprefix("*.")),
        "write a name such as shop.example.com",
        {"pattern": rf"^(\*\.)?{_SUBDOMAIN}$", "maxLength": 253},
    ),
    "key": _pattern("^[-._a-zA-Z0-9]{1,253}$", "letters, digits, `-`, `_` and `.`"),
    "quantity": Form(
        is_quantity, "write an amount such as 10Gi", {"pattern": r"^[0-9]+(\.[0-9]+)?(m|[kKMGTPE]i?|[eE][0-9]+)?$"}
    ),
    "address": _pattern(r"^https?://[^\s/]+.*$", "write an address such as http://inference:8000/v1"),
    "cron": _pattern(
        rf"^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|@every \S+|{_CRON_FIELD}( +{_CRON_FIELD}){{4}})$",
        'write five fields such as "0 3 * * *", or @daily',
    ),
    "path": _pattern("^/.*$", "write a path that begins with `/`, and the port of the container"),
    "port": _whole(1, "write a path that begins with `/`, and the port of the container", 65535),
    "percent": _whole(1, "write percent of what the service requests, such as 60"),
    "share": _whole(0, "write percent of the traffic, such as 20", 100),
    "count": _whole(0, "write 0 or more"),
    "some": _whole(1, "write 1 or more"),
    "steps": _pattern("^(100|[1-9]?[0-9])%$", "write a number of pods, or a share such as 20%"),
    "words": Form(bool, "name one at least", {"minLength": 1}),
}
