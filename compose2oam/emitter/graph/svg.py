"""A graph as a picture: services and components as cards, the volumes that they share beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from compose2oam.emitter.graph.layout import Point, Size, arrange
from compose2oam.emitter.graph.words import condition, remarks
from compose2oam.emitter.report.plain import plain
from compose2oam.model.graph import Edge, Graph, Kind, Link, Node

_WIDTH = 244
_ROW = 17
_MARGIN = 16
_LEGEND = 34
_PILL = Size(150, 32)
# How many characters of a size fit into a card; the whole text is in its title.
_LONGEST = {"name": 24, "detail": 31, "row": 22, "pill": 17}

_STYLE = """
.c2o{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;background:#fbfaf8}
.c2o rect{fill:#fff;stroke:#c9cdd6}
.c2o .component rect{stroke:#1a7f4b;stroke-dasharray:5 3}
.c2o .volume rect{fill:#fbf0d5;stroke:#8a5a00}
.c2o text{fill:#1d2430;font-size:12px}
.c2o .name{font-size:14px;font-weight:600}
.c2o .faint{fill:#5d6675}
.c2o path{fill:none;stroke:#7a8394;stroke-width:1.4}
.c2o .tip{fill:#7a8394;stroke:none}
.c2o .started path,.c2o path.started{stroke-dasharray:6 4}
.c2o .completed path,.c2o path.completed{stroke-dasharray:1.5 4;stroke-width:2.4;stroke-linecap:round}
.c2o .mounts path,.c2o path.mounts{stroke:#8a5a00}
@media (prefers-color-scheme:dark){
.c2o{background:#14171c}
.c2o rect{fill:#1b1f26;stroke:#3a414d}
.c2o .component rect{stroke:#6fd39b}
.c2o .volume rect{fill:#3a2d10;stroke:#eabc5c}
.c2o text{fill:#e6e8ec}
.c2o .faint{fill:#9aa3b2}
.c2o .mounts path,.c2o path.mounts{stroke:#eabc5c}
}
"""
# The lines of the legend, by the class of the line.
_MEANINGS = {
    "healthy": "waits until healthy",
    "started": "waits until started",
    "completed": "waits until completed",
    "mounts": "mounts a shared volume",
}


def render(graph: Graph) -> str:
    """Return a picture that stands alone, with looks of its own for light and dark."""
    return draw(graph, style=_STYLE)


def draw(graph: Graph, link: Callable[[Node], str] | None = None, style: str = "") -> str:
    """Return a graph as SVG.

    Args:
        graph: what to draw.
        link: gives the address that a node leads to, for a picture within a page; without it the picture is one image.
        style: its style sheet, ``""`` where the page has one.
    """
    shared = _shared(graph)
    networks, volumes = _beside(graph, Link.JOINS), _beside(graph, Link.MOUNTS)
    rows = {
        node.id: [*remarks(node), *_rows(node, networks, volumes, shared)]
        for node in graph.nodes
        if node.kind in (Kind.SERVICE, Kind.COMPONENT)
    }
    sizes = {node.id: _size(node, rows) for node in graph.nodes if node.id in rows or node.id in shared}
    edges = [edge for edge in graph.edges if edge.start in sizes and edge.end in sizes]
    drawn = arrange(sizes, [(edge.start, edge.end) for edge in edges])
    used = [word for word in _MEANINGS if word in set(map(_look, edges))]
    width = max(drawn.size.width, 200.0 * min(len(used), 2), 260.0) + 2 * _MARGIN
    height = drawn.size.height + 2 * _MARGIN + (_LEGEND if used else 0)
    role = 'role="group"' if link else 'role="img"'
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="c2o" {role} aria-labelledby="c2o-title c2o-summary" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">',
        f'<title id="c2o-title">{_text(graph.name)}</title>',
        f'<desc id="c2o-summary">{_text(graph.summary())}</desc>',
    ]
    if style:
        out.append(f"<style>{style}</style>")
    out.append(f'<g transform="translate({_MARGIN} {_MARGIN})">')
    for edge in edges:
        if edge.start != edge.end:
            forward = drawn.ways.get((edge.start, edge.end))
            out += _line(edge, forward or list(reversed(drawn.ways[edge.end, edge.start])))
    for node in graph.nodes:
        if node.id in sizes:
            out += _node(node, drawn.places[node.id], sizes[node.id], rows.get(node.id, []), link, networks)
    out.append("</g>")
    out += _legend(used, height - _LEGEND, width)
    return "\n".join((*out, "</svg>", ""))


def _shared(graph: Graph) -> set[str]:
    """Return the volumes that are drawn by themselves: several services mount them, or none does."""
    users: dict[str, int] = {node.id: 0 for node in graph.of(Kind.VOLUME)}
    for edge in graph.edges:
        if edge.link is Link.MOUNTS:
            users[edge.end] += 1
    return {name for name, count in users.items() if count != 1}


def _beside(graph: Graph, link: Link) -> dict[str, list[Node]]:
    """Return the nodes at the other end of a service's edges of a kind."""
    nodes = {node.id: node for node in graph.nodes}
    made: dict[str, list[Node]] = {}
    for edge in graph.edges:
        if edge.link is link:
            made.setdefault(edge.start, []).append(nodes[edge.end])
    return made


def _rows(
    node: Node, networks: dict[str, list[Node]], volumes: dict[str, list[Node]], shared: set[str]
) -> Iterator[tuple[str, str]]:
    own = [item.name for item in volumes.get(node.id, ()) if item.id not in shared]
    joined = [item.name for item in networks.get(node.id, ())]
    for title, names in (("volumes", own), ("networks", joined)):
        if names:
            yield title, plain(", ".join(names))


def _size(node: Node, rows: dict[str, list[tuple[str, str]]]) -> Size:
    if node.id not in rows:
        return _PILL
    return Size(_WIDTH, (52 if node.detail else 34) + _ROW * len(rows[node.id]) + (8 if rows[node.id] else 0))


def _node(
    node: Node,
    place: Point,
    size: Size,
    rows: Sequence[tuple[str, str]],
    link: Callable[[Node], str] | None,
    networks: dict[str, list[Node]],
) -> Iterator[str]:
    joined = " ".join(item.id for item in networks.get(node.id, ()))
    yield f'<g class="node {node.kind.value}" data-id="{_text(node.id)}" data-joins="{_text(joined)}">'
    told = "; ".join((f"{node.kind.value} {node.name}", *filter(None, [node.detail]), *map(": ".join, rows)))
    if link:
        yield f'<a href="{_text(link(node))}" aria-label="{_text(told)}">'
    yield f"<title>{_text(told)}</title>"
    x, y = place
    yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{size.width:.0f}" height="{size.height:.0f}" rx="10"/>'
    if node.kind is Kind.VOLUME:
        yield _words(node.name, "pill", x + 14, y + 21)
    else:
        yield _words(node.name, "name", x + 14, y + 24, "name")
        if node.detail:
            yield _words(node.detail, "detail", x + 14, y + 42, "faint")
        top = y + (64 if node.detail else 46)
        for index, (title, text) in enumerate(rows):
            yield _words(title, "row", x + 14, top + index * _ROW, "faint")
            yield _words(text, "row", x + 74, top + index * _ROW)
    yield "</a></g>" if link else "</g>"


def _words(text: str, kind: str, x: float, y: float, look: str = "") -> str:
    longest = _LONGEST[kind]
    shown = plain(text)
    shown = shown if len(shown) <= longest else f"{shown[: longest - 1]}…"
    named = f' class="{look}"' if look else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{named}>{_text(shown)}</text>'


def _line(edge: Edge, way: Sequence[Point]) -> Iterator[str]:
    look = _look(edge)
    told = f"{edge.start} {_TOLD[edge.link]} {edge.end}"
    if edge.link is Link.DEPENDS:
        told += f" ({condition(edge)})"
    yield f'<g class="edge {look}" data-from="{_text(edge.start)}" data-to="{_text(edge.end)}">'
    yield f"<title>{_text(told)}</title>"
    yield f'<path d="{_curve(way)}"/>'
    if edge.link is Link.DEPENDS:
        (x, y), before = way[-1], way[-2]
        back = 8 if before[0] <= x else -8
        yield f'<path class="tip" d="M{x:.1f} {y:.1f}l{-back} -4v8z"/>'
    yield "</g>"


_TOLD = {Link.DEPENDS: "waits for", Link.MOUNTS: "mounts", Link.JOINS: "joins"}


def _look(edge: Edge) -> str:
    if edge.link is not Link.DEPENDS:
        return str(edge.link.value)
    word = condition(edge).partition(",")[0]
    return word if word in _MEANINGS else "started"


def _curve(way: Sequence[Point]) -> str:
    """Return a line that leaves and reaches every point level."""
    (x, y), *others = way
    steps = [f"M{x:.1f} {y:.1f}"]
    for to_x, to_y in others:
        half = (to_x - x) / 2
        steps.append(f"C{x + half:.1f} {y:.1f} {to_x - half:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}")
        x, y = to_x, to_y
    return "".join(steps)


def _legend(used: Iterable[str], top: float, width: float) -> Iterator[str]:
    """Yield what the lines stand for, as many beside one another as there is room."""
    room = max(1, int((width - _MARGIN) // 190))
    for index, word in enumerate(list(used)[:room]):
        x = _MARGIN + index * 190
        yield f'<path class="{word}" d="M{x} {top + 14:.0f}h34"/>'
        yield f'<text class="faint" x="{x + 42}" y="{top + 18:.0f}">{_MEANINGS[word]}</text>'


def _text(text: str) -> str:
    escaped = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace('"', "&quot;")
