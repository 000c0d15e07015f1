"""Show what the tables of the past hold."""

from __future__ import annotations

from changeflow import errors
from changeflow.history.survey import TableSurvey, survey
from changeflow.lazy_dataclass import dataclass
from changeflow.model.paths import shown
from changeflow.usecases.history.import_records import Folder


@dataclass(frozen=True)
class HistoryShown:
    """What there is.

    Attributes:
        folder: as the operator named it.
        tables: those with rows.
    """

    folder: str
    tables: tuple[TableSurvey, ...]


def show_history(folder: Folder) -> HistoryShown:
    """Return what a folder with tables holds.

    Raises:
        errors.NothingToDo: when there is no such folder, or no row in it.
        errors.Unreadable: when a file is no table of the past.
    """
    tables = survey(folder.path) if folder.path.is_dir() else ()
    if not tables:
        raise errors.NothingToDo.of("tables.no_folder", folder=shown(folder.told))
    return HistoryShown(folder.told, tables)
