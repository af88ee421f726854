"""``compose2oam mappings``: which rules there are, what one of them does, and how to start one."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Annotated, Any, Optional

from compose2oam.cli import grouping, options, results
from compose2oam.cli.declaring import Argument, Option

if TYPE_CHECKING:
    from compose2oam.examples import Failure
    from compose2oam.rules.rule import Rule
    from compose2oam.rules.rulebook import Rulebook

app = grouping.App(help="Find, read, test and start mapping rules.")


@app.command("list")
def list_rules(
    reads: Annotated[
        str, Option("--reads", metavar="KEY", help="Only those that decide over a key, such as deploy.replicas.")
    ] = "",
    group: Annotated[str, Option("--group", metavar="NAME", help="Only those of a group.")] = "",
    format: options.TextOrJson = options.TextFormat.TEXT,
    target: options.Target = options.USUAL_TARGET,
    mappings: options.Mappings = None,
) -> None:
    """List the rules in the order in which they run.

    Example: compose2oam mappings list --reads healthcheck
    """
    from compose2oam import explain
    from compose2oam.rules.rulebook import load_rulebook

    rulebook = load_rulebook(target, mappings or ())
    rules = explain.rules_for_key(rulebook, reads) if reads else list(rulebook.rules())
    if group:
        rules = _of_group(rules, group, rulebook)
    if format is options.TextFormat.JSON:
        results.as_json([_summary(rule) for rule in rules])
        return
    codes = max((len(rule.code) for rule in rules), default=0)
    keys = min(max((len(_subject(rule)) for rule in rules), default=0), 44)
    for rule in rules:
        results.line(f"{rule.code:<{codes}}  {_subject(rule):<{keys}}  {rule.title}")


@app.command("show")
def show(
    code: Annotated[str, Argument(help="The code of a rule, such as C2O-310.", completes="rules")],
    format: options.TextOrJson = options.TextFormat.TEXT,
    target: options.Target = options.USUAL_TARGET,
    mappings: options.Mappings = None,
) -> None:
    """Show one rule as it stands in its file, with its examples.

    Example: compose2oam mappings show C2O-310
    """
    from compose2oam.rules.rulebook import load_rulebook
    from compose2oam.source.files import read_text
    from compose2oam.source.tree import plain

    rulebook = load_rulebook(target, mappings or ())
    rule = _rule_of(rulebook, code)
    if format is options.TextFormat.JSON:
        results.as_json({**_summary(rule), "rule": plain(rule.source)})
        return
    results.line(f"# {rule.position.file}")
    results.text_to("", read_text(rulebook.paths[rule.code]))


@app.command("test")
def run_examples(
    folders: Annotated[
        Optional[list[str]],
        Argument(metavar="[DIR]...", help="Folders of rules, like --mappings."),
    ] = None,
    target: Annotated[
        str,
        Option("--target", metavar="NAME", help="The runtime; by default each that they have rules for."),
    ] = "",
    format: options.TextOrJson = options.TextFormat.TEXT,
) -> None:
    """Run the examples of rules: those of your folders, or all built-in ones.

    Example: compose2oam mappings test ./our-rules
    """
    from compose2oam import examples
    from compose2oam.cli.console import Console
    from compose2oam.errors import RuleError
    from compose2oam.rules.layers import layers_of
    from compose2oam.rules.rulebook import load_rulebook
    from compose2oam.rules.target import targets_of

    layers = layers_of(folders or ())
    tested: dict[pathlib.Path, Rule] = {}
    count, failures = 0, []
    for name in [target] if target else targets_of(layers) or [options.USUAL_TARGET]:
        rulebook = load_rulebook(name, folders or ())
        files = {pathlib.Path(rulebook.paths[rule.code]): rule for rule in rulebook.rules()}
        new_ones = [path for path in files if path not in tested]
        own = [path for path in new_ones if not folders or not path.is_relative_to(layers[0].folder)]
        rules = [files[path] for path in own]
        tested.update(zip(own, rules, strict=True))
        more, failed = examples.run(rulebook, iter(rules))
        count += more
        failures += failed
    console = Console()
    for failure in failures:
        _report(failure, console)
    without = [rule for rule in tested.values() if not rule.examples]
    if format is options.TextFormat.JSON:
        counts = {"ok": not (failures or without), "rules": len(tested), "examples": count}
        bare = [rule.code for rule in without]
        results.as_json({**counts, "failures": list(map(_failure, failures)), "withoutExample": bare})
    console.diagnostics(_without_example(rule) for rule in without)
    if failures or without:
        rest = f"; {len(without)} of {len(tested)} rules have none" if without else ""
        raise RuleError(f"{len(failures)} of {count} examples do not hold{rest}")
    if format is options.TextFormat.TEXT:
        results.line(f"{count} examples of {len(tested)} rules hold")


@app.command("new")
def new(
    name: Annotated[str, Argument(help="What to call the rule: lower-case letters, digits and dashes.")],
    output: Annotated[str, Option("-o", "--output", metavar="DIR", help="Your folder of rules.")] = "rules",
    carrier: Annotated[
        str,
        Option("--carrier", metavar="FIELD", help="Start a carrier of a field, such as replicas."),
    ] = "",
    replaces: Annotated[
        str, Option("--replaces", metavar="CODE", help="Start with the text of a rule, to take its place.")
    ] = "",
    group: Annotated[str, Option("--group", metavar="NAME", help="The group; metadata, if not said.")] = "",
    target: options.Target = options.USUAL_TARGET,
) -> None:
    """Start a rule: write one that holds, with comments, for you to change; no file is written over.

    Example: compose2oam mappings new team -o ./our-rules
    """
    from compose2oam.cli.console import Console
    from compose2oam.errors import UsageError
    from compose2oam.source.files import exists

    if carrier and replaces:
        raise UsageError("--replaces says already what kind of rule it is: leave --carrier out")
    path, text = _started(name, pathlib.Path(output), carrier, replaces, group, target)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        if exists(path):
            raise UsageError(f"{path} is there already; choose another name") from None
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    console = Console()
    console.note(f"wrote {path}")
    console.note(f"its examples are run by: compose2oam mappings test {output}")


@app.command("schema")
def schema() -> None:
    """Print the JSON schema of rule files, by which an editor completes and checks them.

    Example: compose2oam mappings schema
    """
    from compose2oam.rules.schema import schema as rule_schema

    results.as_json(rule_schema())


def _started(
    name: str, folder: pathlib.Path, field: str, replaced: str, group: str, target: str
) -> tuple[pathlib.Path, str]:
    """Return where a new rule goes, and its text."""
    from compose2oam.errors import UsageError
    from compose2oam.model.workload import FIELDS
    from compose2oam.rules import starting
    from compose2oam.rules.layers import MEANINGS, Layer, layers_of
    from compose2oam.rules.rule import Carrier
    from compose2oam.rules.rulebook import load_rulebook
    from compose2oam.rules.strict import near
    from compose2oam.source.files import is_folder, read_text

    if not starting.NAME.match(name):
        raise UsageError(f"`{name}` cannot be the name of a rule; lower-case letters, digits and dashes can")
    if field and field not in FIELDS:
        raise UsageError(f"the workload model has no field `{field}`; {near(field, FIELDS) or 'see mappings list'}")
    # The rules that ship are no overlay of themselves.
    ours = is_folder(folder) and folder.resolve() == layers_of(())[0].folder.resolve()
    rulebook = load_rulebook(target, [folder] if is_folder(folder) and not ours else ())
    taken = {rule.code for rule in rulebook.rules()} | (Layer(folder).codes() if is_folder(folder) else set())
    if replaced:
        rule = _rule_of(rulebook, replaced)
        kind = target if isinstance(rule, Carrier) else MEANINGS
        text = starting.copy(rule, read_text(rulebook.paths[rule.code]), taken)
        group = group or rule.group
    elif field:
        kind, text = target, starting.carrier(name, field, rulebook, taken)
        now = starting.carrier_of(field, rulebook)
        group = group or (now.group if now else "")
    else:
        kind, text = MEANINGS, starting.meaning(name, taken)
    groups = rulebook.target.meanings if kind == MEANINGS else rulebook.target.carriers
    group = group or starting.GROUP
    if group not in groups:
        raise UsageError(f"the target has no group `{group}`; it names: {', '.join(groups)}")
    return folder / kind / group / f"{name}.yaml", text


def _failure(failure: Failure) -> dict[str, Any]:
    """Return as data what an example says, and what the rule gives."""
    place = {"file": failure.position.file, "line": failure.position.line}
    about = {"code": failure.rule.code, "title": failure.title, **place}
    return {**about, "expected": failure.expected, "found": failure.found}


def _report(failure: Any, console: Any) -> None:
    """Show what an example says, and what the rule gives."""
    from compose2oam.diagnostics import Diagnostic, Severity
    from compose2oam.emitter import yaml

    message = f"the example `{failure.title}` does not hold"
    console.diagnostics([Diagnostic("RULE-133", Severity.ERROR, message, (), failure.position)])
    for title, value in (("it says", failure.expected), ("the rule gives", failure.found)):
        console.line(f"  {title}")
        console.line("\n".join(f"    {line}" for line in yaml.dump([value]).splitlines()))


def _without_example(rule: Rule) -> Any:
    from compose2oam.diagnostics import Diagnostic, Severity

    hint = "write one for what it does, and one for what it leaves alone"
    return Diagnostic("RULE-132", Severity.ERROR, f"{rule.code} has no example", (), rule.position, hint)


def _rule_of(rulebook: Rulebook, code: str) -> Rule:
    from compose2oam.errors import UsageError
    from compose2oam.rules.strict import near

    rules = {rule.code: rule for rule in rulebook.rules()}
    if code.upper() not in rules:
        hint = near(code.upper(), rules)
        raise UsageError(f"there is no rule {code}{'; ' + hint if hint else ''}")
    return rules[code.upper()]


def _of_group(rules: list[Rule], group: str, rulebook: Rulebook) -> list[Rule]:
    from compose2oam.errors import UsageError
    from compose2oam.rules.strict import near

    groups = dict.fromkeys((*rulebook.target.meanings, *rulebook.target.carriers))
    if group not in groups:
        hint = near(group, groups) or f"the target names: {', '.join(groups)}"
        raise UsageError(f"the target has no group `{group}`; {hint}")
    return [rule for rule in rules if rule.group == group]


def _summary(rule: Rule) -> dict[str, Any]:
    from compose2oam.rules.rule import Carrier

    about: dict[str, Any] = (
        {"kind": "carrier", "carries": list(rule.carries)}
        if isinstance(rule, Carrier)
        else {"kind": "meaning", "reads": [_written(steps) for steps in rule.reads]}
    )
    place = {"group": rule.group, "scope": rule.scope, "file": rule.position.file}
    return {"code": rule.code, "title": rule.title, **about, **place}


def _subject(rule: Rule) -> str:
    """Return what a rule is about: the Compose keys that it reads, or the fields that it carries."""
    from compose2oam.rules.rule import Carrier

    if isinstance(rule, Carrier):
        return ", ".join(rule.carries)
    scope = "" if rule.scope == "service" else f"{rule.scope}: "
    return scope + ", ".join(_written(steps) for steps in rule.reads)


def _written(steps: tuple[str, ...]) -> str:
    return ".".join(steps).replace(".[]", "[]")
