"""Sources read and merged: large plain tables in columns, where numpy is installed, all others row by row.

Both ways say the same, to the byte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Final

from changeflow.cmdb.items_view import ItemsView
from changeflow.cmdb.origins import Place
from changeflow.cmdb_sources.collect import collect
from changeflow.cmdb_sources.merge import Merged
from changeflow.cmdb_sources.plain_bytes import unpacked_size
from changeflow.cmdb_sources.rows import SourceFile, SourceRows
from changeflow.cmdb_sources.table import SourceSpec
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.findings import Finding

# numpy takes a tenth of a second to import, and is an extra
if TYPE_CHECKING:
    from changeflow.cmdb_sources.wide_merge import WideMerged
    from changeflow.cmdb_sources.wide_rows import WideRows

# formats that are read in columns, and the modules that do
_WIDE: Final = {"csv": "wide_csv", "edges": "wide_edge_list"}
# bytes of a source, unpacked, from which on importing numpy pays
_LARGE: Final = 2 * 1_024 * 1_024
# rows of a source from which on it does
_MANY_ROWS: Final = 20_000


def _nobody_waits(_: float) -> None:
    pass


def collected(
    source: str,
    spec: SourceSpec,
    files: Sequence[SourceFile],
    tell: Callable[[float], None] = _nobody_waits,
) -> tuple[SourceRows | WideRows, tuple[Finding, ...]]:
    """Read the files of a source; see `collect`.

    Args:
        source: its id.
        spec: what the source says about itself.
        files: in the order of their paths.
        tell: is told what share of the work is done, where that is known.
    """
    module = _WIDE.get(spec.format)
    if module is not None and sum(unpacked_size(file) for file in files) >= _LARGE:
        with suppress(ImportError):
            from changeflow.cmdb.wide_words import AlikeError
            from changeflow.cmdb_sources.plain_text import NotPlainError

            read = import_module(f"changeflow.cmdb_sources.{module}").collect_wide
            with suppress(NotPlainError, AlikeError):
                rows, findings = read(source, spec, files, tell)
                return rows, findings
    return collect(source, spec, files)


def merged(
    natives: Mapping[str, ConfigurationItem],
    said: Sequence[SourceRows | WideRows],
    places: Mapping[str, Place],
) -> Merged | WideMerged:
    """Merge native items and sources; see `Merged`."""
    others: list[SourceRows] = []
    wide: list[WideRows] = []
    for one in map(_in_columns, said):
        if isinstance(one, SourceRows):
            others.append(one)
        else:
            wide.append(one)
    if not wide and not isinstance(natives, ItemsView):
        return Merged(natives, others, places)
    from changeflow.cmdb.wide_words import AlikeError
    from changeflow.cmdb_sources.wide_merge import WideMerged

    try:
        return WideMerged(natives, wide, others, places)
    except AlikeError:
        return Merged(natives, [*others, *(one.all_rows() for one in wide)], places)


def _in_columns(rows: SourceRows | WideRows) -> SourceRows | WideRows:
    """Return many rows in columns, as far as that can be; few rows as they are."""
    if not isinstance(rows, SourceRows) or len(rows.items) + len(rows.edges) < _MANY_ROWS:
        return rows
    with suppress(ImportError):
        from changeflow.cmdb_sources.rows_in_columns import in_columns

        return in_columns(rows) or rows
    return rows
