"""Plain scalars are what go-yaml makes of them; each case was seen to come out of Docker Compose like this."""

from __future__ import annotations

import math
import pickle
from typing import Any

import pytest

from compose2oam.source.scalars import Timestamp, plain, tagged, text_of

TEXT = """yes|Yes|on|off|y|n|22:22|1:30:00|_1|0b|0o8|0b2|0x|1e|e1|1e400|-1e400|.e5|._5|.1__0|.1_|0x1p-2|.0x1p-2|1.2.3|--
+-1|inf|nan|Infinity|0xFFFFFFFFFFFFFFFFF|=|tRue|nUll|10000-01-01|2001-13-45|2001-02-30|2001-01-01x|1900-02-29
2001-12-14 21:59:43Z|2001-12-14T21:59:43|2001-12-14T24:00:00Z|2001-12-14T21:60:00Z|2001-12-14T21:59:43+25:00|a|é|1 2"""


@pytest.mark.parametrize("text", TEXT.replace("\n", "|").split("|"))
def test_stays_text(text: str) -> None:
    assert plain(text) == text
    assert type(plain(text)) is str


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("NULL", None),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("0", 0),
        ("12", 12),
        ("+1", 1),
        ("-0x1f", -31),
        ("0x1F", 31),
        ("0X1F", 31),
        ("0x_1f", 31),
        ("0o17", 15),
        ("0O17", 15),
        ("017", 15),
        ("-017", -15),
        ("0_17", 15),
        ("0b11", 3),
        ("-0B1", -1),
        ("1_000", 1000),
        ("1__0", 10),
        ("1_", 1),
        ("18446744073709551615", 18446744073709551615),
        ("0xFFFFFFFFFFFFFFFF", 18446744073709551615),
        ("-9223372036854775808", -9223372036854775808),
    ],
)
def test_becomes_null_a_boolean_or_an_integer(text: str, value: Any) -> None:
    assert plain(text) == value
    assert type(plain(text)) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.10", 1.1),
        ("1.", 1.0),
        (".5", 0.5),
        ("-.5", -0.5),
        ("+.5", 0.5),
        ("1e3", 1000.0),
        ("1E3", 1000.0),
        ("1.5e+3", 1500.0),
        (".5e3", 500.0),
        (".1_0", 0.1),
        ("1_000.5", 1000.5),
        ("012.5", 12.5),
        ("08", 8.0),
        ("0_8", 8.0),
        (".inf", math.inf),
        ("+.INF", math.inf),
        ("-.Inf", -math.inf),
        ("18446744073709551616", 18446744073709551616.0),
        ("-9223372036854775809", -9223372036854775809.0),
        ("+18446744073709551615", 18446744073709551615.0),
    ],
)
def test_becomes_a_float(text: str, value: float) -> None:
    assert plain(text) == value
    assert type(plain(text)) is float


def test_not_a_number_is_a_float() -> None:
    assert math.isnan(plain(".nan"))


@pytest.mark.parametrize("text", ["-0", "-0.0"])
def test_negative_zero_keeps_its_sign(text: str) -> None:
    assert math.copysign(1, plain(text)) == -1


def test_a_number_of_a_million_digits_is_read_at_once() -> None:
    assert plain("1" * 1_000_000) == "1" * 1_000_000
    assert plain("0x" + "0" * 1_000_000 + "f") == 15


@pytest.mark.parametrize(
    ("text", "rfc3339", "spoken"),
    [
        ("2001-01-01", "2001-01-01T00:00:00Z", "2001-01-01 00:00:00 +0000 UTC"),
        ("2001-1-2", "2001-01-02T00:00:00Z", "2001-01-02 00:00:00 +0000 UTC"),
        ("2000-02-29", "2000-02-29T00:00:00Z", "2000-02-29 00:00:00 +0000 UTC"),
        ("0000-01-01", "0000-01-01T00:00:00Z", "0000-01-01 00:00:00 +0000 UTC"),
        ("2001-12-14 21:59:43.10", "2001-12-14T21:59:43.1Z", "2001-12-14 21:59:43.1 +0000 UTC"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14T21:59:43.1-05:00", "2001-12-14 21:59:43.1 -0500 -0500"),
        ("2001-12-14T1:2:3Z", "2001-12-14T01:02:03Z", "2001-12-14 01:02:03 +0000 UTC"),
        ("2001-12-14T21:59:43+00:00", "2001-12-14T21:59:43Z", "2001-12-14 21:59:43 +0000 UTC"),
        (
            "2001-12-14T21:59:43.1234567899+01:00",
            "2001-12-14T21:59:43.123456789+01:00",
            "2001-12-14 21:59:43.123456789 +0100 +0100",
        ),
    ],
)
def test_becomes_a_timestamp(text: str, rfc3339: str, spoken: str) -> None:
    stamp = plain(text)
    assert isinstance(stamp, Timestamp)
    assert (str(stamp), stamp.spoken) == (rfc3339, spoken)
    assert pickle.loads(pickle.dumps(stamp)).spoken == spoken


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("tag:yaml.org,2002:str", "12", "12"),
        ("tag:yaml.org,2002:str", "", ""),
        ("tag:yaml.org,2002:int", "12", 12),
        ("tag:yaml.org,2002:float", "1", 1.0),
        ("tag:yaml.org,2002:bool", "true", True),
        ("tag:yaml.org,2002:null", "", None),
        ("tag:yaml.org,2002:binary", "aGVs\nbG8=", "hello"),
        ("tag:yaml.org,2002:unheard-of", "12", "12"),
        ("!mine", "12", "12"),
        ("!", "12", "12"),
    ],
)
def test_an_explicit_tag_is_honoured(tag: str, text: str, value: Any) -> None:
    assert tagged(tag, text) == value
    assert type(tagged(tag, text)) is type(value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("int", "x"),
        ("int", "1.5"),
        ("int", "true"),
        ("float", "x"),
        ("bool", "yes"),
        ("null", "x"),
        ("binary", "**"),
        ("binary", "\u00e9"),
    ],
)
def test_a_tag_that_does_not_fit_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"not (a )?valid"):
        tagged(f"tag:yaml.org,2002:{name}", text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (12, "12"),
        ("x", "x"),
        (1.1, "1.1"),
        (1.0, "1"),
        (-0.0, "-0"),
        (0.0, "0"),
        (0.1, "0.1"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (100000.0, "100000"),
        (999999.5, "999999.5"),
        (1e6, "1e+06"),
        (1234567.0, "1.234567e+06"),
        (123456789.5, "1.234567895e+08"),
        (1e20, "1e+20"),
        (1e23, "1e+23"),
        (3.14159265358979, "3.14159265358979"),
        (math.inf, "+Inf"),
        (-math.inf, "-Inf"),
        (math.nan, "NaN"),
        (Timestamp("2001-01-01T00:00:00Z", "2001-01-01 00:00:00 +0000 UTC"), "2001-01-01 00:00:00 +0000 UTC"),
    ],
)
def test_a_scalar_that_becomes_text_is_spelt_as_docker_compose_spells_it(value: Any, text: str) -> None:
    assert text_of(value) == text
