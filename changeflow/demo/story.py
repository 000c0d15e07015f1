"""The whole story, in the order of its calendar."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from changeflow import errors
from changeflow.demo.beats import CommandRun, Para, Runner, Story, Title
from changeflow.demo.emergency import emergency
from changeflow.demo.normal import normal
from changeflow.demo.prologue import prologue
from changeflow.demo.stage import Stage
from changeflow.demo.standard import standard
from changeflow.demo.tampering import tampering
from changeflow.model.phrases import told


def perform(keep: Path | None, runner: Runner) -> Story:
    """Play every act; beats come as they happen.

    Args:
        keep: a new or empty folder to play in and leave behind; None plays in a temporary one.
        runner: runs changeflow.

    Raises:
        errors.Refused: when `keep` holds something already, or an act does not go as told.
        errors.HostFailed: when git or ssh-keygen fails.
    """
    with _folder(keep) as folder:
        stage = Stage(folder, runner)
        for act in (prologue, standard, normal, emergency, tampering):
            yield from act(stage)
        yield from _epilogue(stage, kept=keep is not None)


def _epilogue(stage: Stage, *, kept: bool) -> Story:
    yield Title(told("story.title_end"))
    yield Para(told("story.end"))
    yield Para(told("story.end_site"))
    made = stage.changeflow("site --out ../site", " pages ")
    yield CommandRun(made.command, (), cut=False)
    site = stage.folder / "site"
    if not kept:
        site = _moved(site)
    yield Para(told("story.end_open", path=str(site / "index.html")))
    if kept:
        yield Para(told("story.end_kept", shop=str(stage.shop), keys=str(stage.keys)))
    yield Para(told("story.end_next"))


def _moved(site: Path) -> Path:
    """Move the site out of a folder that will be gone, and return where it is."""
    left = Path(tempfile.mkdtemp(prefix="changeflow-demo-site-")).resolve()
    return Path(shutil.move(site, left / "site"))


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="changeflow-demo-") as temporary:
            yield Path(temporary).resolve()
        return
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise errors.Refused.of("demo.place_taken", folder=str(keep))
    try:
        keep.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise errors.UsageError.of(
            "demo.no_place", folder=str(keep), why=errors.refusal(error)
        ) from error
    yield keep.resolve()
