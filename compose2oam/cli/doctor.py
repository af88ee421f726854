"""``compose2oam doctor``: is all there that a project needs?"""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Annotated, Any, Optional

from compose2oam.cli import options, place, results
from compose2oam.cli.declaring import Option

if TYPE_CHECKING:
    from compose2oam.doctor import Result

_COLOURS = {"ok": "32", "warn": "33", "fail": "31;1", "skip": "2"}
_INDENT = 22


def doctor(
    file: options.Files = None,
    files: options.FileOptions = None,
    project_name: options.ProjectName = None,
    namespace: options.Namespace = None,
    profile: options.Profiles = None,
    env_file: options.EnvFiles = None,
    project_directory: options.ProjectDirectory = None,
    oam: options.SideFile = None,
    mappings: options.Mappings = None,
    target: Annotated[
        Optional[str],
        Option("--target", metavar="NAME", help="The runtime to look for; by default the one that is there."),
    ] = None,
    context: place.Context = "",
    kubeconfig: place.Kubeconfig = "",
    offline: Annotated[bool, Option("--offline", help="Leave the cluster alone.")] = False,
    format: options.TextOrJson = options.TextFormat.TEXT,
    **choices: Any,
) -> None:
    """Look at all that a project needs, here and on the cluster, and say what to do; changes nothing.

    Ends with 0 if nothing fails, else with the exit code that `up` would end with.

    Example: compose2oam doctor --offline
    """
    from compose2oam.doctor import Asked, examine

    asked = Asked(
        load=options.load_options(file, files, project_name, profile, env_file, project_directory, oam),
        settings=options.settings_of(choices, namespace),
        target=target or "",
        mappings=tuple(mappings or ()),
        context="" if context == "." else context,
        kubeconfig=kubeconfig,
        offline=offline,
    )
    as_text = format is options.TextFormat.TEXT
    done = []
    for result in examine(asked):
        done.append(result)
        if as_text:
            # At once: a cluster may let the next one wait.
            results.line(_lines(result))
            sys.stdout.flush()
    code = next((result.found.code for result in done if result.found.code), 0)
    if not as_text:
        results.as_json({"ok": not code, "exitCode": code, "checks": [_row(result) for result in done]})
    raise SystemExit(code)


def _row(result: Result) -> dict[str, Any]:
    found = result.found
    return {
        "name": result.check.name,
        "state": found.state.value,
        "found": found.said,
        "help": found.hint,
        "exitCode": found.code,
        "seconds": round(result.seconds, 3),
    }


def _lines(result: Result) -> str:
    import textwrap

    from compose2oam.emitter.report.plain import plain

    found = result.found
    state = found.state.value
    colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    sign = f"\x1b[{_COLOURS[state]}m{state:<6}\x1b[0m" if colours else f"{state:<6}"
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    texts = [plain(found.said), *([f"help: {plain(found.hint)}"] if found.hint else [])]
    shown = []
    for text in texts:
        # Files and addresses stay whole, to be copied.
        wrapped = textwrap.wrap(text, max(width - _INDENT, 40), break_long_words=False, break_on_hyphens=False)
        shown += wrapped if width else [text]
    gap = "\n" + " " * _INDENT
    return f"{sign}{result.check.name:<{_INDENT - 6}}{gap.join(shown)}"
