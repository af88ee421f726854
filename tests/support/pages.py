"""What a page of the documentation has in it: its blocks of code, its links and the places that a link can name."""

from __future__ import annotations

import pathlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
#: Every page that a reader is sent to, from the top of the checkout.
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "mappings/*.md", "samples/*/README.md", "benchmarks/*.md")
    for path in ROOT.glob(pattern)
)
_FENCE = re.compile(r"^(?P<indent> *)(?P<marks>`{3,})(?P<info>[^`\n]*)\n(?P<text>.*?)^ *(?P=marks) *$", re.M | re.S)
_LINK = re.compile(r"(?<!`)\[(?:[^\[\]]|\[[^\]]*\])*\]\((?P<target>[^)\s]+)\)")
_CODE = re.compile(r"(`+)[^`].*?\1", re.DOTALL)
_HEADING = re.compile(r"^#{1,6} +(?P<title>.*?) *#*$", re.MULTILINE)


class Block(NamedTuple):
    """A block of code.

    Attributes:
        page: the file, from the top of the checkout.
        line: where it begins.
        language: the first word after the fence.
        words: the others: the name of a file, or what running it would need.
        text: what is in it.
    """

    page: str
    line: int
    language: str
    words: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        """Where it is."""
        return f"{self.page}:{self.line}"


def read(page: str) -> str:
    """The text of a page."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> Iterator[Block]:
    """The blocks of a page in their order; of those that are indented, only what runs our command."""
    text = read(page)
    found = []
    for match in _FENCE.finditer(text):
        language, *words = match["info"].split() or [""]
        indent = len(match["indent"])
        inside = "".join(line[indent:] if line.strip() else line for line in match["text"].splitlines(keepends=True))
        found.append(Block(page, _line(text, match.start()), language, tuple(words), inside))
    for match in re.finditer(r"^ {4}(compose2oam .*\n)", _blank(text, _FENCE), re.MULTILINE):
        found.append(Block(page, _line(text, match.start()), "sh", (), match[1]))
    yield from sorted(found, key=lambda block: block.line)


def links(page: str) -> Iterator[tuple[int, str]]:
    """The line and the target of each link, also of images."""
    text = _blank(_blank(read(page), _FENCE), _CODE)
    for match in _LINK.finditer(text):
        yield _line(text, match.start()), match["target"]


def anchors(page: str) -> set[str]:
    """The places that a link can name, as forges and the site make them of headings."""
    seen: Counter[str] = Counter()
    found = set()
    for match in _HEADING.finditer(_blank(read(page), _FENCE)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", match["title"]).replace("`", "").lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def sessions(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a console, and what it prints."""
    for part in re.split(r"^\$ ", text.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def is_like(shown: str, printed: str) -> bool:
    """Whether what a page shows is what was printed, but for what it leaves out."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "..." else re.escape(line).replace("…", ".*?") + r"\n" for line in shown.splitlines()
    )
    return re.fullmatch(pattern, re.sub(r"[ \t]+$", "", printed, flags=re.MULTILINE)) is not None


def cell(text: str) -> str:
    """Plain text, with code in it, for a cell of a table: nothing else in it is a mark of Markdown."""
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()))
    marked = (part if part.startswith("`") else re.sub(r"([*<>\[\]_])", r"\\\1", part) for part in parts)
    return "".join(marked).replace("|", "\\|")


def _blank(text: str, pattern: re.Pattern[str]) -> str:
    """Put blanks in the place of what a pattern finds, so that lines stay where they are."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
