"""JSON, indented by two spaces, with non-ASCII letters as they are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from compose2oam.errors import InputError, UsageError


def dump(documents: Iterable[Any]) -> str:
    """Write one document as itself, and any other number as the items of a Kubernetes ``v1`` ``List``.

    The order of keys is the one given. A file of several JSON texts is no JSON; ``kubectl apply -f`` reads a List.

    Raises:
        InputError: something that JSON cannot hold (half a surrogate pair, infinity), or data nested too deeply.
        UsageError: a value of a type that JSON has not.
    """
    items = list(documents)
    tree = items[0] if len(items) == 1 else {"apiVersion": "v1", "kind": "List", "items": items}
    try:
        text = json.dumps(tree, ensure_ascii=False, allow_nan=False, indent=2)
        text.encode()
    except UnicodeEncodeError:
        raise InputError("text that is not valid Unicode cannot be written as JSON") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"this cannot be written as JSON: {error}") from None
    except TypeError as error:
        raise UsageError(f"this cannot be written as JSON: {error}") from None
    return text + "\n"
