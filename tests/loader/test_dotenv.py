"""Env files; each case was seen to come out of Docker Compose like this, unless its name says otherwise."""

from __future__ import annotations

import contextlib
import pathlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2oam.errors import ComposeError
from compose2oam.loader.dotenv import parse_env, parse_raw, read_env_file
from compose2oam.source.position import Position

LOOKUP = {"HOST": "hv"}


def values(text: str) -> dict[str, str]:
    return dict(parse_env(text, "f", LOOKUP)[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("# only this", {}),
        ("A=1", {"A": "1"}),
        ("A=1\nB=2\n", {"A": "1", "B": "2"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("A=1\nA=2", {"A": "2"}),
        ("A=", {"A": ""}),
        ('A=""', {"A": ""}),
        ("A: 1", {"A": "1"}),
        ("A:1", {"A": "1"}),
        ("  A = 1 ", {"A": "1"}),
        ("\xa0A=\t1", {"A": "1"}),
        ("export A=1", {"A": "1"}),
        ("export  A = 1", {"A": "1"}),
        ("export\nA=1", {"A": "1"}),
        ("exported=1", {"exported": "1"}),
        ("A==1", {"A": "=1"}),
        ("A=a=b", {"A": "a=b"}),
        ("A=x y", {"A": "x y"}),
        ("A=1;B=2", {"A": "1;B=2"}),
        ("A=`x`", {"A": "`x`"}),
        ("1A=1\nA.B=2\n-C=3\nD[0]=4\né=5", {"1A": "1", "A.B": "2", "-C": "3", "D[0]": "4", "é": "5"}),
        # comments
        ("A=1 # c", {"A": "1"}),
        ("A=1# c", {"A": "1# c"}),
        ("A=#c", {"A": "#c"}),
        ("A= #c", {"A": "#c"}),
        ('A="x" # c\nB=1', {"A": "x", "B": "1"}),
        ('A="x # y"', {"A": "x # y"}),
        ("# c\n\n  # d\nA=1", {"A": "1"}),
        # quotes
        ("A='a\\nb'", {"A": "a\\nb"}),
        ("A='it\\'s'", {"A": "it's"}),
        ("A='a\nb'\nB=2", {"A": "a\nb", "B": "2"}),
        ('A="a\nb"\nB=2', {"A": "a\nb", "B": "2"}),
        ('A="a\\nb\\tc\\\\d\\"e"', {"A": 'a\nb\tc\\d"e'}),
        ('A="\\0101\\012\\0777\\x41\\e\\c"', {"A": "A\\12\\777\\x41\\e\\c"}),
        ("A='\\\\'", {"A": "\\\\"}),
        ('A="x"B=2', {"A": "x", "B": "2"}),
        ('A="x"y\nB=2', {"A": "x", "B": "2"}),
        # variables
        ("A=$HOST", {"A": "hv"}),
        ("A=${HOST}-${B:-d}", {"A": "hv-d"}),
        ('A="$HOST"', {"A": "hv"}),
        ("A='$HOST'", {"A": "$HOST"}),
        ("A=$$HOST", {"A": "$HOST"}),
        ('A="\\$HOST"', {"A": "$HOST"}),
        ("A=\\$HOST", {"A": "\\hv"}),
        ("B=1\nA=${B}2", {"B": "1", "A": "12"}),
        ("HOST=mine\nA=$HOST", {"HOST": "mine", "A": "hv"}),
        # a name alone
        ("HOST\n", {"HOST": "hv"}),
        ("NONE\nA=1", {"A": "1"}),
        ("A=1\nA\n", {"A": "1"}),
    ],
)
def test_values(text: str, expected: dict[str, str]) -> None:
    assert values(text) == expected


def test_a_name_alone_at_the_end_of_the_file_is_one_too_unlike_in_docker_compose() -> None:
    assert values("A=1\nHOST") == {"A": "1", "HOST": "hv"}


def test_a_variable_knows_its_place() -> None:
    found, _ = parse_env("# c\nA=1\n\n  export B='x\ny'\nC=3\nHOST\n", "f", LOOKUP)
    assert found.marks == {
        "A": Position("f", 2, 1),
        "B": Position("f", 4, 10),
        "C": Position("f", 6, 1),
        "HOST": Position("f", 7, 1),
    }


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("A B=1", ['f:1:1: error: the variable name "A B" contains a space [CF-205]']),
        ("A/B=1", ['f:1:1: error: unexpected character "/" in variable name "A/B" [CF-205]']),
        ("B=1\nA='x\nC=2\n", ["f:2:3: error: unterminated quoted value [CF-205]"]),
        ("A=${B:?no}", ["f:1:1: error: required variable B is missing a value: no [CF-201]"]),
        ("A=${1}", ["f:1:1: error: invalid interpolation format: ${1} [CF-200]"]),
        (
            'A/=1\nB=1\nC D\nE="',
            [
                'f:1:1: error: unexpected character "/" in variable name "A/" [CF-205]',
                'f:3:1: error: the variable name "C D" contains a space [CF-205]',
                "f:4:3: error: unterminated quoted value [CF-205]",
            ],
        ),
    ],
)
def test_all_faults_are_reported_with_their_places(text: str, faults: list[str]) -> None:
    with pytest.raises(ComposeError) as caught:
        values(text)
    assert [str(found) for found in caught.value.diagnostics] == faults
    assert all(found.hint for found in caught.value.diagnostics)


def test_a_variable_that_is_not_set_is_warned_about_once() -> None:
    found, warnings = parse_env("A=$NOPE\nB=$NOPE$HOST", "f", LOOKUP)
    assert found == {"A": "", "B": "hv"}
    assert [str(warning) for warning in warnings] == [
        'f:1:1: warning: The "NOPE" variable is not set. Defaulting to a blank string. [CF-202]'
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1\nB=2", {"A": "1", "B": "2"}),
        ('A="x"', {"A": '"x"'}),
        ("A=$HOST", {"A": "$HOST"}),
        ("A=1 # c", {"A": "1 # c"}),
        ("A= x \r\n# c\n\n", {"A": " x "}),
        (" A=a=b", {"A": "a=b"}),
        ("HOST\nNONE", {"HOST": "hv"}),
    ],
)
def test_raw_files_have_no_quotes_nor_variables(text: str, expected: dict[str, str]) -> None:
    assert dict(parse_raw(text, "f", LOOKUP)[0]) == expected


def test_raw_variables_know_their_places() -> None:
    assert parse_raw("# c\n  A=1\n", "f", {})[0].marks == {"A": Position("f", 2, 3)}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("A =1", 'f:1:1: error: the variable name "A " contains white space [CF-205]'),
        ("export A=1", 'f:1:1: error: the variable name "export A" contains white space [CF-205]'),
        ("B=1\n=1", "f:2:1: error: a variable has no name [CF-205]"),
    ],
)
def test_raw_files_are_refused(text: str, fault: str) -> None:
    with pytest.raises(ComposeError) as caught:
        parse_raw(text, "f", {})
    assert [str(found) for found in caught.value.diagnostics] == [fault]


def test_a_file_is_read_without_its_byte_order_mark_and_in_any_encoding(tmp_path: pathlib.Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xef\xbb\xbfA=1\nB=\xff\n")
    found, _ = read_env_file(file, {}, name=".env")
    assert found == {"A": "1", "B": "\ufffd"}
    assert found.marks["A"] == Position(".env", 1, 1)


def test_a_missing_file_is_reported_where_it_was_named(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ComposeError) as caught:
        read_env_file(tmp_path / "none", {}, name="none", at=Position("compose.yaml", 4, 9))
    assert str(caught.value.diagnostics[0]) == "compose.yaml:4:9: error: none does not exist [CF-100]"


@pytest.mark.parametrize(
    "text",
    ["A='" + "\\" * 500_000, "A=" + "$B" * 50_000, "#" * 500_000, "\n" * 500_000, " " * 500_000, "A=1\n" * 20_000],
    ids=["backslashes", "variables", "comment", "lines", "blanks", "statements"],
)
def test_long_hostile_files_take_no_time(text: str) -> None:
    start = time.perf_counter()
    with contextlib.suppress(ComposeError):
        parse_env(text, "f", {})
    assert time.perf_counter() - start < 10


def test_variables_that_double_on_each_line_are_stopped() -> None:
    text = "A0=xxxxxxxxxx\n" + "".join(f"A{number}=$A{number - 1}$A{number - 1}\n" for number in range(1, 60))
    with pytest.raises(ComposeError, match="longer than"):
        parse_env(text, "f", {})


@given(st.text(alphabet="AB=: \n\t\"'#\\$e{}x0", max_size=40))
@settings(max_examples=300, deadline=None, database=None)
def test_no_text_raises_another_error(text: str) -> None:
    for parse in (parse_env, parse_raw):
        try:
            found = parse(text, "f", LOOKUP)[0]
        except ComposeError as error:
            found = error.diagnostics  # type: ignore[assignment]
        assert found is not None


@pytest.mark.parametrize("text", ["=1", "  =1", "export =1", ": 1"])
def test_a_variable_may_have_no_name(text: str) -> None:
    """Docker Compose takes it, so the project is read; a rule tells that no cluster would."""
    assert values(text) == {"": "1"}
