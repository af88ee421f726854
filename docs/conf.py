"""How the site is built: ``sphinx-build -W --keep-going -c docs . build/site``.

The sources are the Markdown files of the repository where they stand, so one text serves who reads it in a checkout, on
a forge and on the site, and every link is relative.
"""

from __future__ import annotations

import pathlib
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = pathlib.Path(__file__).resolve().parents[1]
NAVIGATION = {
    "Start": ["getting-started", "tutorial"],
    "How to": [
        "init", "secrets", "volumes", "ingress", "autoscaling", "canary", "environments", "building", "watch", "gitops",
        "ci", "cluster", "report", "import", "targets", "editors",
    ],
    "Move from": ["from-kompose", "from-katenary", "from-compose-bridge", "from-score", "moving"],
    "Extend": ["../mappings/README", "library", "how-it-works", "../SECURITY", "../ARCHITECTURE", "../CONTRIBUTING"],
    "Reference": [
        "commands", "exit-codes", "json", "codes", "rules", "settings", "x-oam", "compose-support", "capabilities",
        "oam", "systems", "performance", "../CHANGELOG",
    ],
    "Samples": [f"../samples/{folder.name}/README" for folder in sorted((ROOT / "samples").iterdir())],
}  # fmt: skip
"""The pages by chapter, from this folder; the index gets them as its table of contents."""

project = "compose2oam"
author = "the compose2oam authors"
# The sources are the whole checkout; these are its pages.
include_patterns = ["docs/**", "samples/*/README.md", "mappings/README.md", "[A-Z]*.md"]
exclude_patterns = ["README.md", ".*", "**/.*", "build", "dist", "tests", "compose2oam", "benchmarks"]
extensions = ["myst_parser"]
root_doc = "docs/index"
myst_heading_anchors = 4
html_theme = "furo"
html_title = "compose2oam"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
# Who opens the folder of the site comes to its index.
html_extra_path = ["static/index.html"]


def contents(_: Sphinx, page: str, source: list[str]) -> None:
    """Give the index its table of contents, which would be noise where the file itself is read."""
    if page == root_doc:
        for caption, pages in NAVIGATION.items():
            source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n" + "\n".join(pages) + "\n```\n"


def links(_: Sphinx, page: str, source: list[str]) -> None:
    """Let a link to a folder lead to its README, as on a forge, and a link by the name of a file have its title."""
    here = (ROOT / page).parent

    def link(found: re.Match[str]) -> str:
        words, target = found.groups()
        if (here / target).is_dir():
            there = f"{target}/README.md"
            return f"[{words}]({there})" if (here / there).is_file() else words
        return f"[]({target})" if words.endswith(".md") and words in target else found[0]

    source[0] = re.sub(r"\[([^\]\n]+)\]\(([\w./-]+)\)", link, source[0])


def names(_: Sphinx, page: str, source: list[str]) -> None:
    """Show over a block the name of the file that it is, or that it stands in; a drawing of Mermaid needs a script."""
    source[0] = source[0].replace("```mermaid\n", "```text\n")
    source[0] = re.sub(r"^```yaml (.+)$", r"```{code-block} yaml\n:caption: \1\n", source[0], flags=re.MULTILINE)


def usable(_: Sphinx, page: str, template: str, context: dict[str, Any], tree: object) -> None:
    """Let long lines be scrolled by keyboard, and chapters be headings that a screen reader can name."""
    for name, old, new in (
        ("body", "<pre>", '<pre tabindex="0">'),
        ("furo_navigation_tree", 'role="heading"', 'role="heading" aria-level="2"'),
    ):
        context[name] = context.get(name, "").replace(old, new)


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the above."""
    app.connect("source-read", contents)
    app.connect("source-read", links)
    app.connect("source-read", names)
    # After the theme has made its navigation.
    app.connect("html-page-context", usable, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
