"""Every link within the repository leads somewhere, and a reader finds every page."""

from __future__ import annotations

import ast
import pathlib
import posixpath

import pytest
from pages import PAGES, ROOT, anchors, links


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """To a file that is there, and to a heading that is in it."""
    astray = []
    for line, target in links(page):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        found = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
        if not (ROOT / found).exists() or (anchor and anchor not in anchors(found)):
            astray.append(f"{page}:{line}: {target}")
    assert astray == []


def navigation() -> list[str]:
    """The pages that the site shows at its side."""
    text = (ROOT / "docs" / "conf.py").read_text(encoding="utf-8")
    (chapters,) = (
        node.value
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "NAVIGATION"
    )
    assert isinstance(chapters, ast.Dict)
    return [page for pages in chapters.values if isinstance(pages, ast.List) for page in ast.literal_eval(pages)]


def test_the_site_shows_every_page_once() -> None:
    """A page that is in no chapter would be found by the search alone."""
    shown = [page for page in navigation() if not page.startswith("../")]
    there = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"}
    assert sorted(shown) == sorted(there)
    roots = [page for page in navigation() if page.count("/") == 1 and page.startswith("../")]
    assert sorted(roots) == sorted(f"../{path.stem}" for path in ROOT.glob("*.md") if path.stem != "README")


def test_what_the_site_shows_from_elsewhere_is_there() -> None:
    """The rule language, the changelog and so on stand where they are used."""
    for page in navigation():
        assert pathlib.Path(ROOT / "docs" / f"{page}.md").is_file(), page
