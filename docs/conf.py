"""How the site is built: ``sphinx-build -W --keep-going -c docs . build/site``.

The sources are the Markdown files of the repository where they stand, so one text serves who reads it in a checkout, on
a forge and on the site, and every link is relative.
"""

from __future__ import annotations

import pathlib
import re
from typing import TYPE_CHECKING

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
    "Extend": ["../mappings/README", "library", "how-it-works", "../CONTRIBUTING"],
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
include_patterns = ["docs/**", "samples/*/README.md", "mappings/README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
exclude_patterns = [".*", "**/.*", "build", "dist", "tests", "compose2oam", "benchmarks"]
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


def folders(_: Sphinx, page: str, source: list[str]) -> None:
    """Let a link to a folder lead to its README, as it does on a forge; one without a README is no link."""
    here = (ROOT / page).parent

    def page_of(link: re.Match[str]) -> str:
        words, target = link.groups()
        if not (here / target).is_dir():
            return link[0]
        return f"[{words}]({target}/README.md)" if (here / target / "README.md").is_file() else words

    source[0] = re.sub(r"\[([^\]\n]+)\]\(([\w./-]+)\)", page_of, source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the above."""
    app.connect("source-read", contents)
    app.connect("source-read", folders)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
