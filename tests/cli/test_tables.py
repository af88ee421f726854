"""Tables, as wide as they are and in a terminal that is narrower."""

from __future__ import annotations

from compose2oam.cli import place

ROWS = [
    ["NAME", "STATUS", "IMAGE"],
    ["web-0", "Running", "registry.example.com/wordpress:6.7.1-php8.3-apache"],
    ["db", "", ""],
]
WIDE = [
    "NAME    STATUS    IMAGE",
    "web-0   Running   registry.example.com/wordpress:6.7.1-php8.3-apache",
    "db",
]


def test_what_is_no_terminal_gets_a_line_a_row() -> None:
    """Whoever cuts columns out of it need not think of the width."""
    assert list(place.table(ROWS, 0)) == WIDE


def test_what_fits_is_left_alone() -> None:
    """A line may be as long as the terminal is wide, but for its last column."""
    assert list(place.table(ROWS, len(WIDE[1]) + 1)) == WIDE


def test_the_last_column_goes_on_below_itself() -> None:
    """Nothing of it is lost, and the other columns stay columns."""
    found = list(place.table(ROWS, 50))
    assert found == [
        "NAME   STATUS   IMAGE",
        "web-0  Running  registry.example.com/wordpress:6.\n                7.1-php8.3-apache",
        "db",
    ]
    assert all(len(line) < 50 for row in found for line in row.split("\n"))


def test_a_terminal_that_is_too_narrow_for_that() -> None:
    """The terminal itself breaks the line then."""
    assert list(place.table(ROWS, 20))[1] == "web-0  Running  registry.example.com/wordpress:6.7.1-php8.3-apache"


def test_words_of_a_message_stay_whole() -> None:
    """Lines end between words."""
    rows = [["SERVICE", "MESSAGE"], ["web", "the trait gateway: no load balancer has an address yet"]]
    assert list(place.table(rows, 40))[1] == (
        "web      the trait gateway: no load\n         balancer has an address yet"
    )
