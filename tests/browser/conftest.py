"""A browser, and the pages that it opens from disk as a reader does."""

from __future__ import annotations

import pathlib
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from compose2oam import api
from compose2oam.emitter import html
from compose2oam.review import review

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples"
# The public project with the most services.
LARGEST = "corpus/public/sentry-self-hosted/docker-compose.yml"


class Opened:
    """A page in a browser, and what it complained of or asked for."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium; without it, or without Playwright, the test is skipped."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="needs a browser: pip install 'compose2oam[browser]'"
    )
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("needs a browser: apt install chromium")
    with playwright.sync_playwright() as running:
        # Within a container there is no other sandbox to be had, and the pages are our own.
        opened = running.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[pathlib.Path], pathlib.Path]:
    """Write the page of a Compose file; returns where it is."""

    def write(file: pathlib.Path) -> pathlib.Path:
        project = api.load(file)
        text = html.render(review(project, api.convert(project), "KubeVela"))
        made = tmp_path_factory.mktemp("page") / "report.html"
        made.write_text(text, encoding="utf-8")
        return made

    return write


@pytest.fixture(scope="session")
def shop(written: Callable[[pathlib.Path], pathlib.Path]) -> pathlib.Path:
    """The page of a sample."""
    return written(SAMPLES / "shop/compose.yaml")


@pytest.fixture(scope="session", params=["shop", "monitoring", "swarm", "the largest public project"])
def any_page(request: pytest.FixtureRequest, written: Callable[[pathlib.Path], pathlib.Path]) -> pathlib.Path:
    """The page of each of three samples, and of the largest public project where the corpus is present."""
    if request.param.startswith("the"):
        shared: pathlib.Path = request.getfixturevalue("shared")
        return written(shared / LARGEST)
    return written(SAMPLES / request.param / "compose.yaml")


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Opened]]:
    """Open a page, with what Playwright calls the options of a context."""
    contexts = []

    def go(file: pathlib.Path, **options: Any) -> Opened:
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **options}
        )
        contexts.append(context)
        context.set_default_timeout(30_000)
        opened = Opened(context.new_page())
        opened.page.goto(file.as_uri())
        opened.page.wait_for_selector("html[data-ready=yes]", state="attached", timeout=30_000)
        opened.page.wait_for_selector("html[data-drawn=all]", state="attached", timeout=60_000)
        return opened

    yield go
    for context in contexts:
        context.close()
