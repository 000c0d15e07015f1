"""What goes wrong with the tables of the past."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "tables.library": (
        "this needs the library `{library}`",
        "pip install 'changeflow[{extra}]'",
    ),
    "tables.no_folder": (
        "there is no history in `{folder}`",
        "`changeflow history import` fills a folder",
    ),
    "tables.unopened": "the folder `{folder}` cannot be read: {why:system}",
    "tables.unwritten": (
        "the folder `{folder}` cannot be written: {why:system}",
        "nothing was changed; name another with `--into`",
    ),
    "tables.unreadable": (
        "`{file}` is no table of the past: {why}",
        "import the exports again into another folder",
    ),
    "tables.column": (
        "`{file}`: the column `{column}` is `{found}`, and should be `{type}`",
        "import the exports again into another folder",
    ),
}
