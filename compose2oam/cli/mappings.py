"""``compose2oam mappings``: which rules there are, and what one of them does."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from compose2oam.cli import options

if TYPE_CHECKING:
    from compose2oam.rules.rule import Rule

app = typer.Typer(help="Look at the mapping rules.", no_args_is_help=True, rich_markup_mode=None)

Target = Annotated[str, typer.Option("--target", metavar="NAME", help="The runtime to write for.")]


@app.command("list")
def list_rules(target: Target = "kubevela", mappings: options.Mappings = None) -> None:
    """List the rules in the order in which they run.

    Example: compose2oam mappings list
    """
    rules = _rules(target, mappings)
    codes = max(len(rule.code) for rule in rules)
    keys = min(max(len(_subject(rule)) for rule in rules), 44)
    for rule in rules:
        typer.echo(f"{rule.code:<{codes}}  {_subject(rule):<{keys}}  {rule.title}")


@app.command("show")
def show(
    code: Annotated[str, typer.Argument(help="The code of a rule, such as C2O-310.")],
    target: Target = "kubevela",
    mappings: options.Mappings = None,
) -> None:
    """Show one rule as it stands in its file, with its examples.

    Example: compose2oam mappings show C2O-310
    """
    from compose2oam.errors import UsageError
    from compose2oam.rules.rulebook import builtin_mappings
    from compose2oam.rules.strict import near
    from compose2oam.source.files import read_text

    rules = {rule.code: rule for rule in _rules(target, mappings)}
    wanted = code.upper()
    if wanted not in rules:
        hint = near(wanted, rules)
        raise UsageError(f"there is no rule {code}{'; ' + hint if hint else ''}")
    file = rules[wanted].position.file
    typer.echo(f"# {file}")
    # A shipped rule's file is named from the folder around the shipped rules, a user's as the user named it.
    typer.echo(read_text(builtin_mappings().parent / file), nl=False)


@app.command("test")
def run_examples(
    folders: Annotated[
        Optional[list[pathlib.Path]],
        typer.Argument(metavar="[DIR]...", help="Folders of rules, like --mappings."),
    ] = None,
    target: Target = "kubevela",
) -> None:
    """Run the examples of rules: those of your folders, or all built-in ones.

    Example: compose2oam mappings test ./our-rules
    """
    from compose2oam import examples
    from compose2oam.cli.console import Console
    from compose2oam.emitter import yaml
    from compose2oam.errors import RuleError
    from compose2oam.rules.rulebook import load_rulebook

    rulebook = load_rulebook(target, folders or ())
    own = [rule for rule in rulebook.rules() if not folders or _is_in(rule, folders)]
    count, failures = examples.run(rulebook, iter(own))
    console = Console()
    for failure in failures:
        console.error(f"{failure.rule.position.file}: the example `{failure.title}` does not hold")
        console.line("  it says")
        console.line(_indented(yaml.dump([failure.expected])))
        console.line("  the rule gives")
        console.line(_indented(yaml.dump([failure.found])))
    without = [rule.code for rule in own if not rule.examples]
    for code in without:
        console.line(f"{code} has no example")
    if failures:
        raise RuleError(f"{len(failures)} of {count} examples do not hold")
    typer.echo(f"{count} examples of {len(own)} rules hold")


def _is_in(rule: Rule, folders: list[pathlib.Path]) -> bool:
    return any(pathlib.Path(rule.position.file).is_relative_to(folder) for folder in folders)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def _rules(target: str, mappings: Any) -> list[Rule]:
    from compose2oam.rules.rulebook import load_rulebook

    return list(load_rulebook(target, mappings or ()).rules())


def _subject(rule: Rule) -> str:
    """Return what a rule is about: the Compose keys that it reads, or the fields that it carries."""
    from compose2oam.rules.rule import Carrier

    if isinstance(rule, Carrier):
        return ", ".join(rule.carries)
    scope = "" if rule.scope == "service" else f"{rule.scope}: "
    return scope + ", ".join(".".join(steps).replace(".[]", "[]") for steps in rule.reads)
