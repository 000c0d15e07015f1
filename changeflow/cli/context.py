"""Arguments that every command shares: the repository, the time, the revisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from changeflow import errors
from changeflow.cli.format_names import format_names
from changeflow.cli.help_language import repository_above
from changeflow.lazy_dataclass import dataclass
from changeflow.model.clock import Clock
from changeflow.model.document_paths import CONFIG
from changeflow.model.languages import LanguageName
from changeflow.model.phrases import told_by

if TYPE_CHECKING:
    from changeflow.language.reader import Reader
    from changeflow.reading.view import View

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


@dataclass(frozen=True)
class Invocation:
    """Options of the program, whatever the command.

    Attributes:
        repo: `--repo`.
        language: `--lang`.
        verbose: `--verbose`.
    """

    repo: str | None = None
    language: LanguageName | None = None
    verbose: bool = False

    def readable(self) -> Path:
        """Return the change repository or a bare clone, for commands that only read revisions.

        It is `--repo`, or the folder where the command runs.

        Raises:
            errors.NothingToDo: when there is neither.
            errors.UsageError: when `--repo` is no folder.
        """
        folder = Path(self.repo or ".")
        if _is_bare(folder):
            return folder.resolve()
        return self.root()

    def root(self) -> Path:
        """Return the change repository: `--repo`, or the first folder upwards that is one.

        Raises:
            errors.NothingToDo: when there is none, or only a bare clone.
            errors.UsageError: when `--repo` is no folder.
        """
        if self.repo is not None:
            folder = Path(self.repo)
            if not folder.is_dir():
                raise errors.UsageError.of("repository.no_folder", folder=self.repo)
            if not (folder / CONFIG).is_file():
                _refuse_bare(folder)
                raise errors.NothingToDo.of(
                    "repository.none", case="folder", folder=self.repo, config=CONFIG
                )
            return folder.resolve()
        here = Path.cwd()
        found = _upwards(here)
        if found is not None:
            return found
        _refuse_bare(here)
        raise errors.NothingToDo.of("repository.none", config=CONFIG)

    def root_in_job(self, checkout: tuple[str, str] | None) -> Path:
        """Return `root`, or in a job of a host the change repository in its checkout.

        The latter only for a step that runs outside of every change repository.

        Args:
            checkout: the variable of the runner that names a folder, and the folder; None outside
                of a job.

        Raises:
            errors.NothingToDo, errors.UsageError: as `root`.
        """
        if self.repo is not None or checkout is None or _upwards(Path.cwd()) is not None:
            return self.root()
        variable, folder = checkout
        found = _upwards(Path(folder).resolve())
        if found is None:
            raise errors.NothingToDo.of(
                "repository.none", case="job", variable=variable, folder=folder, config=CONFIG
            )
        return found


def _upwards(start: Path) -> Path | None:
    """Find the nearest folder with `changeflow.yaml`, from here upwards."""
    found = repository_above(str(start))
    return None if found is None else Path(found)


def _is_bare(folder: Path) -> bool:
    from changeflow.repo.repository_kind import is_bare

    return is_bare(folder) and not (folder / CONFIG).is_file()


def _refuse_bare(folder: Path) -> None:
    """Refuse a bare clone, and name the commands that work in one.

    Raises:
        errors.NothingToDo: when the folder is one.
    """
    if _is_bare(folder):
        raise errors.NothingToDo.of("repository.bare", folder=str(folder))


def located(
    root: Path,
    base: str | None,
    head: str | None = None,
    *,
    acts: bool = False,
    starts: bool = False,
) -> View:
    """Return the view of base and head that the command reads.

    A note on stderr says when the base is not the local main branch.

    Args:
        root: the change repository.
        base: the revision of the rulebook, where one was named.
        head: the revision of the change, where one was named.
        acts: something is done or recorded, so the rulebook must be that of the main branch.
        starts: a release may start, so the remote's main branch must be known where there is a
            remote.

    Raises:
        errors.Refused: when the main branch does not contain the base, or has another rulebook.
        errors.HostFailed: when git fails, or the remote's main branch is needed and not here.
    """
    from changeflow.reading.team_main import note, require_current, require_fetched
    from changeflow.reading.view import locate

    view = locate(root, base, head, recalls=not starts)
    if starts:
        require_fetched(view)
    if acts:
        require_current(view, starts=starts)
    noted = note(view)
    if noted is not None:
        from changeflow.cli.telling import reader_here, tell_sentence

        tell_sentence("note", noted.pop("code"), reader_here(), **noted)
    return view


def which_change(view: View, argument: str | None, *, everywhere: bool = False) -> str:
    """Return the id of the change that is meant, and say on stderr which one was taken.

    Args:
        view: where it is looked for.
        argument: what was typed; None: the one change that the current branch brings.
        everywhere: look on all other branches, too.

    Raises:
        errors.UsageError: when it may be several, or none was named and the branch brings none.
        errors.NothingToDo: when only another branch has it; the hint names the branch.
    """
    from changeflow.model.document_paths import rfc_path
    from changeflow.reading.change import id_in

    name = _change_meant(view, argument, everywhere=everywhere)
    found = id_in(name)
    if not everywhere and not (found and view.head.exists(rfc_path(found))):
        from changeflow.reading.change_name import require_here

        parameters = click.get_current_context().command.params
        require_here(view, name, has_head=any("--head" in one.opts for one in parameters))
    return name


def _change_meant(view: View, argument: str | None, *, everywhere: bool) -> str:
    from changeflow.reading.change import id_in

    if argument is not None and id_in(argument):
        return argument
    from changeflow.reading.change_name import change_of_branch, named_change

    if argument is None:
        from changeflow.cli.telling import reader_here, tell_sentence

        name, place = change_of_branch(view)
        tell_sentence("note", "which.note", reader_here(), case="branch", change=name, place=place)
        return name
    name = named_change(view, argument, everywhere=everywhere)
    if name != argument:
        from changeflow.cli.telling import reader_here, tell_sentence

        tell_sentence("note", "which.note", reader_here(), change=name)
    return name


def clock(now: str | None, option: str = "--now") -> Clock:
    """Return the clock for `--now` (RFC 3339 with an offset), or the machine's.

    `option` is the one that the text was given with.

    Raises:
        errors.UsageError: when the text is no such time.
    """
    real = datetime.now(UTC)
    if now is None:
        return Clock(real, real)
    from changeflow.model.times import parse_instant

    try:
        return Clock(parse_instant(now), real)
    except ValueError as error:
        raise errors.UsageError.of("option.time", option=option, why=told_by(error)) from error


def moment(
    text: str | None,
    option: str,
    now: datetime,
    reader: Reader,
    *,
    since: datetime | None = None,
) -> datetime | None:
    """Return the moment that a person typed, such as `monday` or `2026-12-01`.

    What was typed in words is said on stderr as it was understood.

    Args:
        text: what was typed; None: nothing.
        option: the option that it was given with.
        now: the time of the command.
        reader: whose clocks are meant.
        since: what `+2w` counts from; None: from now.

    Raises:
        errors.UsageError: when it is no moment, or may be several.
    """
    if text is None:
        return None
    from changeflow.language.typed_days import UnclearTimeError
    from changeflow.language.typed_times import typed_time

    try:
        typed = typed_time(text, now, reader.zone or UTC, since)
    except UnclearTimeError as error:
        raise errors.UsageError.of("option.moment", option=option, why=error.told) from error
    if not typed.exact:
        from changeflow.cli.telling import tell_sentence
        from changeflow.language.formats import time_text

        shown = time_text(typed.moment, reader)
        tell_sentence("note", "option.understood", reader, option=option, moment=shown)
    return typed.moment


def if_repository(invocation: Invocation, find: Callable[[], T]) -> T | None:
    """Return what is found of the repository where the command runs; None outside of one.

    Args:
        invocation: one that names a repository means it.
        find: finds it.

    Raises:
        errors.NothingToDo: when the named one is none.
    """
    try:
        return find()
    except errors.NothingToDo:
        if invocation.repo is not None:
            raise
        return None


def change_argument(function: F) -> F:
    """Add `[CHANGE]`."""
    return click.argument(
        "change",
        metavar="[CHANGE]",
        required=False,
        help="A change: its id, or a part of it that no other has (default: the change of the "
        "current branch).",
    )(function)


def now_option(function: F) -> F:
    """Add `--now T`."""
    return click.option(
        "--now",
        metavar="T",
        envvar="CHANGEFLOW_NOW",
        help="Take this as the current time (RFC 3339 with an offset).",
    )(function)


def all_option(function: F) -> F:
    """Add `--all`."""
    return click.option(
        "--all", "all_", is_flag=True, help="List all affected items, not the first 1,000."
    )(function)


def bom_option(function: F) -> F:
    """Add `--bom`."""
    return click.option(
        "--bom",
        is_flag=True,
        help="Begin CSV with a byte-order mark, by which Excel knows UTF-8.",
    )(function)


def marked(text: str, format_: str, *, bom: bool) -> str:
    """Return an answer with a byte-order mark, where one is asked for.

    Raises:
        errors.UsageError: when one is asked for in another format than CSV.
    """
    if not bom:
        return text
    if format_ != "csv":
        raise errors.UsageError.of("option.bom", format=format_)
    return f"\ufeff{text}"


def format_option(answer: str, table: str = "FORMATS") -> Callable[[F], F]:
    """Add `--format F` with the names of a table of renderers.

    Args:
        answer: the module below `changeflow.render`.
        table: its table, name -> function.
    """
    return click.option(
        "--format",
        "-f",
        "format_",
        type=format_names(f"changeflow.render.{answer}", table),
        default="text",
        show_default=True,
        envvar="CHANGEFLOW_FORMAT",
        help="Output format.",
    )


def revisions_options(function: F) -> F:
    """Add `--base REV` and `--head REV`."""
    function = click.option(
        "--head",
        metavar="REV",
        envvar="CHANGEFLOW_HEAD",
        help="Read the change from this revision (default: the work tree).",
    )(function)
    return click.option(
        "--base",
        metavar="REV",
        envvar="CHANGEFLOW_BASE",
        help="Read policies, roster, CMDB, models and calendars from here (default: the main "
        "branch).",
    )(function)
