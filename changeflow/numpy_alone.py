"""numpy without what is not needed here: threads for matrices, and the types of its annotations.

The threads wait for work by looking for it, which takes as long as importing numpy does; no matrix
is multiplied here. The types take a third of the import: one module of numpy's names one of them.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any, Final

__all__ = ["np"]

_THREADS: Final = "OPENBLAS_NUM_THREADS"
_TYPES: Final = "numpy._typing"


def _stand_in(folders: list[str]) -> ModuleType:
    """Return a module for the types, which has the one that is asked for while numpy is imported.

    With a version of numpy that asks for others, it fetches the real one.

    Args:
        folders: where numpy lies.
    """
    module = ModuleType(_TYPES)
    # `NDArray[Any]` stands in annotations, which are only read by type checkers
    vars(module)["NDArray"] = list
    module.__path__ = [f"{folder}{os.sep}_typing" for folder in folders]

    def from_the_real_one(name: str) -> Any:
        if sys.modules.get(_TYPES) is module:
            del sys.modules[_TYPES]
        return getattr(import_module(_TYPES), name)

    vars(module)["__getattr__"] = from_the_real_one
    return module


_types = None
_found = PathFinder.find_spec("numpy") if "numpy" not in sys.modules else None
if _found is not None:
    _types = sys.modules.setdefault(_TYPES, _stand_in(_found.submodule_search_locations or []))
_is_told = _THREADS in os.environ
# It is read while the library is loaded, and is not for processes that are started later.
os.environ.setdefault(_THREADS, "1")
try:
    import numpy as np
finally:
    # who asks for the types later, gets all of them
    if _types is not None and sys.modules.get(_TYPES) is _types:
        del sys.modules[_TYPES]
    if not _is_told:
        del os.environ[_THREADS]
