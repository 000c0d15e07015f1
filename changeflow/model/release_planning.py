"""What a request says for the planning of releases (ISO/IEC 20000-1:2018 8.5.2 and 8.5.3)."""

from typing import Annotated, Literal

from pydantic import Field

from changeflow.model.document_parts import Prose, Record, Text
from changeflow.model.report_summary import FileDigest

# How soon a change is wanted. It opens no gate and shortens no time.
Priority = Literal["low", "medium", "high", "urgent"]
Criteria = Annotated[tuple[Prose, ...], Field(max_length=100)]


class Transition(Record):
    """What must be designed, tested and handed over before a changed service is run."""

    design: Prose | None = None
    tests: Prose | None = None
    handover: Prose | None = None


class SupportingEvidence(Record):
    """What supports the request, such as the report of a test, and where it can be seen.

    It is the requester's word. What has to be proved is asked for by `require_evidence`.
    """

    name: Text
    where: Text
    digest: FileDigest | None = None


Supporting = Annotated[tuple[SupportingEvidence, ...], Field(max_length=100)]
