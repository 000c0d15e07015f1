"""What a file that CI made says: JUnit, SARIF, SBOM, or any file by its digest.

Pure: bytes in, a summary out. A file that cannot be judged is told as `unreadable` in the summary;
it never counts as one that says nothing bad.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from changeflow.evidence_files import junit, sarif, sbom
from changeflow.evidence_files.unreadable import UnreadableFileError
from changeflow.model.opinions import shortened
from changeflow.model.report_summary import ReportKind, ReportSummary

# characters of what is wrong with a report that are recorded
_SAID: Final = 200
# bytes of a report that are read; of a plain file nothing is read but its digest
SIZE_LIMIT: Final = 64 * 1024 * 1024


# A reader for each kind of report; a plain file has none.
READERS: Final[Mapping[ReportKind, Callable[[bytes], ReportSummary]]] = {
    "junit": junit.read,
    "sarif": sarif.read,
    "sbom": sbom.read,
}


def summary_of(kind: ReportKind, data: bytes) -> ReportSummary:
    """Return what a file of a kind says.

    Args:
        kind: what it is said to be.
        data: its bytes.
    """
    read = READERS.get(kind)
    if read is None:
        # of any other file only the digest counts
        return ReportSummary()
    if len(data) > SIZE_LIMIT:
        return ReportSummary(unreadable=f"it has {len(data)} bytes, and {SIZE_LIMIT} are read")
    try:
        return read(data)
    except UnreadableFileError as error:
        return ReportSummary(unreadable=shortened(" ".join(str(error).split()), _SAID))
