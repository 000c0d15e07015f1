"""Everything that one source says, made ready for merging: known words, unique ids, no loops.

What cannot be used is a finding that points at the row.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from changeflow.cmdb_sources.identifiers import label_key
from changeflow.cmdb_sources.known_words import known_word
from changeflow.cmdb_sources.rows import (
    EdgeRow,
    ItemRow,
    Place,
    Row,
    SourceFile,
    SourceRows,
    found_at,
)
from changeflow.cmdb_sources.table import FORMATS, SourceSpec, read_with
from changeflow.model.characters import hidden_in
from changeflow.model.findings import Finding, Level
from changeflow.model.phrases import told

# characters, as `model.document_parts` allows them; a test keeps them together
TEXT: Final = 200
PROSE: Final = 10_000
MOST_LABELS: Final = 50
# characters of a value in a hint
_QUOTED: Final = 40
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
# findings of one rule in one file; the others are counted
MOST: Final = 100
# rules about a whole file, whose items are then unknown
_LOST_FILES: Final = frozenset({
    "source-archive", "source-size", "source-encoding", "source-format",
})  # fmt: skip
_KNOWN: Final = ("status", "criticality")
_IDS: Final = ("owner", "environment")


def collect(
    source: str, spec: SourceSpec, files: Iterable[SourceFile]
) -> tuple[SourceRows, tuple[Finding, ...]]:
    """Read the files of a source.

    Args:
        source: its id.
        spec: what the source says about itself.
        files: in the order of their paths.
    """
    partial = FORMATS[spec.format].partial
    gathered = _Gathered(partial=partial, mapped=spec.format == "csv")
    for row in read_with(spec, list(files)):
        gathered.add(row)
    if any(one.rule in _LOST_FILES and one.level == "error" for one in gathered.findings):
        # what is missing of a file that cannot be read is one problem, not one for each dependency
        gathered.drop_loose_edges()
    items = tuple(sorted(gathered.items.values(), key=lambda item: item.id))
    rows = SourceRows(
        source,
        spec.precedence,
        spec.defaults,
        items,
        tuple(gathered.edges),
        partial,
    )
    return rows, tuple(gathered.findings)


class _Gathered:
    """The rows of a source while they are read. The first of several with one id counts.

    Args:
        partial: whether they come from a larger system, which may say a thing twice.
        mapped: whether the source can say what words mean.
    """

    def __init__(self, *, partial: bool, mapped: bool) -> None:
        self._mapped = mapped
        self._repeated: Level = "warning" if partial else "error"
        self.items: dict[str, ItemRow] = {}
        self.edges: list[EdgeRow] = []
        self.findings = FewOfEach()

    def add(self, row: Row) -> None:
        if isinstance(row, Finding):
            self.findings.add(row)
        elif isinstance(row, EdgeRow):
            self._add_edge(row)
        else:
            self._add_item(row)

    def _add_edge(self, row: EdgeRow) -> None:
        if row.dependent == row.dependency:
            self.findings.add(self_dependency(row.dependent, row.place))
        else:
            self.edges.append(row)

    def drop_loose_edges(self) -> None:
        """Leave out dependencies with an end that no row of this source describes."""
        kept = []
        for edge in self.edges:
            if edge.dependent in self.items and edge.dependency in self.items:
                kept.append(edge)
        self.edges = kept

    def _add_item(self, row: ItemRow) -> None:
        known = self.items.get(row.id)
        if known is not None:
            self.findings.add(repeated_id(row.id, row.place, known.place, self._repeated))
            return
        self.items[row.id] = self._cleaned(row)

    def _cleaned(self, row: ItemRow) -> ItemRow:
        """Return a row with values that an item may have; the others are unknown."""
        labels = dict(clean_labels(row.labels)) if row.labels else None
        changed: dict[str, Any] = {}
        for attribute, clean in _CLEAN.items():
            value = getattr(row, attribute)
            if value is None:
                continue
            text = value.strip()
            found = clean(attribute, text) if text else None
            problem = value_problem(row.id, row.place, attribute, text, found, mapped=self._mapped)
            if problem is not None:
                self.findings.add(problem)
            if found != value:
                changed[attribute] = found
        if not changed and labels is None:
            return row
        return row._replace(labels=labels, **changed)


def clean_labels(labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the labels that an item may have."""
    for name, value in list(labels.items())[:MOST_LABELS]:
        key, text = label_key(name), value.strip()
        if key and text:
            yield key, _cut(_one_line(text), TEXT)


def value_problem(
    ci: str,
    place: Place,
    attribute: str,
    text: str,
    found: str | None,
    *,
    mapped: bool = True,
) -> Finding | None:
    """Return the finding about a value that is not understood, or was cut.

    Args:
        ci: the item.
        place: of the row.
        attribute: of the item.
        text: what the row says.
        found: what is left of it.
        mapped: whether the source can say what words mean.
    """
    if found is None and text:
        what_now = told("hint.say_value", case="elsewhere")
        if mapped:
            what_now["case"] = "mapped"
            quoted = json.dumps(text[:_QUOTED], ensure_ascii=False)
            what_now["line"] = f"{attribute}: {{column: ..., values: {{{quoted}: ...}}}}"
        data = {"id": ci, "attribute": attribute, "value": text[:TEXT], "what_now": [what_now]}
        case = "words" if attribute in _KNOWN else "id"
        return found_at("source-value", place, "warning", case=case, **data)
    if found is not None and is_cut(text, found):
        return found_at(
            "source-shortened", place, "warning", id=ci, attribute=attribute, characters=len(text)
        )
    return None


def is_cut(text: str, found: str) -> bool:
    """Return whether a value was too long."""
    return len(found) < len(text) and found.endswith("…")


def self_dependency(ci: str, place: Place) -> Finding:
    """Return the finding about a row that says that an item needs itself."""
    return found_at("source-self-dependency", place, "warning", ci=ci)


def repeated_id(ci: str, place: Place, first: Place, level: Level) -> Finding:
    """Return the finding about a row whose id another row has."""
    return found_at("source-duplicate-id", place, level, id=ci, path=first.path, line=first.line)


def as_read(attribute: str, text: str) -> str | None:
    """Return what an item has of a value in a file; None for one that is not understood."""
    return _CLEAN[attribute](attribute, text.strip())


def _known(attribute: str, text: str) -> str | None:
    return known_word(attribute, text)


def _identifier(_: str, text: str) -> str | None:
    return text if _ID.fullmatch(text) else None


def _short_text(_: str, text: str) -> str:
    return _cut(_one_line(text), TEXT)


def _prose(_: str, text: str) -> str:
    return _cut(_visible(text), PROSE)


_CLEAN: Final = {
    "name": _short_text,
    "type": _short_text,
    "status": _known,
    "criticality": _known,
    "owner": _identifier,
    "environment": _identifier,
    "description": _prose,
}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _one_line(text: str) -> str:
    if text.isascii() and text.isprintable() and "  " not in text:
        return text
    return " ".join(_visible(text).split())


def _visible(text: str) -> str:
    r"""Return a text without characters that a document may not have; they become U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    hidden = {at for at, _ in hidden_in(plain)}
    if not hidden:
        return plain
    shown = ["\ufffd" if at in hidden else char for at, char in enumerate(plain)]
    return "".join(shown)


def few_of_each(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the first findings of each rule in each file, and how many more there are."""
    few = FewOfEach()
    for finding in findings:
        few.add(finding)
    yield from few


class FewOfEach:
    """The first findings of each rule in each file, and how many more there are.

    No others are kept: a file may have millions of bad rows.
    """

    def __init__(self) -> None:
        self._first: list[Finding] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        self._last: dict[tuple[str, str], Finding] = {}

    def add(self, finding: Finding) -> None:
        """Add a finding."""
        same = (finding.rule, finding.path)
        self._counts[same] += 1
        if self._counts[same] <= MOST:
            self._first.append(finding)
        self._last[same] = finding

    def __iter__(self) -> Iterator[Finding]:
        yield from self._first
        for same, count in self._counts.items():
            more = count - MOST
            if more > 0:
                one = self._last[same]
                place = Place(one.path, one.line)
                yield found_at("source-more", place, one.level, of=one.rule, count=more)
