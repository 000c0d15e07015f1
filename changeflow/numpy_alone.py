"""numpy without the threads that its library for matrices starts: no matrix is multiplied here.

They wait for work by looking for it, which takes as long as importing numpy does.
"""

from __future__ import annotations

import os
from typing import Final

__all__ = ["np"]

_THREADS: Final = "OPENBLAS_NUM_THREADS"
_is_told = _THREADS in os.environ
# It is read while the library is loaded, and is not for processes that are started later.
os.environ.setdefault(_THREADS, "1")
try:
    import numpy as np
finally:
    if not _is_told:
        del os.environ[_THREADS]
