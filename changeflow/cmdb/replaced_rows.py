"""The CMDB after a few of its items were edited: its columns with other rows for these, in plain Python.

Rows are replaced one by one, and what lies between them is copied as it is, so that an edit costs
next to nothing beside the columns. It serves items that keep their ids and name none that the CMDB
does not know yet: numbers stay what they are. Columns where this does not hold are put together
again (`wide_columns`), and say the same.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import repeat
from typing import Final, NamedTuple

from changeflow.cmdb.graph import FACTS, FIRST_GROUP, HARD, Graph, Needs
from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.native_columns import NativeItems
from changeflow.cmdb.origins import NATIVE
from changeflow.cmdb.words import Ints, Words

# bytes of a number in a column
_WIDTH: Final = 4


class ItemRow(NamedTuple):
    """What an item of native YAML says.

    Attributes:
        ci: its id.
        path: the file that describes it.
        facts: in the order of `FACTS`; empty: not known.
        states: which attributes it states, as in `Origins`.
        needs: ids and codes, as in `Needs`; the first of its groups has the code `FIRST_GROUP`.
        tipping: of its groups, as in `Graph`.
        rest: as in `ItemColumns`.
        having: the fields of `spec` that it has and few have.
    """

    ci: str
    path: str
    facts: tuple[str, ...]
    states: int
    needs: tuple[tuple[str, int], ...]
    tipping: tuple[int, ...]
    rest: str
    having: frozenset[str]


def rows_of_natives(found: NativeItems) -> Iterator[ItemRow]:
    """Yield what items say that were collected from plain data."""
    named: dict[int, list[str]] = {}
    codes: dict[int, list[int]] = {}
    for dependent, need, code in zip(
        found.dependents, found.dependencies, found.codes, strict=True
    ):
        named.setdefault(dependent, []).append(found.ids[need])
        codes.setdefault(dependent, []).append(code)
    rest = dict(zip(found.rest_items, found.rest, strict=True))
    for at, number in enumerate(found.items):
        facts = found.facts[at * len(FACTS) : (at + 1) * len(FACTS)]
        own, tipping = _own_groups(codes.get(number, ()), found.tipping)
        yield ItemRow(
            found.ids[number],
            found.paths[found.files[at]],
            tuple(map(found.words.__getitem__, facts)),
            found.bits[at],
            tuple(zip(named.get(number, ()), own, strict=True)),
            tipping,
            rest.get(number, ""),
            frozenset(),
        )


def rows_of(columns: ItemColumns, numbers: Iterable[int]) -> Iterator[ItemRow]:
    """Yield what items say, each of which one file of native YAML describes."""
    graph, origins = columns.graph, columns.origins
    for number in numbers:
        row = origins.first[number]
        stretch = slice(columns.needs.first[number], columns.needs.first[number + 1])
        own, tipping = _own_groups(columns.needs.codes[stretch], graph.tipping)
        named = map(graph.ids.__getitem__, columns.needs.dependencies[stretch])
        yield ItemRow(
            graph.ids[number],
            origins.paths[origins.files[row]],
            tuple(graph.words[graph.facts[name][number]] for name in FACTS),
            origins.attributes[row],
            tuple(zip(named, own, strict=True)),
            tipping,
            columns.rest[number],
            frozenset(name for name, having in columns.having.items() if _holds(having, number)),
        )


def with_rows(
    columns: ItemColumns, rows: Iterable[ItemRow], paths: Collection[str]
) -> ItemColumns | None:
    """Return the CMDB after some files were edited; None where numbers have to change.

    Args:
        columns: the CMDB before, of native YAML alone.
        rows: all items of these files.
        paths: the files.
    """
    ids = columns.graph.ids
    new: dict[int, ItemRow] = {}
    for row in rows:
        number = ids.number_of(row.ci)
        if number is None or number in new:
            return None
        new[number] = row
    old = _described_by(columns, paths)
    if old is None or old.keys() != new.keys():
        return None
    changed: dict[int, ItemRow] = {}
    needs: dict[int, ItemRow] = {}
    for number, row in sorted(new.items()):
        before = old[number]
        if row.path != before.path:
            return None
        if row != before:
            changed[number] = row
        if (row.needs, row.tipping) != (before.needs, before.tipping):
            if row.tipping or before.tipping:
                # Groups are counted through all items.
                return None
            needs[number] = row
    found = _with_facts(columns, changed, old)
    return _with_needs(found, needs, old) if needs else found


# -- what was there --------------------------------------------------------------------------------


def _own_groups(codes: Iterable[int], tipping: Ints) -> tuple[list[int], tuple[int, ...]]:
    """Return the codes of one item with its groups counted from its first, and what they tip at."""
    own = list(codes)
    last = max(own, default=HARD)
    if last < FIRST_GROUP:
        return own, ()
    first = last
    for code in own:
        if code >= FIRST_GROUP:
            first = min(first, code)
    for at, code in enumerate(own):
        if code >= FIRST_GROUP:
            own[at] = code - first + FIRST_GROUP
    return own, tuple(tipping[first - FIRST_GROUP : last - FIRST_GROUP + 1])


def _described_by(columns: ItemColumns, paths: Collection[str]) -> dict[int, ItemRow] | None:
    """Return the items of some files, by their numbers; None for a file that is not known."""
    origins = columns.origins
    if len(origins.more):
        return None
    found: dict[int, ItemRow] = {}
    for path in paths:
        file = origins.paths.number_of(path)
        if file is None or origins.sources[file] != NATIVE:
            return None
        numbers: list[int] = []
        for row in _places(origins.files, file):
            numbers.append(bisect_right(origins.first, row) - 1)
            if origins.first[numbers[-1] + 1] - origins.first[numbers[-1]] > 1:
                # Another file describes it, too.
                return None
        found.update(zip(numbers, rows_of(columns, numbers), strict=True))
    return found


def _places(column: Ints, wanted: int) -> Iterator[int]:
    """Yield the places of a number in a column."""
    data = bytes(memoryview(_buffer(column)).cast("B"))
    number = bytes(memoryview(array("i", [wanted])).cast("B"))
    at = data.find(number)
    while at >= 0:
        if at % _WIDTH == 0:
            yield at // _WIDTH
        at = data.find(number, at + 1)


def _holds(numbers: Ints, number: int) -> bool:
    at = bisect_left(numbers, number)
    return at < len(numbers) and numbers[at] == number


# -- what items say of themselves ------------------------------------------------------------------


def _with_facts(
    columns: ItemColumns, changed: Mapping[int, ItemRow], old: Mapping[int, ItemRow]
) -> ItemColumns:
    """Return the columns with what some items say of themselves."""
    graph, origins = columns.graph, columns.origins
    words = _Words(graph.words)
    facts: dict[str, dict[int, int]] = {name: {} for name in FACTS}
    states, rest = {}, {}
    for number, row in changed.items():
        for name, word in zip(FACTS, row.facts, strict=True):
            facts[name][number] = words.number_of(word)
        states[origins.first[number]] = row.states
        if row.rest != old[number].rest:
            rest[number] = row.rest
    told: dict[str, Ints] = {}
    for name in FACTS:
        told[name] = _with_values(graph.facts[name], facts[name])
    return replace(
        columns,
        graph=replace(graph, facts=told, words=words.table()),
        rest=_with_texts(columns.rest, rest) if rest else columns.rest,
        having=_with_having(columns.having, changed),
        origins=replace(origins, attributes=_with_values(origins.attributes, states)),
    )


class _Words:
    """The words of facts, with those that are new behind the sorted ones.

    Args:
        words: what facts say; number 0 is what is not known.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._new: dict[str, int] = {}

    def number_of(self, word: str) -> int:
        number = self._words.number_of(word)
        if number is not None:
            return number
        return self._new.setdefault(word, len(self._words) + len(self._new))

    def table(self) -> Words:
        if not self._new:
            return self._words
        new = Words.of(self._new)
        text = bytes(self._words.text) + bytes(new.text)
        start = self._words.ends[-1]
        ends = _spliced(self._words.ends, ())
        ends.extend(map(start.__add__, new.ends[1:]))
        return Words(text, ends)


def _with_values(column: Ints, values: Mapping[int, int]) -> Ints:
    """Return a column with other numbers at some places."""
    found: array[int] | None = None
    for at, value in values.items():
        if column[at] != value:
            found = _spliced(column, ()) if found is None else found
            found[at] = value
    return column if found is None else found


def _with_texts(texts: Words, new: Mapping[int, str]) -> Words:
    """Return a table with other texts at some numbers, which rise."""
    text, at, grown = bytearray(), 0, {}
    for number, told in new.items():
        begin, end = texts.ends[number], texts.ends[number + 1]
        data = told.encode("utf-8", "surrogatepass")
        text += texts.text[at:begin]
        text += data
        at, grown[number] = end, len(data) - (end - begin)
    text += texts.text[at:]
    return Words(bytes(text), _shifted(texts.ends, grown))


def _with_having(having: Mapping[str, Ints], changed: Mapping[int, ItemRow]) -> dict[str, Ints]:
    """Return which items have fields that few have, without those that have none."""
    other: dict[str, Ints] = {}
    for number, row in changed.items():
        for name in row.having.union(having):
            before = other.get(name, having.get(name, ()))
            if (name in row.having) != _holds(before, number):
                other[name] = array("i", sorted({number}.symmetric_difference(before)))
    found = dict(having) | other
    return {name: found[name] for name in sorted(found) if len(found[name])}


# -- what items need -------------------------------------------------------------------------------


def _with_needs(
    columns: ItemColumns, changed: Mapping[int, ItemRow], old: Mapping[int, ItemRow]
) -> ItemColumns | None:
    """Return the columns with what some items need now, of which none has or had a group.

    None where an id that is named now is not known, or one is named no more and is no item.
    """
    needs, origins = columns.needs, columns.origins
    numbers: dict[int, list[int]] = {}
    grown: dict[int, int] = {}
    dependencies, codes, files, lines = _Pieces(), _Pieces(), _Pieces(), _Pieces()
    for number, row in changed.items():
        numbers[number] = []
        grown[number] = len(row.needs) - len(old[number].needs)
        strengths: list[int] = []
        for ci, code in row.needs:
            need = columns.graph.ids.number_of(ci)
            if need is None:
                return None
            numbers[number].append(need)
            strengths.append(code)
        stretch, many = slice(needs.first[number], needs.first[number + 1]), len(row.needs)
        dependencies.append((stretch, numbers[number]))
        codes.append((stretch, strengths))
        files.append((stretch, [origins.files[origins.first[number]]] * many))
        lines.append((stretch, [0] * many))
    graph = _with_dependents(columns, changed, numbers)
    if graph is None:
        return None
    return replace(
        columns,
        graph=graph,
        needs=Needs(
            _shifted(needs.first, grown),
            _spliced(needs.dependencies, dependencies),
            _spliced(needs.codes, codes),
        ),
        origins=replace(
            origins,
            need_files=_spliced(origins.need_files, files),
            need_lines=_spliced(origins.need_lines, lines),
        ),
    )


def _with_dependents(
    columns: ItemColumns, changed: Mapping[int, ItemRow], numbers: Mapping[int, Sequence[int]]
) -> Graph | None:
    """Return the graph with what some items need now; None where an id would be in no use.

    The dependents of an item stand in the order of their numbers, so all that one of them needs it
    for stands together.
    """
    graph = columns.graph
    dependents, codes, grown = _Pieces(), _Pieces(), Counter[int]()
    for dependency, number in _touched(columns.needs, numbers):
        begin, end = graph.first[dependency], graph.first[dependency + 1]
        stretch = slice(
            bisect_left(graph.dependents, number, begin, end),
            bisect_right(graph.dependents, number, begin, end),
        )
        found: list[int] = []
        for need, (_, code) in zip(numbers[number], changed[number].needs, strict=True):
            if need == dependency:
                found.append(code)
        dependents.append((stretch, [number] * len(found)))
        codes.append((stretch, found))
        grown[dependency] += len(found) - (stretch.stop - stretch.start)
    for dependency, more in grown.items():
        is_item = graph.facts["status"][dependency]
        if not is_item and graph.first[dependency + 1] - graph.first[dependency] + more == 0:
            return None
    return replace(
        graph,
        first=_shifted(graph.first, grown),
        dependents=_spliced(graph.dependents, dependents),
        codes=_spliced(graph.codes, codes),
    )


def _touched(needs: Needs, numbers: Mapping[int, Sequence[int]]) -> list[tuple[int, int]]:
    """Return pairs of an item and a dependent that needs it now or needed it before, sorted."""
    found: set[tuple[int, int]] = set()
    for number, now in numbers.items():
        before = needs.dependencies[needs.first[number] : needs.first[number + 1]]
        found.update(zip((*now, *before), repeat(number)))
    return sorted(found)


# -- columns ---------------------------------------------------------------------------------------


# other numbers for stretches of a column, which rise
_Pieces = list[tuple[slice, list[int]]]


def _spliced(column: Ints, pieces: Iterable[tuple[slice, Sequence[int]]]) -> array[int]:
    """Return a copy of a column with other numbers for some stretches, which rise."""
    data, found, at = memoryview(_buffer(column)).cast("B"), array("i"), 0
    for stretch, numbers in pieces:
        found.frombytes(data[at * _WIDTH : stretch.start * _WIDTH])
        found.extend(numbers)
        at = stretch.stop
    found.frombytes(data[at * _WIDTH :])
    return found


def _shifted(first: Ints, grown: Mapping[int, int]) -> Ints:
    """Return where stretches begin after some of them have grown by so many places.

    Args:
        first: where each begins, and the end of the last.
        grown: by how much, by the number of the stretch.
    """
    pieces, shift, at = _Pieces(), 0, 0
    for number in sorted(grown):
        if shift:
            pieces.append((slice(at, number + 1), list(map(shift.__add__, first[at : number + 1]))))
        shift, at = shift + grown[number], number + 1
    if shift:
        pieces.append((slice(at, len(first)), list(map(shift.__add__, first[at:]))))
    return _spliced(first, pieces) if pieces else first


def _buffer(column: Ints) -> array[int] | memoryview:
    return column if isinstance(column, array | memoryview) else array("i", column)
