"""Commands as Typer takes them: what they declare in its own words, and the flag of each setting of a conversion."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Optional, get_args, get_origin

import typer

from compose2oam.cli import completing
from compose2oam.cli.declaring import Argument, Option
from compose2oam.rules.settings import CHOICES, TRUTH, Choice, flag_of


def typed(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command for Typer, which reads its options from the signature.

    A parameter ``**choices`` becomes a flag for each of :data:`compose2oam.rules.settings.CHOICES`.
    """

    @functools.wraps(command)
    def called(**given: Any) -> None:
        command(**given)

    parameters = list(_parameters(inspect.signature(command, eval_str=True)))
    # Typer reads a command's options from both.
    vars(called)["__signature__"] = inspect.Signature(parameters)
    called.__annotations__ = {item.name: item.annotation for item in parameters}
    return called


def _parameters(declared: inspect.Signature) -> Iterator[inspect.Parameter]:
    for item in declared.parameters.values():
        if item.kind is not item.VAR_KEYWORD:
            yield item.replace(kind=item.KEYWORD_ONLY, annotation=_said(item.annotation))
            continue
        for name, choice in CHOICES.items():
            yield inspect.Parameter(name, item.KEYWORD_ONLY, default=None, annotation=_flag(name, choice))


def _said(annotation: Any) -> Any:
    """Return an annotation with what it declares in Typer's words."""
    if get_origin(annotation) is not Annotated:
        return annotation
    kind, declared = get_args(annotation)
    if not isinstance(declared, (Argument, Option)):
        return annotation
    said = dict(declared.said)
    if "completes" in said:
        said["autocompletion"] = getattr(completing, said.pop("completes"))
    return Annotated[
        kind, typer.Option(*declared.names, **said) if isinstance(declared, Option) else typer.Argument(**said)
    ]


def _flag(name: str, choice: Choice) -> Any:
    flag = f"--{flag_of(name)}"
    if choice.kind == TRUTH:
        usual = f"{choice.decides}.  [default: {'on' if choice.default else 'off'}]"
        return Annotated[Optional[bool], typer.Option(f"{flag}/--no-{flag_of(name)}", help=_sentence(usual))]
    # As Typer says it of other options; these have no default of their own, so that x-oam can say one.
    usual = f"{choice.decides}.  [default: {choice.default}]" if choice.default else f"{choice.decides}."
    known = completing.words(*choice.shown.lower().split("|")) if "|" in choice.shown else None
    return Annotated[
        Optional[str], typer.Option(flag, metavar=choice.shown, help=_sentence(usual), autocompletion=known)
    ]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
