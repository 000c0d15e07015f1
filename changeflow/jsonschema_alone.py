"""The library that checks documents, without what tells when it was built.

While it is loaded it reads that date, which is asked for by none, with a module for electronic mail:
importing this with what it needs takes twice as long as loading the library itself.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any, Final

__all__ = ["jsonschema_rs"]

_DATES: Final = "email.utils"


def _from_the_real_one(name: str) -> Any:
    """Return anything else that a version of the library may want of the module."""
    if sys.modules.get(_DATES) is _stand_in:
        del sys.modules[_DATES]
    return getattr(import_module(_DATES), name)


_stand_in = ModuleType(_DATES)
# the date stays the text that it is
vars(_stand_in).update(parsedate_to_datetime=str, __getattr__=_from_the_real_one)
sys.modules.setdefault(_DATES, _stand_in)
try:
    import jsonschema_rs
finally:
    # who asks for the module later, gets all of it
    if sys.modules.get(_DATES) is _stand_in:
        del sys.modules[_DATES]
