"""Which health checks are a plain question over HTTP, and which are not."""

from __future__ import annotations

import pytest

from compose2oam.rules.http_checks import http_get

PLAIN = {
    "curl -f http://localhost:8000/up": ("/up", 8000),
    "curl -fsS http://127.0.0.1/": ("/", 80),
    "curl --fail --silent http://localhost:3000 || exit 1": ("/", 3000),
    "curl -sf -o /dev/null http://[::1]:80/a?b=c": ("/a?b=c", 80),
    "curl -f localhost:9000/health > /dev/null 2>&1 || false": ("/health", 9000),
    "/usr/bin/curl -fL -m 5 'http://localhost:80/a' || exit 1": ("/a", 80),
    "wget -q --spider http://localhost:8080/ping": ("/ping", 8080),
    "wget -qO- http://localhost/ || exit 1": ("/", 80),
    "wget --no-verbose --tries=1 --spider http://0.0.0.0:80/": ("/", 80),
    "wget -q -O /dev/null http://localhost/x": ("/x", 80),
}
OTHERS = [
    "curl http://localhost/",
    "curl -f https://localhost/",
    "curl -f http://db:80/",
    "curl -f http://user:secret@localhost/",
    "curl -f -H 'Host: a' http://localhost/",
    "curl -f -X POST http://localhost/",
    "curl -f http://localhost/ | grep ok",
    "curl -f http://localhost/ && pg_isready",
    "curl -f http://localhost:$PORT/",
    "curl -f http://localhost:port/",
    "curl -f http://localhost/ http://localhost/b",
    "curl -f http://localhost/ || exit 0",
    "test $(curl -f http://localhost/) = ok",
    "curl -f 'http://localhost/a b'",
    "curl -f 'http://localhost/",
    "curl -f",
    "pg_isready -U me",
    "",
]


@pytest.mark.parametrize("line", PLAIN)
def test_a_plain_request(line: str) -> None:
    """Of the container itself, over HTTP, that fails where the answer does."""
    path, port = PLAIN[line]
    assert http_get(["CMD-SHELL", line]) == {"path": path, "port": port}


@pytest.mark.parametrize("line", OTHERS)
def test_anything_else_stays_a_command(line: str) -> None:
    """Another host, TLS, headers, pipes, variables, several requests: a probe of the node would ask something else."""
    assert http_get(["CMD-SHELL", line]) is None


def test_words_without_a_shell() -> None:
    """What the shell would take apart is a plain word there."""
    assert http_get(["CMD", "curl", "-f", "http://localhost/?a=1&b=2"]) == {"path": "/?a=1&b=2", "port": 80}
    assert http_get(["CMD", "curl", "-f", "http://localhost/", "||", "exit", "1"]) is None
    assert http_get(["NONE"]) is None
    assert http_get(None) is None
