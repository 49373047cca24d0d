"""The ``exokb`` command: its subcommands in one list, and what the shell is told in the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from io import StringIO
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from exokb import __version__
from exokb.cli.errors import ExitCode, UsageError, exit_code_of
from exokb.cli.options import DbOption, Root
from exokb.cli.output import say, tell_error
from exokb.cli.streams import drop_output, prepare_streams, writing
from exokb.errors import ExokbError

# Typer brings its own copy of click in some versions: the base of its usage errors is found from one of them.
ClickException: type[Exception] = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")


COMMANDS = {
    "demo": "demo:demo",
    "fetch": "fetch:fetch",
    "import": "importing:import_files",
    "search": "search:search",
    "show": "show:show",
    "export": "export:export",
    "annotate": "annotate:annotate",
    "tag": "tag:tag",
    "review": "review:review",
    "table": "table:table",
    "map": "map:map_papers",
    "eval": "evaluate:evaluate",
    "stats": "stats:stats",
    "doctor": "doctor:doctor",
    "trials": "trials:app",
    "list": "lists:app",
    "log": "log:log",
    "undo": "undo:undo",
    "config": "config:app",
    "db": "db:app",
}
"""Every command: its name, and the module of this package and the function (or group) in it."""


class Stopped(Exception):
    """The work was ended from outside; ``code`` is what the shell is told."""

    def __init__(self, code: ExitCode) -> None:
        super().__init__(code.name)
        self.code = code


class Commands(TyperGroup):
    """The commands; tells `run` of Ctrl-C and of a closed pipe, which typer would answer by itself and with 1."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Read the command line; ``--help`` prints here."""
        with _stopping():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with _stopping():
            return super().invoke(ctx)


@contextmanager
def _stopping() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise Stopped(ExitCode.INTERRUPTED) from None
    except BrokenPipeError:
        drop_output()
        raise Stopped(ExitCode.PIPE_CLOSED) from None


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"exokb {__version__}")
        raise typer.Exit


def root(
    context: typer.Context,
    db: DbOption = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback where something fails.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Keep the options that hold for every command."""
    del version  # its callback has spoken and stopped
    context.obj = Root(db=db, debug=debug)


def make_app(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Make the command line, of all commands or of some. Importing and describing them all takes half of a search."""
    app = typer.Typer(
        name="exokb",
        cls=Commands,
        help="A local literature knowledge base for reviewers of MSC exosomes and other extracellular vesicles.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(root)
    for name in names:
        module, _, attribute = COMMANDS[name].partition(":")
        found = getattr(import_module(f"exokb.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def run(arguments: list[str]) -> int:
    """Run the command line and give the exit code; nothing but ``SystemExit`` of the interpreter gets past it."""
    debug = "--debug" in arguments
    try:
        with _stopping():
            # Where the first word is a command, it needs no other.
            app = make_app(arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS)
            result = app(args=arguments, prog_name="exokb", standalone_mode=False)
            with writing():
                sys.stdout.flush()
        return int(result or 0)
    except Stopped as stopped:
        if stopped.code == ExitCode.INTERRUPTED:
            say("exokb: interrupted; what was stored before stays, and the same command goes on from there")
        return stopped.code
    except ExokbError as error:
        if debug:
            raise
        tell_error(error)
        return exit_code_of(error)
    except ClickException as error:
        told = StringIO()
        error.show(told)  # type: ignore[attr-defined]  # every ClickException has it
        say(told.getvalue().rstrip())  # what was typed may hold control characters, or be no text
        return ExitCode.USAGE
    except typer.Abort:
        return ExitCode.INTERRUPTED
    except typer.Exit as error:
        return error.exit_code
    except OSError as error:
        if debug:
            raise
        if error.filename is None:
            drop_output()
        say(f"exokb: {error.filename or 'input or output'}: {error.strerror or error}")
        say("  → check that the file or folder exists, that you may use it, and that the disk has room")
        return ExitCode.LIBRARY_UNUSABLE
    except Exception as error:  # the last resort: a bug must not show as a traceback to a user
        if debug:
            raise
        if isinstance(error, UnicodeEncodeError) and not _is_text(arguments):
            tell_error(UsageError(repr(error.object), "is no text in UTF-8", hint="check the encoding of the terminal"))
            return ExitCode.USAGE
        say(f"exokb: this is a bug in exokb {__version__}: {type(error).__name__}: {error}")
        say("  → nothing half-done is stored. Run the command again with --debug before it, and report what it prints")
        return ExitCode.BUG


def _is_text(arguments: list[str]) -> bool:
    """Whether the arguments are text throughout; bytes that are none come as halves of surrogate pairs."""
    return not any("\udc80" <= character <= "\udcff" for text in arguments for character in text)


def main() -> None:
    """Run ``exokb`` as the console script does."""
    prepare_streams()
    code = run(sys.argv[1:])
    if code == ExitCode.INTERRUPTED:
        # Requests under way would keep the interpreter waiting for their replies; nobody wants them any more.
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
