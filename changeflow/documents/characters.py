"""Characters no document may hold: they hide something, or drive what shows them."""

from __future__ import annotations

import re
from typing import Final

# Controls but tab and line feed; soft hyphen, Arabic letter mark, zero-width, bidirectional overrides and isolates, line and
# paragraph separators, byte order marks, tag characters, lone surrogates and non-characters. A carriage return must end a line.
HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f\ud800-\udfff]|\r(?!\n)"
)
