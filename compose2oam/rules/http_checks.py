"""Health checks that only ask over HTTP, recognised by their words, so that the node can ask instead of a program."""

from __future__ import annotations

import shlex
from typing import Any
from urllib.parse import urlsplit

from compose2oam.model.regex import regex

# What stands for "otherwise it has failed", and what hides output; neither changes what is asked.
_TAIL = regex(r"\s*\|\|\s*(exit\s+[1-9]\d*|false)\s*\Z")
_OUTPUT = regex(r"\s*(?:[12]|&)?>\s*(?:/dev/null|&1)")
_SHELL = regex(r"[|&;<>$`(){}*\\\n]")
_OWN_HOST = regex(r"localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0")
# Options by program: those that say nothing of the request, and those that take a word of no matter.
_PLAIN = {
    "curl": regex(r"-[fsSLk]*[fsSLk]\Z|--(fail|silent|show-error|location|insecure)\Z"),
    "wget": regex(r"-[qS]+\Z|-nv\Z|-qO-?\Z|-O-\Z|--(quiet|spider|no-verbose|no-check-certificate|tries=\d+)\Z"),
}
_WITH_WORD = {
    "curl": regex(r"-[fsSLk]*o\Z|-m\Z|--(output|max-time|connect-timeout)\Z"),
    "wget": regex(r"-q?O\Z|-[tT]\Z"),
}


def http_get(test: Any) -> dict[str, Any] | None:
    """Return the ``httpGet`` (HTTPGetAction, v1) that does what a ``healthcheck.test`` does, ``None`` if none does.

    Only a plain ``curl -f URL`` or ``wget URL`` of the container itself, over HTTP, is one.
    """
    kind, *words = test or [""]
    if kind == "CMD-SHELL" and len(words) == 1:
        words = _words_of(str(words[0]))
    elif kind != "CMD":
        return None
    return _request([str(word) for word in words])


def _words_of(text: str) -> list[str]:
    """Return the words of a line of shell that is a single plain command, else none."""
    command = _TAIL.sub("", _OUTPUT.sub(" ", text))
    if _SHELL.search(command):
        return []
    try:
        return shlex.split(command)
    except ValueError:
        return []


def _request(words: list[str]) -> dict[str, Any] | None:
    program, *rest = words or [""]
    program = program.rpartition("/")[2]
    if program not in _PLAIN:
        return None
    urls, fails = [], program == "wget"
    options = iter(rest)
    for word in options:
        if not word.startswith("-"):
            urls.append(word)
        elif _WITH_WORD[program].match(word):
            next(options, "")
        elif not _PLAIN[program].match(word):
            return None
        fails = fails or word == "--fail" or (word.startswith("-") and not word.startswith("--") and "f" in word)
    # Without -f curl is content with an answer that says that all is wrong.
    return _action(urls[0]) if fails and len(urls) == 1 else None


def _action(url: str) -> dict[str, Any] | None:
    try:
        found = urlsplit(url if "://" in url else f"http://{url}")
        port = found.port or 80
    except ValueError:
        return None
    if found.scheme != "http" or not _OWN_HOST.fullmatch(found.hostname or "") or found.username or " " in url:
        return None
    path = found.path or "/"
    return {"path": f"{path}?{found.query}" if found.query else path, "port": port}
