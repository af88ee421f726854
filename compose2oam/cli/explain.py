"""``compose2oam explain``: what a key becomes, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Optional

from compose2oam.cli import options, results
from compose2oam.cli.declaring import Argument, Option

if TYPE_CHECKING:
    from compose2oam.model.entry import Entry
    from compose2oam.model.report import RuleText
    from compose2oam.rules.rule import Rule


def explain(
    what: Annotated[
        Optional[str],
        Argument(
            metavar="[PATH|CODE]",
            help="A place of the project (services.web.ports), or a rule's code.",
            completes="places_and_codes",
        ),
    ] = None,
    key: Annotated[
        str,
        Option(
            "--key",
            metavar="KEY",
            help="A key of Compose (deploy.replicas), without any project.",
            completes="keys",
        ),
    ] = "",
    files: options.FileOptions = None,
    project_name: options.ProjectName = None,
    profile: options.Profiles = None,
    env_file: options.EnvFiles = None,
    project_directory: options.ProjectDirectory = None,
    oam: options.SideFile = None,
    env: options.Environments = None,
    mappings: options.Mappings = None,
    target: options.Target = options.USUAL_TARGET,
    format: options.TextOrJson = options.TextFormat.TEXT,
    **choices: Any,
) -> None:
    """Explain what a place of your project became and by which rule, what a rule does, or what becomes of a key.

    Example: compose2oam explain services.web.healthcheck -f compose.yaml
    """
    from compose2oam import api
    from compose2oam import explain as explaining
    from compose2oam.errors import UsageError
    from compose2oam.rules.rulebook import load_rulebook

    if bool(what) == bool(key):
        raise UsageError("name one thing to explain: a place of the project, a rule's code, or --key KEY")
    rulebook = load_rulebook(target, mappings or ())
    rule = explaining.rule_of(rulebook, what or "")
    text = explaining.text_of(rulebook, what or "")
    if key:
        _show([], explaining.rules_for_key(rulebook, key), format)
    elif rule is not None:
        _show([], [rule], format)
    elif text is not None:
        _show_text((what or "").upper(), text, format)
    else:
        given = options.load_options(None, files, project_name, profile, env_file, project_directory, oam)
        made = api.convert(
            api.load(*given.pop("files"), **given),
            rulebook=rulebook,
            settings=options.settings_of(choices, environments=env),
        )
        entries = explaining.entries_at(made, what or "")
        _show(entries, explaining.rules_of(rulebook, entries), format)


def _show(entries: list[Entry], rules: list[Rule], format: options.TextFormat) -> None:
    if format is options.TextFormat.JSON:
        from compose2oam.emitter.report.data import entry

        data = {"entries": [entry(item) for item in entries], "rules": [_rule(rule) for rule in rules]}
        results.as_json(data)
        return
    lines = []
    for item in entries:
        lines += _entry_lines(item)
    for rule in rules:
        lines += [f"{rule.code}  {rule.title}", f"  {rule.why}", f"  in {rule.position.file}", ""]
    _echo(lines)


def _show_text(code: str, text: RuleText, format: options.TextFormat) -> None:
    """Show what a code stands for that is no rule's."""
    if format is options.TextFormat.JSON:
        results.as_json({"code": code, "title": text.title, "why": text.why, "hint": text.hint})
        return
    why = [f"  {text.why}"] if text.why else []
    _echo([f"{code}  {text.title}", *why, *([f"  help: {text.hint}"] if text.hint else [])])


def _echo(lines: list[str]) -> None:
    from compose2oam.emitter.report.plain import plain

    results.line("\n".join(map(plain, lines)).rstrip())


def _entry_lines(entry: Entry) -> list[str]:
    from compose2oam.model.path import render

    lines = [f"{render(entry.path)}  ({entry.position})", f"  {entry.outcome.value} by {', '.join(entry.codes)}"]
    lines += [f"  -> {render(target)}" for target in entry.targets]
    if entry.say:
        lines.append(f"  {entry.say}")
    if entry.hint:
        lines.append(f"  help: {entry.hint}")
    return [*lines, ""]


def _rule(rule: Rule) -> dict[str, Any]:
    from compose2oam.source.tree import plain

    return {"code": rule.code, "file": rule.position.file, "rule": plain(rule.source)}
