"""The columns of the CMDB put together from parts, by numpy: whole columns at a time, no records.

Each part has items that no other part has, under numbers of its own. The same items give the same
bytes, however they are dealt to parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from changeflow.cmdb.graph import FACTS, FIRST_GROUP, Graph, Needs
from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.origins import Origins
from changeflow.cmdb.wide_words import Texts, as_ints, distinct, ints, joined, sorting
from changeflow.cmdb.words import Ints
from changeflow.lazy_dataclass import dataclass
from changeflow.numpy_alone import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from changeflow.cmdb.wide_words import Numbers

    Flags = NDArray[np.bool_]


class NeedRows(NamedTuple):
    """Dependencies; those of one item in the order in which they are written.

    Attributes:
        dependents: who needs.
        dependencies: what is needed.
        codes: how, as in `Graph`.
        files: which file says it.
        lines: in which line.
    """

    dependents: Numbers
    dependencies: Numbers
    codes: Numbers
    files: Numbers
    lines: Numbers


class OriginRows(NamedTuple):
    """Rows about items, as in `Origins`; those about one item in their order."""

    items: Numbers
    files: Numbers
    lines: Numbers
    attributes: Numbers


class MoreRows(NamedTuple):
    """Further rows that say a dependency, by its place in `NeedRows`."""

    places: Numbers
    files: Numbers
    lines: Numbers


@dataclass(frozen=True)
class Part:
    """Items and what they need, under numbers of their own.

    Attributes:
        ids: different ids of items, and of what they need.
        words: what facts say; number 0 is what is not known.
        facts: as in `Graph`, by the number of the id.
        needs: dependencies.
        tipping: as in `Graph`.
        rest_items: the items that say more than facts, one to each text of `rest`.
        rest: as in `ItemColumns`.
        having: as in `ItemColumns`.
        sources: for each file the id of its source.
        paths: for each file its path.
        rows: where attributes come from.
        more: where dependencies come from beside the first row.
    """

    ids: Texts
    words: Texts
    facts: Mapping[str, Numbers]
    needs: NeedRows
    tipping: Numbers
    rest_items: Numbers
    rest: Texts
    having: Mapping[str, Numbers]
    sources: Texts
    paths: Texts
    rows: OriginRows
    more: MoreRows

    def without(self, items: Flags) -> Part:
        """Return the part without some items, and without what only they need.

        Args:
            items: for each id whether its item is left out.
        """
        needs, rows, more = self.needs, self.rows, self.more
        kept = ~items[needs.dependents]
        place = np.cumsum(kept, dtype=np.int32) - 1
        kept_rest = ~items[self.rest_items]
        return Part(
            self.ids,
            self.words,
            {name: np.where(items, 0, column) for name, column in self.facts.items()},
            NeedRows(*(column[kept] for column in needs)),
            self.tipping,
            self.rest_items[kept_rest],
            self.rest.taken(kept_rest),
            {name: numbers[~items[numbers]] for name, numbers in self.having.items()},
            self.sources,
            self.paths,
            OriginRows(*_only(rows, ~items[rows.items])),
            MoreRows(
                place[more.places[kept[more.places]]],
                *_only((more.files, more.lines), kept[more.places]),
            ),
        )


def _only(columns: Sequence[Numbers], which: Flags) -> Iterator[Numbers]:
    for column in columns:
        yield column[which]


def part_of(columns: ItemColumns) -> Part:
    """Return columns as a part, without copying the larger ones."""
    graph, needs, origins = columns.graph, columns.needs, columns.origins
    rest = Texts.of(columns.rest)
    rest_items = np.flatnonzero(rest.lengths).astype(np.int32)
    return Part(
        ids=Texts.of(graph.ids),
        words=Texts.of(graph.words),
        facts={name: ints(graph.facts[name]) for name in FACTS},
        needs=NeedRows(
            _spread(needs.first),
            ints(needs.dependencies),
            ints(needs.codes),
            ints(origins.need_files),
            ints(origins.need_lines),
        ),
        tipping=ints(graph.tipping),
        rest_items=rest_items,
        rest=rest.taken(rest_items),
        having={name: ints(numbers) for name, numbers in columns.having.items()},
        sources=Texts.of(origins.sources),
        paths=Texts.of(origins.paths),
        rows=OriginRows(
            _spread(origins.first),
            ints(origins.files),
            ints(origins.lines),
            ints(origins.attributes),
        ),
        more=MoreRows(ints(origins.more), ints(origins.more_files), ints(origins.more_lines)),
    )


def _spread(first: Ints) -> Numbers:
    """Return for each place of sparse rows the number of its row."""
    many = np.diff(ints(first))
    return np.repeat(np.arange(len(many), dtype=np.int32), many)


def combined(parts: Sequence[Part]) -> ItemColumns:
    """Return the columns of all items.

    Args:
        parts: with items of their own each.

    Raises:
        AlikeError: when texts cannot be told apart.
    """
    ids, of_ids = _numbered([part.ids for part in parts], list(map(_ids_in_use, parts)))
    words, of_words = _numbered([part.words for part in parts], list(map(_words_in_use, parts)))
    files, of_files = _numbered_files(parts)
    needs, more, tipping = _needs(parts, of_ids, of_files)
    first = _first(needs.dependents, len(ids))
    rows = OriginRows(*_together(parts, "rows", (of_ids, of_files, None, None)))
    rows = OriginRows(*_sorted_by(rows.items, rows))
    dependents_first, dependents, codes = _by_dependency(needs, len(ids))
    return ItemColumns(
        graph=Graph(
            ids=ids.words(),
            words=words.words(),
            facts=_facts(parts, len(ids), of_ids, of_words),
            first=as_ints(dependents_first),
            dependents=as_ints(dependents),
            codes=as_ints(codes),
            tipping=as_ints(tipping),
        ),
        needs=Needs(as_ints(first), as_ints(needs.dependencies), as_ints(needs.codes)),
        rest=_rest(parts, len(ids), of_ids).words(),
        having=_having(parts, of_ids),
        origins=Origins(
            files[0].words(),
            files[1].words(),
            as_ints(_first(rows.items, len(ids))),
            as_ints(rows.files),
            as_ints(rows.lines),
            as_ints(rows.attributes),
            as_ints(needs.files),
            as_ints(needs.lines),
            *map(as_ints, more),
        ),
    )


# -- numbers of texts ------------------------------------------------------------------------------


def _ids_in_use(part: Part) -> Flags:
    found = part.facts["status"] > 0
    found[part.needs.dependents] = True
    found[part.needs.dependencies] = True
    return found


def _words_in_use(part: Part) -> Flags:
    found = np.zeros(len(part.words), dtype=np.bool_)
    found[0] = True
    for column in part.facts.values():
        found[column] = True
    return found


def _numbered(texts: Sequence[Texts], in_use: Sequence[Flags]) -> tuple[Texts, tuple[Numbers, ...]]:
    """Return the different texts that are in use, sorted, and the new number of each old one."""
    used = [some.taken(flags) for some, flags in zip(texts, in_use, strict=True)]
    together = joined(used)
    if len(used) == 1:
        numbers = np.arange(len(together), dtype=np.int32)
    else:
        firsts, numbers = distinct(together)
        together = together.taken(firsts)
    order = sorting(together)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order), dtype=np.int32)
    found, at = [], 0
    for flags in in_use:
        new = np.full(len(flags), -1, dtype=np.int32)
        many = int(np.count_nonzero(flags))
        new[flags] = rank[numbers[at : at + many]]
        found.append(new)
        at += many
    return together.taken(order), tuple(found)


def _numbered_files(parts: Sequence[Part]) -> tuple[tuple[Texts, Texts], tuple[Numbers, ...]]:
    """Return sources and paths of the files that are in use, and the new number of each old one."""
    used, keys = list(map(_files_in_use, parts)), []
    sources, of_sources = _numbered_alike([part.sources for part in parts], used)
    paths, of_paths = _numbered_alike([part.paths for part in parts], used)
    for source, path, flags in zip(of_sources, of_paths, used, strict=True):
        keys.append(path[flags].astype(np.int64) * max(len(sources), 1) + source[flags])
    different, numbers = np.unique(np.concatenate(keys), return_inverse=True)
    found, at = [], 0
    for flags in used:
        new = np.full(len(flags), -1, dtype=np.int32)
        many = int(np.count_nonzero(flags))
        new[flags] = numbers[at : at + many]
        found.append(new)
        at += many
    of_path, of_source = np.divmod(different, max(len(sources), 1))
    return (sources.taken(of_source), paths.taken(of_path)), tuple(found)


def _numbered_alike(
    texts: Sequence[Texts], in_use: Sequence[Flags]
) -> tuple[Texts, tuple[Numbers, ...]]:
    """Return what `_numbered` does, of texts that may be equal within one part."""
    different, numbers, flags = [], [], []
    for some, used in zip(texts, in_use, strict=True):
        firsts, number = distinct(some)
        needed = np.zeros(len(firsts), dtype=np.bool_)
        needed[number[used]] = True
        different.append(some.taken(firsts))
        numbers.append(number)
        flags.append(needed)
    together, new = _numbered(different, flags)
    return together, tuple(one[number] for one, number in zip(new, numbers, strict=True))


def _files_in_use(part: Part) -> Flags:
    found = np.zeros(len(part.paths), dtype=np.bool_)
    for files in (part.rows.files, part.needs.files, part.more.files):
        found[files] = True
    return found


# -- columns ---------------------------------------------------------------------------------------


def _together(
    parts: Sequence[Part], kind: str, maps: Sequence[tuple[Numbers, ...] | None]
) -> Iterator[Numbers]:
    """Yield the columns of one kind of rows of all parts, with new numbers where there is a map."""
    for column, numbers in enumerate(maps):
        found = []
        for at, part in enumerate(parts):
            old = getattr(part, kind)[column]
            found.append(old if numbers is None else numbers[at][old])
        yield np.concatenate(found)


def _order_by(numbers: Numbers) -> Any:
    """Return the order by some numbers; equal ones stay in their order."""
    if not (numbers[1:] < numbers[:-1]).any():
        return slice(None)
    keys = numbers.astype(np.int64) << 32
    keys |= np.arange(len(numbers), dtype=np.int64)
    keys.sort()
    keys &= 0xFFFFFFFF
    return keys


def _sorted_by(numbers: Numbers, columns: Sequence[Numbers]) -> Iterator[Numbers]:
    order = _order_by(numbers)
    for column in columns:
        yield column[order]


def _first(numbers: Numbers, size: int) -> Numbers:
    """Return where the stretch of each number begins among sorted ones, and the end of the last."""
    found = np.zeros(size + 1, dtype=np.int32)
    np.cumsum(np.bincount(numbers, minlength=size), out=found[1:])
    return found


def _needs(
    parts: Sequence[Part], of_ids: tuple[Numbers, ...], of_files: tuple[Numbers, ...]
) -> tuple[NeedRows, MoreRows, Numbers]:
    """Return all dependencies by dependent, the further rows that say them, and the groups."""
    codes, tipping, groups = [], [], 0
    places, rows = [], 0
    for part in parts:
        codes.append(part.needs.codes + groups * (part.needs.codes >= FIRST_GROUP))
        tipping.append(part.tipping)
        groups += len(part.tipping)
        places.append(part.more.places + rows)
        rows += len(part.needs.codes)
    maps = (of_ids, of_ids, None, of_files, None)
    dependents, dependencies, _, files, lines = _together(parts, "needs", maps)
    needs = NeedRows(dependents, dependencies, np.concatenate(codes), files, lines)
    order = _order_by(needs.dependents)
    needs = NeedRows(*(column[order] for column in needs))
    new_codes, tipping_in_order = _groups(needs.codes, np.concatenate(tipping))
    _, more_files, more_lines = _together(parts, "more", (None, of_files, None))
    new_places = np.arange(rows, dtype=np.int32)
    new_places[order] = np.arange(rows, dtype=np.int32)
    of_more = new_places[np.concatenate(places)]
    more = MoreRows(*_sorted_by(of_more, (of_more, more_files, more_lines)))
    return needs._replace(codes=new_codes), more, tipping_in_order


def _groups(codes: Numbers, tipping: Numbers) -> tuple[Numbers, Numbers]:
    """Return the codes with groups numbered as they come, and what the groups tip at."""
    grouped = np.flatnonzero(codes >= FIRST_GROUP)
    old = codes[grouped] - FIRST_GROUP
    begins = np.ones(len(old), dtype=np.bool_)
    begins[1:] = old[1:] != old[:-1]
    found = codes.copy()
    found[grouped] = np.cumsum(begins) - 1 + FIRST_GROUP
    return found, tipping[old[begins]]


def _by_dependency(needs: NeedRows, size: int) -> tuple[Numbers, Numbers, Numbers]:
    """Return compressed sparse rows by dependency; a member of a group counts once."""
    dependents, dependencies, codes = needs[:3]
    grouped = np.flatnonzero(codes >= FIRST_GROUP)
    if len(grouped):
        keys = (codes[grouped].astype(np.int64) << 32) | dependencies[grouped]
        _, firsts = np.unique(keys, return_index=True)
        kept = codes < FIRST_GROUP
        kept[grouped[firsts]] = True
        dependents, dependencies, codes = dependents[kept], dependencies[kept], codes[kept]
    order = _order_by(dependencies)
    return _first(dependencies, size), dependents[order], codes[order]


def _facts(
    parts: Sequence[Part], size: int, of_ids: tuple[Numbers, ...], of_words: tuple[Numbers, ...]
) -> dict[str, Ints]:
    found: dict[str, Ints] = {}
    for name in FACTS:
        column = np.zeros(size, dtype=np.int32)
        for part, ids, words in zip(parts, of_ids, of_words, strict=True):
            items = np.flatnonzero(part.facts["status"])
            column[ids[items]] = words[part.facts[name][items]]
        found[name] = as_ints(column)
    return found


def _rest(parts: Sequence[Part], size: int, of_ids: tuple[Numbers, ...]) -> Texts:
    together = joined([part.rest for part in parts])
    items = np.concatenate([ids[part.rest_items] for part, ids in zip(parts, of_ids, strict=True)])
    starts, lengths = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.int32)
    starts[items], lengths[items] = together.starts, together.lengths
    return Texts(together.data, starts, lengths)


def _having(parts: Sequence[Part], of_ids: tuple[Numbers, ...]) -> dict[str, Ints]:
    found: dict[str, list[Numbers]] = {}
    for part, ids in zip(parts, of_ids, strict=True):
        for name, numbers in part.having.items():
            found.setdefault(name, []).append(ids[numbers])
    columns: dict[str, Ints] = {}
    for name in sorted(found):
        numbers = np.concatenate(found[name])
        numbers.sort()
        if len(numbers):
            columns[name] = as_ints(numbers)
    return columns
