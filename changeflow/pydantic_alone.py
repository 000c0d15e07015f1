"""pydantic without plug-ins: no other installed package has a say in how records are checked.

To find plug-ins, it reads what is told of every installed package, and imports half of what it
imports itself to be able to do so.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Final

__all__ = ["BaseModel"]

# what pydantic imports when the first record is built; where it has another name, plug-ins are found
_LOADER: Final = "pydantic.plugin._loader"


def _no_plugins() -> tuple[()]:
    return ()


_loader = ModuleType(_LOADER)
vars(_loader)["get_plugins"] = _no_plugins
sys.modules.setdefault(_LOADER, _loader)

from pydantic import BaseModel  # noqa: E402 - after what it would import
