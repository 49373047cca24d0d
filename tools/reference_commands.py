"""The command reference, from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc

import click
import typer

from exokb.cli.main import make_app
from tools.markdown import plain


def root_command() -> click.Command:
    """The ``exokb`` command with everything below it."""
    return typer.main.get_command(make_app())


def root_context(root: click.Command) -> click.Context:
    """The context of ``exokb`` itself."""
    return click.Context(root, info_name="exokb", **root.context_settings)


def subcommands(command: click.Command, context: click.Context) -> list[tuple[click.Command, click.Context]]:
    """The shown commands below a group, each with its context; none below a plain command."""
    if not isinstance(command, click.Group):
        return []
    below = [command.get_command(context, name) for name in command.list_commands(context)]
    shown = [each for each in below if each is not None and not each.hidden]
    return [(each, click.Context(each, info_name=each.name, parent=context)) for each in shown]


def commands() -> str:
    """One chapter a command: what it does, how it is called, what it takes."""
    root = root_command()
    return "\n".join(_chapter(root, root_context(root), level=2))


def _chapter(command: click.Command, context: click.Context, *, level: int) -> Iterator[str]:
    yield f"{'#' * level} {context.command_path}\n"
    yield from (f"{plain(part)}\n" for part in cleandoc(command.help or "").split("\n\n") if part)
    usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
    yield f"```text\n{usage}\n```\n"
    for parameter in command.get_params(context):
        line = parameter.get_help_record(context)
        if line is not None:
            yield f"- `{line[0].replace('`', '')}`: {plain(line[1])}"
    yield ""
    for below, inner in subcommands(command, context):
        # commands are chapters beside each other; `list add` stands below `list`
        yield from _chapter(below, inner, level=2 if context.parent is None else 3)
