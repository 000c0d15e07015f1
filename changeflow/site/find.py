"""Search and filters: what is looked through, in files of one size, and the form for it.

A row says what a page is about in words as they were written, and in codes where a page has words of
its own language for them: all languages share the files. A row lies in the file that the digest of
its page names, so that one more change alters one file alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from changeflow.gate.change_states import LifecycleState
from changeflow.render.impact_page import embedded
from changeflow.site.frame import SCRIPT, Frame

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

# bytes that a file of rows has on average, at most
_CHUNK: Final = 200_000
_MOST: Final = 4_096
_FILE: Final = "search/{:03d}.js"
_COMMA: Final = ",\n"
_BEGIN: Final = "(globalThis.changeflowRows ??= []).push("
_TYPES: Final = ("standard", "normal", "emergency")
_LEVELS: Final = ("low", "medium", "high", "critical")
_OF_ITEMS: Final = ("live", "planned", "retired", "tier1", "tier2", "tier3", "tier4")
_STATES: Final = tuple(one.value for one in LifecycleState)
_SORTS: Final = ("newest", "oldest", "risk", "name")
_SAID: Final = ("found", "found_one", "none", "more", "any", "item", "change")


class Row(NamedTuple):
    """What is looked through.

    Attributes:
        kind: change or item.
        page: its path in the folder of a language.
        id: of the change or the item.
        title: as it is written.
        words: of people and items, and whatever else it is found by.
        state: of a change; the status of an item.
        type: of a change; that of an item as it is written.
        level: of risk, or the tier.
        score: of risk.
        at: the time by which it is sorted, in the zone of the repository; empty for an item.
    """

    kind: str
    page: str
    id: str
    title: str
    words: str
    state: str
    type: str
    level: str
    score: int
    at: str


def chunked(rows: Iterable[Row]) -> list[str]:
    """Return the files of rows: their count is a power of two, and grows with the rows."""
    told = {}
    for row in rows:
        told[row.page] = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    size, count = sum(len(text.encode()) for text in told.values()), 1
    while count * _CHUNK < size and count < _MOST:
        count *= 2
    chunks: list[list[str]] = [[] for _ in range(count)]
    for page in sorted(told):
        chunks[_number(page) % count].append(told[page])
    return [f"{_BEGIN}\n{_COMMA.join(chunk)}\n);\n" for chunk in chunks]


def _number(page: str) -> int:
    return int.from_bytes(blake2b(page.encode("utf-8", "surrogatepass"), digest_size=4).digest())


def chunk_path(number: int) -> str:
    """Return the path of a file of rows."""
    return _FILE.format(number)


def find_scripts(chunks: int) -> tuple[str, ...]:
    """Return the scripts of a page with the form, in their order."""
    return (*map(chunk_path, range(chunks)), SCRIPT)


def find_form(frame: Frame, kinds: Sequence[str] = ("change", "item")) -> Markup:
    """Return the form, which the script shows, and where it writes what it found.

    Args:
        frame: of the page.
        kinds: that are looked for.
    """
    from changeflow.render.markup import Markup

    def word(name: str) -> str:
        return frame.to.shows("word", name)

    choices: Mapping[str, Iterable[tuple[str, str]]] = {
        "state": ((one, word(one)) for one in _STATES),
        "type": ((one, word(one)) for one in _TYPES),
        "level": ((one, word(one)) for one in _LEVELS),
        "sort": ((one, frame.says("site.sort", case=one)) for one in _SORTS),
    }
    fields = Markup("")
    for name, found in choices.items():
        options = Markup("")
        if name != "sort":
            options += Markup('<option value="">{}</option>').format(
                frame.says("site.found", case="any")
            )
        for value, text in found:
            options += Markup('<option value="{}">{}</option>').format(value, text)
        fields += Markup('<label>{} <select name="{}">{}</select></label>\n').format(
            frame.says("site.field", case=name), name, options
        )
    data: dict[str, Any] = {
        "kinds": list(kinds),
        "folder": frame.folder,
        "say": {name: frame.says("site.found", case=name, count="{n}") for name in _SAID},
        "words": {name: word(name) for name in (*_STATES, *_TYPES, *_LEVELS, *_OF_ITEMS)},
    }
    return Markup(
        '<form class="find" id="find" role="search" hidden>\n'
        '<label class="wide">{} <input type="search" name="q" autocomplete="off" spellcheck="false"></label>\n'
        '{}<p id="find-count" role="status" class="quiet"></p>\n</form>\n'
        '<noscript><p class="quiet">{}</p></noscript>\n'
        '<ol class="found" id="found" hidden></ol>\n'
        '<p><button type="button" id="find-more" hidden>{}</button></p>\n'
        '<script type="application/json" id="find-data">{}</script>\n'
    ).format(
        frame.says("site.field", case="q"),
        fields,
        frame.says("site.noscript"),
        frame.says("site.found", case="more"),
        embedded(data),
    )
