"""A report as one page for a browser that needs nothing else: no network, no other file."""

from __future__ import annotations

import base64
import hashlib
import pathlib
import re

from compose2oam.emitter.graph.svg import draw
from compose2oam.emitter.html.data import page_data, script_json
from compose2oam.emitter.report.plain import plain
from compose2oam.model.review import Review

_HERE = pathlib.Path(__file__).parent
_SLOT = re.compile(r"\{\{(\w+)\}\}")


def render(review: Review) -> str:
    """Return the page; the same for the same conversion.

    Its own style sheet and script are the only ones that it lets a browser take, by their digests. All that comes from
    the project is data in it, or text within the picture, and nothing of it is ever read as markup.
    """
    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; script-src 'sha256-{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    parts = {part.name: number for number, part in enumerate(review.parts)}
    # The last is about what is in no other.
    rest = len(review.parts) - 1
    slots = {
        "policy": policy,
        "title": _text(f"{review.report.project}: what becomes of a Compose project"),
        "style": style,
        "script": script,
        "graph": draw(review.graph, link=lambda node: f"#part-{parts.get(node.id, rest)}"),
        "data": script_json(page_data(review)),
    }
    return _SLOT.sub(lambda slot: slots[slot[1]], _asset("report.html"))


def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _text(text: str) -> str:
    return plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
