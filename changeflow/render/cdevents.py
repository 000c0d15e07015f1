"""Facts about changes as CDEvents in CloudEvents, for programs that follow delivery."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from changeflow.model.document_parts import format_instant
from changeflow.notices.notice import Notice
from changeflow.render.json_text import as_json

SPEC_VERSION: Final = "0.6.0-draft"
_CHANGE: Final = "change"
_RUN: Final = "pipelinerun"
# A request is a change; its release is the run of a pipeline.
_TYPES: Final = {
    "announced": (_CHANGE, "merged"),
    "moved": (_CHANGE, "updated"),
    "cancelled": (_CHANGE, "abandoned"),
    "starts": (_RUN, "started"),
    "done": (_RUN, "finished"),
    "turned_back": (_RUN, "finished"),
    "failed": (_RUN, "finished"),
}
_EVENT_VERSION: Final = "0.3.0"
_OUTCOMES: Final = {"done": "success", "turned_back": "failure", "failed": "error"}
_ERRORS: Final = {
    "turned_back": "the release failed and was rolled back",
    "failed": "the release failed, and so did its rollback",
}


def cloud_event(notice: Notice) -> str:
    """Return a CloudEvent (structured JSON) whose data is a CDEvent.

    It has the id of the message: the same fact has it again, however often it is sent.
    """
    event = cd_event(notice)
    context = event["context"]
    return as_json(
        {
            "specversion": "1.0",
            "id": context["id"],
            "source": context["source"],
            "type": context["type"],
            "time": context["timestamp"],
            "subject": event["subject"]["id"],
            "datacontenttype": "application/json",
            "data": event,
        }
    )


def cd_event(notice: Notice) -> dict[str, Any]:
    """Return a fact as a CDEvent. What CDEvents have no field for stands in `customData`."""
    what, did = _TYPES[notice.fact]
    repository = notice.repository or "changeflow"
    source = f"/changeflow/{quote(repository, safe=':')}"
    return {
        "context": {
            "specversion": SPEC_VERSION,
            "id": notice.message,
            "source": source,
            "type": f"dev.cdevents.{what}.{did}.{_EVENT_VERSION}",
            "timestamp": format_instant(notice.at),
        },
        "subject": {
            "id": notice.change if what == _CHANGE else notice.run,
            "source": source,
            "content": _change(repository) if what == _CHANGE else _run(notice, repository),
        },
        "customData": _more(notice),
        "customDataContentType": "application/json",
    }


def _change(repository: str) -> dict[str, Any]:
    return {"repository": {"id": repository}}


def _run(notice: Notice, repository: str) -> dict[str, Any]:
    place = "/".join(quote(part, safe="") for part in (repository, notice.change, notice.run))
    content = {"pipelineName": notice.change, "uri": f"urn:changeflow:{place}"}
    if notice.fact in _OUTCOMES:
        content["outcome"] = _OUTCOMES[notice.fact]
    if notice.fact in _ERRORS:
        content["errors"] = _ERRORS[notice.fact]
    return content


def _more(notice: Notice) -> dict[str, Any]:
    window = None
    if notice.start is not None and notice.end is not None:
        window = {"start": format_instant(notice.start), "end": format_instant(notice.end)}
    return {
        "fact": notice.fact,
        "change": notice.change,
        "title": notice.title,
        "type": notice.type,
        "requester": notice.requester,
        "items": list(notice.changed),
        "window": window,
    }
