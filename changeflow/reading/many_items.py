"""Many files of native YAML read into columns, on several cores, without a record for each item.

What is not plainly a file of valid items is left to the reader of all other files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from changeflow.cmdb.native_columns import NativeColumns, NativeItems, is_common
from changeflow.documents.loader import load
from changeflow.documents.schema import schema_problems
from changeflow.model.canonical import digest_bytes
from changeflow.reading.native_items import holds_items
from changeflow.reading.parsed import ParsedSource
from changeflow.repo.parallel import spread
from changeflow.repo.work import Work, working

if TYPE_CHECKING:
    from changeflow.cmdb.item_columns import ItemColumns

_KIND: Final = "ConfigurationItem"


class ManyItems(NamedTuple):
    """The items of many files.

    Attributes:
        columns: all that they say.
        digests: path and digest of each of their files.
        others: files that have to be read otherwise.
    """

    columns: ItemColumns
    digests: list[tuple[str, str]]
    others: list[str]


class DealtItems(NamedTuple):
    """The items of some files, as one process has read them.

    Attributes:
        items: all that they say.
        digests: path and digest of each of their files.
        others: files that have to be read otherwise.
    """

    items: NativeItems
    digests: list[tuple[str, str]]
    others: list[str]


def many_items(source: ParsedSource, paths: Sequence[str]) -> ManyItems | None:
    """Return the items of many files; None without numpy.

    Args:
        source: where the files are.
        paths: all files of the rulebook, sorted.
    """
    wanted = [path for path in paths if holds_items(path)]
    try:
        from changeflow.cmdb.native_part import part_of_natives
        from changeflow.cmdb.wide_columns import combined
        from changeflow.cmdb.wide_words import AlikeError
    except ImportError:
        return None

    held = dict(source.read_many(wanted)) if source.commit is not None else None

    def job(part: Sequence[str]) -> list[DealtItems]:
        contents = source.read_many(part) if held is None else ((one, held[one]) for one in part)
        with working("progress.items", len(part)) as work:
            return [read_items(_counted(contents, work))]

    dealt = spread(job, wanted)
    try:
        columns = combined([part_of_natives(one.items) for one in dealt])
    except AlikeError:
        return None
    if len(columns.graph) < sum(len(one.items.items) for one in dealt):
        # Two items have one id, which is told by who reads all of them.
        return None
    others = [path for one in dealt for path in one.others]
    return ManyItems(columns, [told for one in dealt for told in one.digests], others)


def _counted(contents: Iterable[tuple[str, bytes]], work: Work) -> Iterator[tuple[str, bytes]]:
    for one in contents:
        yield one
        work.done += 1


def read_items(contents: Iterable[tuple[str, bytes]]) -> DealtItems:
    """Return the items of some files.

    Args:
        contents: path and bytes of each.
    """
    into, digests, others = NativeColumns(), list[tuple[str, str]](), list[str]()
    for path, data in contents:
        loaded = load(data, path, many=True)
        documents = loaded.documents
        plain = not loaded.findings
        for document in documents:
            plain = plain and document.kind == _KIND and not schema_problems(document)
            plain = plain and is_common(document.data)
        if plain:
            digests.append((path, digest_bytes(data)))
            into.add(path, [document.data for document in documents])
        else:
            others.append(path)
    return DealtItems(into.items(), digests, others)
