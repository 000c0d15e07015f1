"""Words that fill a field without saying anything. The lexicon stands here, in one place, for everybody to see.

A marker is refused where it is all there is, or leads: `TODO`, `TODO: write this`, `tbd - ask Bob`. Hollow words are refused only
where they are all there is: `Revert` says nothing, `Revert the DNS record to 10.0.0.4` says it all.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MARKERS: Final = frozenset({
    "todo", "tbd", "tba", "tbc", "fixme", "xxx", "changeme", "placeholder", "lorem", "to be done", "to be defined",
    "to be determined", "to be decided", "to be confirmed", "to be announced", "fill in", "fill this in", "fill me in",
    "wip", "待定", "待补充",
})  # fmt: skip
HOLLOW: Final = frozenset({
    "n a", "na", "none", "nothing", "nil", "no", "not applicable", "not needed", "not required", "no rollback", "unknown",
    "same as above", "see above", "as above", "as discussed", "as usual", "the usual", "ask me", "asdf", "foo", "bar",
    "revert", "revert it", "revert this", "revert change", "revert the change", "revert changes", "revert the changes",
    "revert commit", "revert the commit", "rollback", "roll back", "roll it back", "rollback the change",
    "roll back the change", "rollback change", "do a rollback", "perform rollback", "perform a rollback", "undo",
    "undo it", "undo this", "undo change", "undo the change", "undo changes", "undo the changes", "undo everything",
    "undo all", "back out", "backout", "back out the change", "backout the change", "restore", "restore it", "go back",
    "fix it", "fix forward", "do it", "make the change", "implement", "implement the change", "apply the change",
    "just do it", "when needed", "if needed", "if necessary", "无", "回滚", "同上", "暂无", "还原", "撤销",
})  # fmt: skip

_LEAD: Final = re.compile(r"\W*(\w+)(\W*)")
_AFTER_A_NOTE: Final = frozenset(":.-\u2013\u2014!?\u2026)")  # with both dashes and the ellipsis
_MOST_SPACES: Final = 4  # a text of more words is a placeholder only if it begins like one
_SIGNS: Final = re.compile(r"[\W_]+")
_TEMPLATE: Final = re.compile(r"<[^<>]{1,60}>|\{\{[^{}]{0,60}\}\}|\[[^\[\]]{1,60}\]")


def is_marker(text: str) -> bool:
    """Whether a text is, or begins with, a note that something is still to be written."""
    lead = _LEAD.match(text)
    word = lead[1].casefold() if lead is not None else ""
    if text.count(" ") > _MOST_SPACES and word not in MARKERS:
        return False
    plain = _plain(text)
    if plain in MARKERS or plain.startswith("lorem ipsum") or _TEMPLATE.fullmatch(text.strip()) is not None:
        return True
    if not plain:  # signs only, such as `-` or `???`; a picture may be meant
        return text.isascii()
    if lead is None or word not in MARKERS:
        return False
    # `TODO write this` and `todo: write this` are notes; `Todo list: restart the service` is a name.
    return lead[1].isupper() or lead[2].strip()[:1] in _AFTER_A_NOTE


def is_hollow(text: str) -> bool:
    """Whether a text is a marker, or says nothing about how."""
    return _plain(text) in HOLLOW or is_marker(text)


def _plain(text: str) -> str:
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _SIGNS.sub(" ", folded.casefold()).strip()
