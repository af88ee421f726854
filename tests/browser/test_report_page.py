"""The page in a browser: it works, asks for nothing, fits any width, and everybody can use it.

Texts are asked for with ``text_content``: that of what the browser has not drawn yet is no inner text.
"""

from __future__ import annotations

import pathlib
import time
from collections.abc import Callable
from typing import Any

import pytest

# Seconds; a machine with nothing else to do takes a tenth of it.
PATIENCE = 30


def line(page: Any, side: str, text: str) -> Any:
    """The first line of a side that says something and became, or came from, something."""
    return page.locator(f".side.{side} .line.active", has_text=text).first


def test_it_complains_of_nothing_and_asks_for_nothing(visit: Callable[..., Any], any_page: pathlib.Path) -> None:
    """Neither the console nor the network has anything of it but the page itself."""
    opened = visit(any_page)
    assert not opened.complaints
    assert [url for url in opened.requests if not url.startswith("data:")] == [any_page.as_uri()]


def grave(page: Any) -> list[tuple[str, list[str]]]:
    """The serious findings of axe, with the first places of each."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs axe: pip install 'compose2oam[browser]'"
    )
    found = axe.Axe().run(page).response["violations"]
    return [
        (item["id"], [node["html"][:120] for node in item["nodes"][:3]])
        for item in found
        if item["impact"] in ("serious", "critical")
    ]


def test_it_can_be_used_without_seeing_it(visit: Callable[..., Any], any_page: pathlib.Path) -> None:
    """No serious finding of axe, however much is on the page."""
    assert grave(visit(any_page).page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_kept_can_be_seen_by_everybody(scheme: str, visit: Callable[..., Any], shop: pathlib.Path) -> None:
    """No serious finding either in other colours, and with a line that is kept."""
    page = visit(shop, color_scheme=scheme).page
    line(page, "source", "image:").click()
    assert grave(page) == []


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_nothing_has_to_be_scrolled_sideways(width: int, visit: Callable[..., Any], any_page: pathlib.Path) -> None:
    """On a telephone and on a wide screen."""
    page = visit(any_page, viewport={"width": width, "height": 800}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    line(page, "source", "image:").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_pointing_at_a_line_lights_up_what_it_became(visit: Callable[..., Any], shop: pathlib.Path) -> None:
    """On the other side, and back again."""
    page = visit(shop).page
    line(page, "source", "image:").hover()
    assert "image:" in page.locator(".side.output .line.lit").first.text_content()
    line(page, "output", "image:").hover()
    assert "image:" in page.locator(".side.source .line.lit").first.text_content()


def test_a_line_is_kept_until_it_is_let_go(visit: Callable[..., Any], shop: pathlib.Path) -> None:
    """By a click, with the rule behind it; Escape lets go."""
    page = visit(shop).page
    line(page, "source", "image:").click()
    assert page.locator("#pinned").is_visible()
    assert "C2O-" in page.locator("#pinned").text_content()
    line(page, "source", "test:").hover()
    assert "image:" in page.locator(".side.output .line.lit").first.text_content()
    page.keyboard.press("Escape")
    assert page.locator("#pinned").is_hidden()


def test_the_keyboard_does_what_the_mouse_does(visit: Callable[..., Any], shop: pathlib.Path) -> None:
    """Arrows go from line to line and across, Enter keeps, ``/`` searches."""
    page = visit(shop).page
    line(page, "source", "image:").focus()
    before = page.evaluate("document.activeElement.line.number")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.line.number") > before
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.line.side") == "output"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    assert page.locator("#search").input_value() == ""


def test_the_search_leaves_the_lines_that_say_so(visit: Callable[..., Any], shop: pathlib.Path) -> None:
    """With the keys above them; what nothing says leaves a word about that, and all comes back."""
    page = visit(shop).page
    count = page.locator("#parts .line:visible").count()
    page.fill("#search", "mariadb:11")
    page.wait_for_selector("#reset", state="visible")
    texts = page.locator("#parts .line:visible").all_text_contents()
    assert 0 < len(texts) < count / 2
    assert any("mariadb:11" in text for text in texts)
    page.fill("#search", "no line says this")
    page.wait_for_selector("#nothing", state="visible")
    page.click("#reset")
    assert page.locator("#parts .line:visible").count() == count


def test_outcomes_and_parts_can_be_picked(visit: Callable[..., Any], shop: pathlib.Path) -> None:
    """A part leaves its lines alone; an outcome those that ended so."""
    page = visit(shop).page
    page.select_option("#part", label="services.db")
    assert page.locator("#parts section:visible h3").all_text_contents() == ["services.db"]
    page.click("#reset")
    chip = page.locator("#outcomes button", has_text="inferred")
    chip.click()
    assert chip.get_attribute("aria-pressed") == "true"
    assert page.locator(".side.source .line.inferred:visible").count() > 0
    assert page.locator(".side.source .line.active.dropped:visible").count() == 0


def test_light_and_dark_can_be_chosen(visit: Callable[..., Any], shop: pathlib.Path) -> None:
    """As the system has it first; what was chosen holds when the page is opened again."""
    page = visit(shop, color_scheme="light").page
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    page.click("#theme")
    dark = page.evaluate(colour)
    assert dark != light
    page.reload()
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    assert page.evaluate(colour) == dark
    assert visit(shop, color_scheme="dark").page.evaluate(colour) == dark


def test_a_large_project_stays_quick(
    visit: Callable[..., Any], written: Callable[[pathlib.Path], pathlib.Path], tmp_path: pathlib.Path
) -> None:
    """Two hundred services are drawn, and searched, while one waits."""
    one = "  s{0}:\n    image: nginx:1.{0}\n    environment: {{A: b, LEVEL: debug}}\n    ulimits: {{nofile: 5}}\n"
    text = "services:\n" + "".join(one.format(number) for number in range(200))
    (tmp_path / "compose.yaml").write_text(text)
    file = written(tmp_path / "compose.yaml")
    began = time.monotonic()
    opened = visit(file)
    opened.page.fill("#search", "nginx:1.199")
    opened.page.wait_for_selector("#reset", state="visible")
    assert time.monotonic() - began < PATIENCE
    assert not opened.complaints
