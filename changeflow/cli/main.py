"""The command line's frame: a lazy table of commands, and one place where errors end."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import click

from changeflow import errors
from changeflow.cli.help_language import HelpContext, language_of_help
from changeflow.model.languages import ENGLISH, LANGUAGES, LanguageName

# name -> (module in changeflow.cli, section of --help, one line of help). Modules define `command`.
COMMANDS: Final[dict[str, tuple[str, str, str]]] = {
    "init": ("init", "Start", "Make a new change repository that passes its own checks."),
    "new": ("new", "Start", "Write a request for change with helpful comments."),
    "emergency": ("emergency", "Start", "Write a complete request for an emergency."),
    "demo": (
        "demo",
        "Start",
        "Watch three changes go from request to closure in a temporary repository.",
    ),
    "check": ("check", "Prepare", "Validate documents: schema, references, sense."),
    "impact": ("impact", "Prepare", "Show what can break when configuration items change."),
    "assess": ("assess", "Prepare", "Classify a change, score its risk, say who must approve."),
    "plan": ("plan", "Prepare", "Keep what programs say that a change will do, or compare it."),
    "gate": ("gate", "Decide", "Say whether a gate is open, and why."),
    "approve": ("approve", "Decide", "Approve a change with a signed statement."),
    "reject": ("reject", "Decide", "Reject a change with a signed statement."),
    "withdraw": ("withdraw", "Decide", "Take an earlier opinion back."),
    "list": ("list", "See", "List the register of changes, with their states."),
    "show": ("show", "See", "Show one change from its request to its review."),
    "todo": ("todo", "See", "Show what waits for you, the most urgent first."),
    "schedule": ("schedule", "Decide", "Show the forward schedule of change."),
    "when": ("when", "Decide", "Say when a change may start, and when the answer changes."),
    "hold": ("hold", "Decide", "Stop the line: hold changes of an environment, item, type or all."),
    "notify": ("notify", "Decide", "Tell people of changes: announced, moved, cancelled, done."),
    "release": ("release", "Release", "Run, follow, resume, roll back and confirm releases."),
    "review": ("review", "Release", "Start or check a post-implementation review."),
    "improve": ("improve", "Release", "Write an improvement, and follow it until it is verified."),
    "ledger": ("ledger", "Prove", "List, show and verify the evidence."),
    "evidence": ("evidence", "Prove", "Record what CI proved of a commit."),
    "report": ("report", "Prove", "Make papers for meetings and audits: measures, registers, records."),
    "audit": ("audit", "Prove", "Audit a period: records compared, and a sample with proof."),
    "site": ("site", "Prove", "Build a static site: register, schedule, changes, CMDB, measures."),
    "policy": ("policy", "Govern", "List, explain, test and simulate policies."),
    "cmdb": ("cmdb", "Govern", "Show, check, import, export and compare the configuration items."),
    "risk": ("risk", "Govern", "Explain risk scores, test them on the past, and fit them to it."),
    "history": (
        "history",
        "Govern",
        "Import records of other systems, and show what is known of the past.",
    ),
    "schema": ("schema", "Govern", "List and export the JSON Schemas."),
    "doctor": ("doctor", "Automate", "Say whether GitHub really requires the gate."),
    "ci": (
        "ci",
        "Automate",
        "Run the bot for GitHub Actions: judge pull requests, record what was merged.",
    ),
}

# options of the program that may also stand behind the command
_GLOBAL: Final = ("--repo", "--lang")
_GLOBAL_FLAGS: Final = ("--verbose", "-v", "--no-color")

EPILOG: Final = """\b
Exit codes:
  0    yes: no errors found, gate open, done
  1    no: errors found, gate shut, release failed
  2    the command line is wrong
  3    nothing to do, or what was named does not exist
  4    a document or the ledger cannot be read
  5    git, the network or the host failed
  70   a bug in changeflow
  130  interrupted
"""


class LazyGroup(click.Group):
    """A group that imports a command only when it is called.

    The list of commands by section needs no import.
    """

    context_class = HelpContext

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return names in the order of the table."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,
        cmd_name: str,
    ) -> click.Command | None:
        """Import the command's module."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"changeflow.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        _complete(command, f"CHANGEFLOW_{cmd_name}")
        if ctx.resilient_parsing:
            _describe(command, click.Context(command, info_name=cmd_name, parent=ctx))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, with a suggestion where the name is nearly right."""
        name = args[0] if args else ""
        if name not in COMMANDS and not name.startswith("-"):
            from changeflow.cli.usage_errors import UnknownCommand
            from changeflow.model.phrases import nearest

            raise UnknownCommand(name, next(iter(nearest(name, COMMANDS)), None), ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Complete names from the table, without imports for English."""
        from click.shell_completion import CompletionItem

        texts = _describe(self, ctx)
        found = []
        for name, (_, _, help_) in COMMANDS.items():
            if name.startswith(incomplete):
                found.append(CompletionItem(name, help=texts.get(name, help_)))
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """Write the table of commands, by section."""
        for section, rows in self.sections().items():
            with formatter.section(section):
                formatter.write_dl(rows)

    def sections(self) -> dict[str, list[tuple[str, str]]]:
        """Return the names of commands by section, each with its line of help."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for name, (_, section, help_) in COMMANDS.items():
            sections.setdefault(section, []).append((name, help_))
        return sections


def _describe(command: click.Command, context: click.Context) -> Mapping[str, str]:
    """Give the tab key the texts of a command in the reader's language, and return them.

    There are none in English: those stand beside the command.
    """
    language = language_of_help(context)
    if language == ENGLISH:
        return {}
    from changeflow.cli.help_page import describe

    return describe(command, context, language)


def _complete(command: click.Command, prefix: str) -> None:
    r"""Give a command and its subcommands what all commands have.

    Texts are UTF-8. Every option can also be read from a variable named after it, for example
    `CHANGEFLOW_CHECK_FORMAT`. Help is in the language of the reader; in its tables stands the
    first sentence of a subcommand, in full.
    """
    from changeflow.cli.text import UTF8

    _keep_lines(command)
    command.context_class = HelpContext
    command.short_help = (command.help or "").partition("\n\n")[0]
    for parameter in command.params:
        if parameter.type is click.STRING:
            parameter.type = UTF8
        if isinstance(parameter, click.Option):
            parameter.envvar = _variables(parameter, prefix)
    for name, sub in getattr(command, "commands", {}).items():
        _complete(sub, f"{prefix}_{name}")


def _keep_lines(command: click.Command) -> None:
    r"""Make `\b` of a raw docstring the character that keeps click from rewrapping examples."""
    command.help = (command.help or "").replace("\\b\n", "\b\n")


def _variables(option: click.Option, prefix: str) -> list[str]:
    """Return the variables that an option is read from: those named after it, and those it has."""
    named = []
    for spelling in option.opts:
        if spelling.startswith("--"):
            named.append(f"{prefix}{spelling.removeprefix('-')}".upper().replace("-", "_"))
    known = option.envvar or ()
    if isinstance(known, str):
        known = (known,)
    return list(dict.fromkeys((*named, *known)))


@click.command(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 120,
    },
)
@click.option(
    "--repo",
    metavar="DIR",
    type=click.Path(),
    envvar="CHANGEFLOW_REPO",
    # like --lang: before --help, which is in the language of the repository
    is_eager=True,
    help="The change repository (default: found from here upwards).",
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    envvar="CHANGEFLOW_LANG",
    show_envvar=True,
    is_eager=True,
    help="The language of the answer (default: `spec.language` of changeflow.yaml).",
)
@click.option(
    "--verbose",
    "-v",
    is_flag=True,
    envvar="CHANGEFLOW_VERBOSE",
    help="Show reason codes and ids of rules at a terminal, too; pipes and JSON always have them.",
)
@click.option(
    "--no-color",
    is_flag=True,
    envvar="CHANGEFLOW_NO_COLOR",
    help="No colours, also at a terminal; NO_COLOR does the same.",
)
@click.version_option(package_name="changeflow", message="changeflow %(version)s")
@click.pass_context
def cli(
    ctx: click.Context,
    repo: str | None,
    language: LanguageName | None,
    verbose: bool,
    no_color: bool,
) -> None:
    r"""Change and release automation in the GitOps way.

    Requests for change are YAML files in git. changeflow validates them, computes what they can
    break, says who must approve and why, releases them with their rollback plan, and keeps evidence
    anybody can verify from a clone.

    \b
    Examples:
      changeflow init changes
      changeflow check
      changeflow todo --as alice
      changeflow release run --help
    """
    from changeflow.cli.context import Invocation

    ctx.obj = Invocation(repo=repo, language=language, verbose=verbose)
    if no_color:
        ctx.color = False
    if verbose:
        _tell_of_damage(ctx)
    _show_progress(ctx)
    _warn_of_variables(ctx)


_keep_lines(cli)


def _show_progress(context: click.Context) -> None:
    """Show who waits at a terminal what is being done, until the command has ended."""
    from changeflow.cli.terminal import on_screen, progress_shown

    if on_screen(sys.stderr):
        from changeflow.cli.progress import ProgressLine

        line = ProgressLine(lambda: language_of_help(context))
        context.with_resource(progress_shown(line))


def _tell_of_damage(context: click.Context) -> None:
    """Say at the end that a snapshot of the CMDB was damaged, if the command found one."""
    from changeflow.repo.snapshot_store import DAMAGED

    found: list[str] = []
    token = DAMAGED.set(found)

    def told() -> None:
        DAMAGED.reset(token)
        if found:
            from changeflow.cli.telling import reader_here, tell_sentence

            tell_sentence("note", "impact.rebuilt", reader_here())

    context.call_on_close(told)


def _warn_of_variables(context: click.Context) -> None:
    """Say of a variable that looks like one of ours, and is none, that it is not read."""
    if not any(name.startswith("CHANGEFLOW_") for name in os.environ):
        return
    from changeflow.cli.telling import reader_here, tell_sentence
    from changeflow.cli.variables import unread
    from changeflow.model.phrases import nearest

    for name, known in unread(os.environ, cli, context):
        reader = reader_here()
        tell_sentence("warning", "variable.unread", reader, name=name)
        near = nearest(name, known)
        if near:
            tell_sentence("hint", "hint.near", reader, name=near[0])
        else:
            tell_sentence("hint", "variable.pattern", reader)


# every way out of the program has an arm here
def run(arguments: Sequence[str]) -> int:  # noqa: PLR0911
    """Run a command line and return its exit code."""
    _fill_standard_descriptors()
    line = _global_options_first(arguments)
    try:
        result = cli.main(args=list(line), prog_name="changeflow", standalone_mode=False)
        # None where the caller closed it
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        return _wrong_call(error, line)
    except (click.Abort, KeyboardInterrupt):
        _tell_text("machine.interrupted", line)
        return errors.INTERRUPTED
    except errors.ChangeflowError as error:
        return _failed(error, line)
    except BrokenPipeError:
        # The reader of our output went away (`changeflow ... | head`): not an error of ours, and
        # nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return errors.OK
    except (OSError, MemoryError) as error:
        return _machine(error, line)
    except Exception as error:  # noqa: BLE001 - a bug becomes a sentence; a variable shows its trace
        return _bug(error, line)
    return result if isinstance(result, int) else errors.OK


def _fill_standard_descriptors() -> None:
    """Open the null device for standard streams that the caller closed.

    Otherwise the next file would get their number, also in child processes.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # the lowest free number is this one
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _global_options_first(arguments: Sequence[str]) -> list[str]:
    """Move `--repo DIR`, `--lang L` and `--verbose` to the front: they may stand anywhere."""
    front: list[str] = []
    rest = list(arguments)
    end = rest.index("--") if "--" in rest else len(rest)
    for index in range(end - 1, -1, -1):
        if rest[index] in _GLOBAL_FLAGS:
            front = [rest.pop(index), *front]
            end -= 1
            continue
        name, given, _ = rest[index].partition("=")
        if name not in _GLOBAL:
            continue
        if given:
            front = [rest.pop(index), *front]
        elif index + 1 < end:
            front = [*rest[index : index + 2], *front]
            del rest[index : index + 2]
    return [*front, *rest]


def _wrong_call(error: click.ClickException, line: Sequence[str]) -> int:
    from changeflow.cli.telling import reader_of
    from changeflow.cli.usage_errors import tell_usage

    reader = reader_of(cli, line)
    with _telling():
        # in its own words
        if reader.language == ENGLISH:
            error.show()
        else:
            tell_usage(error, line, reader)
    return errors.USAGE


def _failed(error: errors.ChangeflowError, line: Sequence[str]) -> int:
    """Say what went wrong, and return the exit code of the first."""
    from changeflow.cli.telling import reader_of, tell_failure

    reader = reader_of(cli, line)
    for one in (error, *error.others):
        tell_failure(one.said(reader), reader)
    return error.exit_code


def _tell_text(code: str, line: Sequence[str]) -> None:
    from changeflow.cli.telling import reader_of
    from changeflow.cli.terminal import tell
    from changeflow.language.sentences import say

    tell(say(code, {}, reader_of(cli, line)).text)


def _tell_error(code: str, line: Sequence[str], **data: Any) -> None:
    from changeflow.cli.telling import reader_of, tell_sentence

    tell_sentence("error", code, reader_of(cli, line), **data)


def _bug(error: Exception, line: Sequence[str]) -> int:
    import traceback

    from changeflow.model.canonical import NotUtf8Error

    if isinstance(error, NotUtf8Error):
        return _failed(errors.Unreadable.of("file.not_utf8_text", around=error.around), line)
    if os.environ.get("CHANGEFLOW_DEBUG"):
        traceback.print_exception(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__}: {error}"
    _tell_error("machine.bug", line, what=what, place=place.name, number=place.lineno)
    return errors.BUG


@contextmanager
def _telling() -> Iterator[None]:
    """Write to stderr, and ignore a failure: the exit code still reports the outcome."""
    try:
        yield
    except (OSError, ValueError):
        # or the interpreter tries again when it ends, with a code of its own
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _machine(error: OSError | MemoryError, line: Sequence[str]) -> int:
    """Report a refusal of the machine as exit code 5, not as a bug.

    For example a full or broken disk, a folder of another user, no memory, too many open files.
    """
    if os.environ.get("CHANGEFLOW_DEBUG"):
        import traceback

        traceback.print_exception(error)
    if isinstance(error, MemoryError):
        _tell_error("machine.memory", line)
        return errors.HOST_FAILED
    reason = error.strerror or str(error) or type(error).__name__
    why = {"number": error.errno, "text": reason}
    if error.filename is not None:
        file = os.fsdecode(error.filename)
        _tell_error("machine.refuses", line, case="file", file=file, why=why)
    # also where click writes: `--help`, `--version`
    elif error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EBADF):
        if sys.stdout is not None:
            # as above
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _tell_error("machine.unwritten", line, why=why)
    else:
        _tell_error("machine.refuses", line, why=why)
    return errors.HOST_FAILED
