"""Numbers, sizes, durations, paths and shell words, as Docker Compose understands them."""

from __future__ import annotations

import pytest

from compose2oam.loader.values import (
    clean_path,
    duration,
    duration_text,
    integer,
    join_path,
    number,
    shell_words,
    single_precision,
    size,
    text,
)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("512m", 512 << 20),
        ("1g", 1 << 30),
        ("1.5 GiB", 3 << 29),
        ("10kb", 10240),
        ("3tb", 3 << 40),
        ("1b", 1),
        ("100", 100),
        ("-1", -1),
        ("1e3", 1000),
    ],
)
def test_size(word: str, expected: int) -> None:
    """Units are powers of 1024, in any case, with or without a b."""
    assert size(word) == expected


@pytest.mark.parametrize("word", ["", "m", "12x", "-1m", "1.2.3m", "1 mm", "1kibb", "1_0m"])
def test_no_size(word: str) -> None:
    """What is no size says so."""
    with pytest.raises(ValueError, match="`"):
        size(word)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("0", "0s"),
        ("10s", "10s"),
        ("90s", "1m30s"),
        ("1.5h", "1h30m0s"),
        ("1d", "24h0m0s"),
        ("1w", "168h0m0s"),
        ("300ms", "300ms"),
        ("1us", "1\u00b5s"),
        ("1500us", "1.5ms"),
        ("1ns", "1ns"),
        ("-5s", "-5s"),
        ("1h0.5s", "1h0m0.5s"),
        ("1m30s", "1m30s"),
    ],
)
def test_duration(word: str, expected: str) -> None:
    """Durations are read with days and weeks, and written as Go writes them."""
    assert duration_text(duration(word)) == expected


@pytest.mark.parametrize("word", ["", "10", "ten", "1m 30s", "1.5.5s", ".s", "s", "1x", "99999999999h"])
def test_no_duration(word: str) -> None:
    """What is no duration says so."""
    with pytest.raises(ValueError, match="`"):
        duration(word)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("run --fast", ["run", "--fast"]),
        ("", []),
        ("'' a \"b c\"", ["", "a", "b c"]),
        ('a\\ b \'c\\d\' "e\\"f"', ["a b", "c\\d", 'e"f']),
        ("a && b", ["a"]),
        ("a 2>x", ["a"]),
        ("echo $(a b) `c d`", ["echo", "$(a b)", "`c d`"]),
        ("a'b'c", ["abc"]),
        (r"tab\tnew\n", ["tab\tnew\n"]),
    ],
)
def test_shell_words(line: str, expected: list[str]) -> None:
    """Quotes and backslashes group, nothing is expanded, and an operator of the shell ends the words."""
    assert shell_words(line) == expected


@pytest.mark.parametrize("line", ["'a", '"a', "a\\", "(a)", "a)", "`a", "$(a"])
def test_no_shell_words(line: str) -> None:
    """A quote that is left open, and a bracket outside of quotes, are refused."""
    with pytest.raises(ValueError, match="not a command line"):
        shell_words(line)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("", "."), ("/", "/"), ("a//b/./c", "a/b/c"), ("/a/../..", "/"), ("a/../..", ".."), ("//a", "/a"), ("./a/", "a")],
)
def test_clean_path(path: str, expected: str) -> None:
    """A path is written in one way only."""
    assert clean_path(path) == expected


def test_join_path() -> None:
    """Joining cleans too; nothing joined to nothing is nothing."""
    assert join_path("/a", "../b") == "/b"
    assert join_path("", "a") == "a"
    assert join_path("", "") == ""


def test_numbers() -> None:
    """Numbers are decimal and fit into 64 bits."""
    assert integer("-12") == -12
    assert number("1e3") == 1000
    assert single_precision(0.1) == 0.1
    assert single_precision(0.123456789) == 0.12345679
    for word in ("1_0", "0x1", "", "9223372036854775808", "1.0"):
        with pytest.raises(ValueError, match="not an integer"):
            integer(word)
    for word in ("inf", "nan", "1_0", "x", ""):
        with pytest.raises(ValueError, match="not a number"):
            number(word)


def test_text() -> None:
    """A value becomes the text that Go prints for it."""
    values = [None, True, 1, 1.10, 1e6, "a", ["a", 1], {"b": 1, "a": None}]
    assert [text(value) for value in values] == ["<nil>", "true", "1", "1.1", "1e+06", "a", "[a 1]", "map[a:<nil> b:1]"]
