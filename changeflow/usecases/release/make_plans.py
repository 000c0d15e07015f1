"""Make the plans of a change: run the programs that say what will happen, and keep what they say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from changeflow import errors
from changeflow.model.answers.plans import PlanMade, PlansAnswer
from changeflow.model.document_paths import plans_folder
from changeflow.model.phrases import Told
from changeflow.reading.view import View
from changeflow.release.plan_formats.table import FORMATS
from changeflow.release.planning import Planning, differences, digest_of_plan, plannings
from changeflow.release_driver.plans import machine_of, plans_made
from changeflow.repo.folder_swap import replace_folder
from changeflow.repo.programs import Programs

_PLAN: Final = re.compile(rf"[0-9]+\.(?:{'|'.join(FORMATS)})\.txt", re.ASCII)


def make_plans(
    view: View,
    change: str,
    *,
    keeps: bool,
    say: Callable[[Told], None],
    stop: Callable[[], int] = lambda: 0,
) -> PlansAnswer:
    """Run the programs of a change that say what will happen, in the work tree.

    Args:
        view: where the base and the change are.
        change: its id.
        keeps: whether what they say is kept beside the request: all plans, or none.
        say: is told what begins.
        stop: how many times the user asked to end.

    Raises:
        errors.NothingToDo: when there is no such change, or it has no plans.
        errors.HostFailed: when a program fails or prints no plan, or nothing can be written.
        errors.Refused: when other files lie in the folder of plans.
        errors.Interrupted: when the user asked to end; nothing was written.
    """
    content = view.head.change(change)
    config = view.base.rulebook.config.release
    asked = plannings(content.change, config)
    if not asked:
        raise errors.NothingToDo.of("plan_program.none", change=change)
    if keeps:
        _refuse_others(view, change)
    programs = Programs(view.root, stop, masked=config.secrets)
    machine = machine_of(view.root, view.git.facts.prefix, programs)
    made = plans_made(asked, programs, machine, lambda _: "", say)
    answer = _compared(view, change, asked, made)
    if keeps and (content.plans.unasked or any(one.state != "same" for one in answer.plans)):
        _keep(view, change, asked, made)
    return answer.model_copy(update={"written": keeps, "unasked": content.plans.unasked})


def _compared(
    view: View, change: str, asked: Sequence[Planning], made: Mapping[int, str]
) -> PlansAnswer:
    plans: list[PlanMade] = []
    for planning in asked:
        kept, text = _kept(view, planning.path), made[planning.number]
        found = PlanMade(
            number=planning.number,
            name=planning.name,
            format=planning.format,
            path=planning.path,
            digest=digest_of_plan(text),
            state="missing" if kept is None else "differs",
            differences=tuple(differences(kept or "", text)),
        )
        if kept == text:
            found = found.model_copy(update={"state": "same", "differences": ()})
        plans.append(found)
    return PlansAnswer(change=change, written=False, plans=tuple(plans))


def _kept(view: View, path: str) -> str | None:
    if not view.head.exists(path):
        return None
    return view.head.read(path).decode("utf-8", "replace")


def _refuse_others(view: View, change: str) -> None:
    """Refuse while anything but plans lies where they are kept: the whole folder is replaced."""
    folder = view.root / plans_folder(change)
    if folder.is_symlink():
        raise errors.Refused.of("plan_program.folder", folder=plans_folder(change), case="link")
    if not folder.is_dir():
        return
    others = [
        one.name for one in folder.iterdir() if not one.is_file() or not _PLAN.fullmatch(one.name)
    ]
    if others:
        raise errors.Refused.of(
            "plan_program.folder", folder=plans_folder(change), names=sorted(others)
        )


def _keep(view: View, change: str, asked: Sequence[Planning], made: Mapping[int, str]) -> None:
    folder = view.root / plans_folder(change)
    pieces = [(planning.file, made[planning.number].encode()) for planning in asked]
    try:
        # programs ran since, and people may have written
        replace_folder(view.root, folder, pieces, lambda: _refuse_others(view, change))
    except OSError as error:
        raise errors.HostFailed.of(
            "file.unwritten", path=plans_folder(change), why=errors.refusal(error)
        ) from error
