"""The page: one file that fetches nothing, takes nothing of a project for markup, and says all that there is to say."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import json
import os
import pathlib
import re
import subprocess
import sys
from typing import Any

import pytest

from compose2oam import api
from compose2oam.emitter import html as page
from compose2oam.review import review

ROOT = pathlib.Path(__file__).resolve().parents[2]
ODD = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u2028\u202e<!--"
VOID = {"meta", "link", "input", "br", "img"}


class Parsed(html.parser.HTMLParser):
    """The tags of a page; a tag that closes what is not open is a fault."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: dict[str, str] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"script", "style"}:
            key = str(dict(self.tags[-1][1]).get("type") or self.open[-1])
            self.texts[key] = self.texts.get(key, "") + data


def page_of(folder: pathlib.Path, text: str) -> str:
    """The page of a project."""
    (folder / "compose.yaml").write_text(text, encoding="utf-8")
    project = api.load(folder / "compose.yaml", project_name="demo")
    return page.render(review(project, api.convert(project), "KubeVela"))


def data_of(text: str) -> Any:
    """What is in a page."""
    return json.loads(Parsed(text).texts["application/json"])


@pytest.fixture(scope="module")
def shop() -> str:
    """The page of a sample."""
    project = api.load(ROOT / "samples/shop/compose.yaml")
    return page.render(review(project, api.convert(project), "KubeVela"))


def test_the_page_is_well_formed(shop: str) -> None:
    """Every element that is opened is closed, in order, and ids are there once."""
    parsed = Parsed(shop)
    assert not parsed.open
    ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labels = {name for _, attributes in parsed.tags for name in (attributes.get("aria-labelledby") or "").split()}
    assert labels <= set(ids)


def test_the_page_lets_nothing_in_but_its_own(shop: str) -> None:
    """The policy names the digests of its one style sheet and its one script, and nothing may be fetched."""
    parsed = Parsed(shop)
    (policy,) = (a["content"] or "" for tag, a in parsed.tags if a.get("http-equiv") == "Content-Security-Policy")
    digest = {
        name: base64.b64encode(hashlib.sha256(parsed.texts[name].encode()).digest()).decode()
        for name in ("script", "style")
    }
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest['style']}'; script-src 'sha256-{digest['script']}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_the_page_needs_no_other_file(shop: str) -> None:
    """No address but an empty picture and places in the page, no handler and no style in an attribute."""
    for tag, attributes in Parsed(shop).tags:
        assert not [name for name in attributes if name.startswith("on") or name in {"style", "src", "srcset"}], tag
        address = attributes.get("href")
        assert address is None or address.startswith("#") or address == "data:,"
    assert "@import" not in shop
    assert "url(" not in shop


def test_script_and_style_do_not_end_their_elements() -> None:
    """And stay as they are: what a browser hashes is what was hashed."""
    folder = pathlib.Path(page.__file__).parent
    for name in ("report.js", "report.css"):
        text = (folder / name).read_text(encoding="utf-8")
        assert "</" not in text
        assert "\r" not in text
        assert "{{" not in text
    script = (folder / "report.js").read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|\bFunction\(|fetch\(|XMLHttp", script
    )


def test_nothing_of_a_project_is_markup(tmp_path: pathlib.Path) -> None:
    """Names, values, comments and file names of a hostile project are data."""
    text = f"""
services:
  web:
    image: {json.dumps(ODD.replace("/", ""))}
    environment: {{A: {json.dumps(ODD)}, {json.dumps("K" + ODD)}: b}}
    labels: {{{json.dumps("l" + ODD)}: {json.dumps(ODD)}}}
    # <b onclick=x> {ODD.replace(chr(0x2028), "")}
    ulimits: {{nofile: 5}}
volumes: {{}}
"""
    made = page_of(tmp_path, text)
    parsed = Parsed(made)
    assert not parsed.open
    assert [tag for tag, _ in parsed.tags if tag in {"img", "b"}] == []
    assert sum(tag == "script" for tag, _ in parsed.tags) == 2
    for character in "\u2028\u202e":
        assert character not in made
    shown = json.dumps(data_of(made))
    assert "\\\\u202e" in shown
    assert "<b onclick=x>" in shown


def test_a_long_line_is_cut(tmp_path: pathlib.Path) -> None:
    """A megabyte on one line is not drawn, and what is left out is told."""
    made = page_of(tmp_path, f"services: {{web: {{image: a, environment: {{A: {'x' * 1_000_000}}}}}}}")
    assert len(made) < 200_000
    assert "more characters" in made


def test_the_data_has_every_entry_with_its_lines(shop: str) -> None:
    """On both sides, with the rules that decided and what they stand for."""
    data = data_of(shop)
    rows = data["entries"]["rows"]
    image = next(row for row in rows if row[0] == "services.web.image")
    assert data["outcomes"][image[1]] == "translated"
    assert image[5] == ["C2O-110"]
    assert data["rules"]["C2O-110"][0]
    output = {
        first + offset: line
        for part in data["parts"]
        for first, lines in part["output"]
        for offset, line in enumerate(lines)
    }
    assert output[image[9][0][0]].strip() == "image: wordpress:6.7.1-php8.3-apache"
    assert sum(data["counts"]) == len(rows)


def test_what_to_look_at_is_told_once_with_its_places(tmp_path: pathlib.Path) -> None:
    """The gravest first; many things that one rule says are one thing with many places."""
    services = "".join(f"  s{i}: {{image: a, ports: ['{8000 + i}:80'], ulimits: {{nofile: 5}}}}\n" for i in range(9))
    data = data_of(page_of(tmp_path, f"services:\n{services}"))
    lost, ports = (item for item in data["findings"] if item["outcome"] >= 0)
    assert data["outcomes"][lost["outcome"]] == "dropped"
    assert len(lost["places"]) == 9
    assert ports["each"] is True
    assert ports["places"][1][0] == "services.s1.ports[0]"
    assert "8001" in ports["places"][1][3]


def test_the_page_is_the_same_again(tmp_path: pathlib.Path) -> None:
    """Byte for byte, whatever order sets have: it can be kept in version control."""
    made = []
    for seed in ("1", "2"):
        target = tmp_path / f"{seed}.html"
        call = [sys.executable, "-m", "compose2oam", "report", "samples/monitoring/compose.yaml", "-o", str(target)]
        subprocess.run(call, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True)
        made.append(target.read_bytes())
    assert made[0] == made[1]


def test_the_page_of_many_services_is_no_larger_than_it_must_be(tmp_path: pathlib.Path) -> None:
    """Two hundred services with a dozen keys each: under 1.5 megabytes."""
    body = "image: a, restart: always, environment: {A: b, C: d}, ports: ['80'], deploy: {replicas: 2}, mem_limit: 1g"
    services = "".join(f"  s{i}: {{{body}, depends_on: [s{i // 2}]}}\n" for i in range(1, 200))
    made = page_of(tmp_path, f"services:\n  s0: {{{body}}}\n{services}")
    assert len(made) < 1_500_000
