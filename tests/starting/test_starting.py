"""A choice is put into a Compose file, and every byte that was there stays."""

from __future__ import annotations

import pathlib

import pytest

from compose2oam.errors import ComposeError, UsageError
from compose2oam.loader.pipeline import TAGS
from compose2oam.source.reader import parse
from compose2oam.starting import compose_text, side_text

ANSWERS = {"expose": "ingress", "domain": "shop.example.com"}
WANTED = {"defaults": {"expose": "ingress", "domain": "shop.example.com"}}

KEEPS = {
    "plain": b"services:\n  web:\n    image: a\n",
    "carriage returns": b"services:\r\n  web:\r\n    image: a\r\n",
    "byte order mark": b"\xef\xbb\xbfservices:\n  web: {image: a}\n",
    "byte order mark, and a text that takes the end": b"\xef\xbb\xbfservices:\n  web: {image: a}\nx-a: |+\n  b\n\n",
    "no end of the last line": b"services:\n  web: {image: a}",
    "no end of a last text": b"services:\n  web: {image: a}\nx-a: |\n  b",
    "kept blank lines": b"services:\n  web: {image: a}\nx-a: |+\n  b\n\n\n",
    "a text with dots": b"services:\n  web: {image: a}\nx-a: |\n  ...\n  b\n",
    "tabs in comments": b"#\ta\nservices:\t# b\n  web: {image: a}\t#\tc\n",
    "comments at the end": b"services:\n  web: {image: a}\n# a\n  # b\n#c",
    "anchors and merge keys": b"x-a: &a {image: a}\nservices:\n  web: &w\n    <<: *a\n  b:\n    <<: [*w, *a]\n",
    "document start": b"---\nservices:\n  web: {image: a}\n",
    "directive": b"%YAML 1.1\n---\nservices:\n  web: {image: a}\n",
    "document end": b"services:\n  web: {image: a}\n...\n# over\n",
    "anchored root": b"--- &root\nservices:\n  web: {image: a}\n",
    "indented root": b"  # a\n  services:\n    web: {image: a}\n  volumes: {}\n",
    "explicit key": b"? services\n: web: {image: a}\n",
    "quoted key": b'"services":\n  web: {image: a}\n',
    "long lines": b"services:\n  web: {image: a, command: " + b"x" * 100_000 + b"}\n",
    "plain text over lines": b"services:\n  web:\n    image: a\n    command: a\n      b\n\n      c\n",
    "tags": b"services:\n  web:\n    image: a\n    ports: !reset []\n    command: !override [a]\n",
    "numbers and words": b"services:\n  web: {image: a, x-a: [1, 1.0, true, yes, 0x1F, .nan, 012, ~, 2001-01-01]}\n",
    "blanks after the end": b"services:\n  web: {image: a}\n   \n\n\n",
    "other letters": "services:\n  web: {image: a} # \u00fc \u4e16\n".encode(),
}
REFUSES = {
    "flow root": (b"{services: {web: {image: a}}}\n", "compose.yaml:1:1: the whole file is written in braces"),
    "json": (b'{\n  "services": {"web": {"image": "a"}}\n}\n', "the whole file is written in braces"),
    "x-oam": (b"services:\n  web: {image: a}\nx-oam: {}\n", "compose.yaml:3:1: there is an `x-oam` already"),
    "merged x-oam": (b"x-a: &a {x-oam: {}}\n<<: *a\nservices: {}\n", "there is an `x-oam` already"),
    "several documents": (b"services: {}\n---\nservices: {}\n", "holds 2 documents, not one"),
    "an empty second document": (b"services: {}\n---\n", "holds 2 documents, not one"),
    "nothing but comments": (b"# a\n", "holds no mapping"),
    "utf-16": ("\ufeffservices: {}\n".encode("utf-16-le"), "is not written in UTF-8"),
}


def taken_out(before: str, after: str) -> str:
    """Return what was added in one place, given that all else is there."""
    start = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before))
    added = len(after) - len(before)
    # Where the added lines begin like what follows them, the place is found a little late.
    assert any(after[:i] + after[i + added :] == before for i in range(start + 1)), "something else changed"
    return after[start : start + added]


@pytest.mark.parametrize("content", KEEPS.values(), ids=KEEPS)
def test_bytes_stay(content: bytes, tmp_path: pathlib.Path) -> None:
    """One block is added, the rest is the same, and it says what was wanted."""
    file = tmp_path / "compose.yaml"
    file.write_bytes(content)
    made = compose_text(file, ANSWERS)
    added = taken_out(content.decode(), made)
    assert "domain: shop.example.com" in added
    (now,) = parse(made.removeprefix("\ufeff"), "", tags=TAGS)
    assert now.pop("x-oam") == WANTED
    assert repr(now) == repr(parse(content.decode().removeprefix("\ufeff"), "", tags=TAGS)[0])
    if b"\r\n" in content:
        assert "\n" not in made.replace("\r\n", "")


@pytest.mark.parametrize(("content", "reason"), REFUSES.values(), ids=REFUSES)
def test_what_is_not_safe_is_refused(content: bytes, reason: str, tmp_path: pathlib.Path) -> None:
    """With the reason, and what to do instead."""
    file = tmp_path / "compose.yaml"
    file.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        compose_text(file, ANSWERS)
    assert reason in caught.value.message
    assert "leave out --in-compose" in caught.value.message


def test_a_key_that_is_there_twice_is_an_error_of_the_file(tmp_path: pathlib.Path) -> None:
    """As it is for every other command."""
    file = tmp_path / "compose.yaml"
    file.write_text("services: {}\nservices: {}\n")
    with pytest.raises(ComposeError):
        compose_text(file, ANSWERS)


def test_a_dollar_begins_no_variable() -> None:
    """An expression for names of variables may end in one."""
    assert parse(side_text({"secret_env": "TOKEN$"}), "") == [{"defaults": {"secretEnv": "TOKEN$$"}}]


def test_every_compose_file_of_the_corpus_stays(shared: pathlib.Path) -> None:
    """Byte for byte but for what is added; those that cannot be changed say why."""
    changed = 0
    wrong = []
    for file in sorted((shared / "corpus" / "public").rglob("*compose*.y*ml")):
        if not file.is_file():
            continue
        before = file.read_bytes()
        try:
            made = compose_text(file, ANSWERS)
        except ComposeError:
            continue
        except UsageError as refused:
            if "holds no mapping" not in refused.message:
                wrong.append(refused.message)
            continue
        taken_out(before.decode(), made)
        changed += 1
    assert not wrong
    assert changed > 100
