"""``compose2oam mappings``: which rules there are, and what one of them does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

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
