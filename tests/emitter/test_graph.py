"""Drawings of an application: the same for the same input, and harmless whatever is in it."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from compose2oam.emitter import graph as graphs
from compose2oam.emitter.graph import layers
from compose2oam.emitter.graph.layout import Drawing, Size, arrange
from compose2oam.errors import UsageError
from compose2oam.model.graph import Edge, Graph, Kind, Link, Node

WEB = Node("services.web", Kind.SERVICE, "web", "nginx:1", "webservice", ("8080:80",), ("scaler", "gateway"))
DB = Node("services.db", Kind.SERVICE, "db", "postgres", "statefulset")
CACHE = Node("components.cache", Kind.COMPONENT, "cache", "redis")
DATA = Node("volumes.data", Kind.VOLUME, "data")
FRONT = Node("networks.front", Kind.NETWORK, "front")
EDGES = (
    Edge("services.web", "services.db", Link.DEPENDS, "service_healthy"),
    Edge("services.web", "components.cache", Link.DEPENDS, "service_started", False),
    Edge("services.web", "volumes.data", Link.MOUNTS),
    Edge("services.db", "volumes.data", Link.MOUNTS),
    Edge("services.web", "networks.front", Link.JOINS),
)
SHOP = Graph("shop", (WEB, DB, CACHE, DATA, FRONT), EDGES)
ODD = '"]; <img src=x onerror=alert(1)> </text></svg><script>|{}`#"\\\u202e\u2028--> %%{init}%%'
HOSTILE = Graph(ODD, (Node("services.a", Kind.SERVICE, ODD, ODD, ODD, (ODD,), (ODD,)),), ())


def sized(names: str) -> dict[str, Size]:
    """Nodes of one size."""
    return {name: Size(100, 50) for name in names.split()}


def edges(text: str) -> list[tuple[str, str]]:
    """``a>b b>c`` as pairs."""
    return [(pair.partition(">")[0], pair.partition(">")[2]) for pair in text.split()]


def test_mermaid_has_all_of_it() -> None:
    """Shapes tell services, components, volumes and networks apart; lines say what is waited for."""
    text = graphs.render(SHOP, "mermaid")
    assert text.startswith('---\ntitle: "shop"\n---\nflowchart LR\n')
    assert (
        '  n0["web<br/>nginx:1<br/>ports: 8080:80<br/>type: webservice<br/>traits: scaler, gateway"]:::service' in text
    )
    assert '  n2[["cache<br/>redis"]]:::component' in text
    assert '  n3[("data")]:::volume' in text
    assert '  n4{{"front"}}:::network' in text
    assert '  n0 -->|"healthy"| n1' in text
    assert '  n0 -.->|"started, optional"| n2' in text
    assert "  n0 --- n3" in text
    assert "  n0 -.- n4" in text


def test_mermaid_takes_no_markup_from_names() -> None:
    """All but letters, digits and harmless signs is written as the number of its character."""
    label = graphs.render(HOSTILE, "mermaid").split('n0["')[1].split('"]:::')[0]
    assert not set(label.replace("<br/>", "")) & set('"<>[]{}|`()\\')


def test_dot_has_all_of_it() -> None:
    """For Graphviz."""
    text = graphs.render(SHOP, "dot")
    assert text.startswith('digraph "shop" {\n')
    assert 'n0 [label="web\\nnginx:1\\nports: 8080:80\\ntype: webservice\\ntraits: scaler, gateway", shape=box' in text
    assert 'n0 -> n1 [style=solid, label="healthy"]' in text


@pytest.mark.parametrize("graph", [SHOP, HOSTILE, Graph("empty", (), ())], ids=lambda graph: graph.name[:5])
def test_graphviz_takes_it(graph: Graph) -> None:
    """The real one, where it is there."""
    dot = shutil.which("dot")
    if dot is None:
        pytest.skip("needs Graphviz: apt-get install graphviz")
    done = subprocess.run(
        [dot, "-Tplain"], input=graphs.render(graph, "dot"), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert sum(line.startswith("node ") for line in done.stdout.splitlines()) == len(graph.nodes)


def test_json_is_for_programs() -> None:
    """Nodes and edges by their places in the project."""
    data = json.loads(graphs.render(SHOP, "json"))
    assert data["nodes"][2] == {"id": "components.cache", "kind": "component", "name": "cache", "detail": "redis"}
    assert data["edges"][0] == {
        "from": "services.web",
        "to": "services.db",
        "kind": "depends",
        "condition": "service_healthy",
        "required": True,
    }


@pytest.mark.parametrize("graph", [SHOP, HOSTILE, Graph("empty", (), ())], ids=lambda graph: graph.name[:5])
def test_svg_is_well_formed_and_says_what_it_is(graph: Graph) -> None:
    """With a title and a description that its label names, no script, and nothing from elsewhere."""
    text = graphs.render(graph, "svg")
    root = ElementTree.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "c2o-title c2o-summary"
    assert root.find(f"{space}title") is not None
    assert (root.findtext(f"{space}desc") or "") == graph.summary()
    tags = {element.tag.removeprefix(space) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "g", "rect", "text", "path"}
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "\u202e" not in text


def test_svg_shows_a_volume_of_one_service_within_its_card() -> None:
    """Only one that several share stands by itself."""
    alone = Graph("a", (WEB, DATA), (EDGES[2],))
    assert "mounts" not in graphs.render(alone, "svg").partition("</style>")[2].replace("volumes", "")
    assert 'data-to="volumes.data"' in graphs.render(SHOP, "svg")


@pytest.mark.parametrize("name", graphs.FORMATS)
def test_every_format_is_the_same_again(name: str) -> None:
    """Whatever order sets have."""
    assert graphs.render(SHOP, name) == graphs.render(SHOP, name)


@pytest.mark.parametrize(
    ("path", "named", "expected"),
    [
        ("", "", "mermaid"),
        ("a.svg", "", "svg"),
        ("a.gv", "", "dot"),
        ("a.svg", "json", "json"),
        ("a.txt", "", "mermaid"),
    ],
)
def test_the_format_is_named_or_that_of_the_file(path: str, named: str, expected: str) -> None:
    """Mermaid, if nothing says one."""
    assert graphs.format_of(path, named) == expected


def test_a_format_that_is_none_is_refused() -> None:
    """With those that there are."""
    with pytest.raises(UsageError, match="mermaid, dot, svg, json"):
        graphs.format_of("", "png")


def overlapping(drawn: Drawing, sizes: dict[str, Size]) -> list[tuple[str, str]]:
    """The nodes that cover one another."""
    boxes = {name: (x, y, x + sizes[name].width, y + sizes[name].height) for name, (x, y) in drawn.places.items()}
    return [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(boxes.items(), 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


@pytest.mark.parametrize(
    ("names", "pairs"),
    [
        ("a", ""),
        ("a b c", "a>b b>c"),
        ("a b c d", "a>b a>c b>d c>d a>d"),
        ("a b c", "a>b b>c c>a"),
        ("a b", "a>a a>b a>b"),
        ("a b c d e f", "a>b c>d"),
        (" ".join(f"n{i}" for i in range(40)), " ".join(f"n{i}>n0" for i in range(1, 40))),
        (" ".join(f"n{i}" for i in range(60)), " ".join(f"n{i}>n{i // 2}" for i in range(1, 60))),
    ],
    ids=lambda text: str(len(text.split())),
)
def test_nodes_do_not_cover_one_another_and_stand_within_the_drawing(names: str, pairs: str) -> None:
    """For chains, diamonds, cycles, stars, trees and parts that do not hang together."""
    sizes = sized(names)
    drawn = arrange(sizes, edges(pairs))
    assert set(drawn.places) == set(sizes)
    assert not overlapping(drawn, sizes)
    for name, (x, y) in drawn.places.items():
        assert -0.01 <= x <= drawn.size.width - sizes[name].width + 0.01
        assert -0.01 <= y <= drawn.size.height - sizes[name].height + 0.01


def test_what_is_waited_for_stands_to_the_right() -> None:
    """In every column."""
    drawn = arrange(sized("a b c d"), edges("a>b b>c a>c c>d"))
    left = {name: place[0] for name, place in drawn.places.items()}
    assert left["a"] < left["b"] < left["c"] < left["d"]


def test_a_line_passes_beside_what_stands_in_its_way() -> None:
    """It is led through a free place of each column between."""
    sizes = sized("a b c")
    drawn = arrange(sizes, edges("a>b b>c a>c"))
    left, top = drawn.places["b"]
    for x, y in drawn.ways["a", "c"][1:-1]:
        assert not (left < x < left + 100 and top < y < top + 50)
    assert len(drawn.ways["a", "c"]) == 4


def test_a_drawing_of_many_is_no_ribbon() -> None:
    """Two hundred services stand in rows and columns that a screen can show."""
    sizes = sized(" ".join(f"n{i}" for i in range(200)))
    for pairs in ("", " ".join(f"n{i}>n0" for i in range(1, 200))):
        drawn = arrange(sizes, edges(pairs))
        assert 0.4 < drawn.size.width / drawn.size.height < 4


def test_cycles_are_broken_by_turning_one_edge_round() -> None:
    """And nothing else changes."""
    assert layers.without_cycles(["a", "b", "c"], edges("a>b b>c c>a")) == edges("a>b b>c a>c")
