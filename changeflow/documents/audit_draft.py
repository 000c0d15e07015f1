"""The text of an audit of the CMDB to be filled in, and of improvements that come out of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from changeflow.documents.write import scalar
from changeflow.language.reader import Reader
from changeflow.language.sentences import say
from changeflow.model.characters import yaml_quoted
from changeflow.model.configuration_audit import AuditSample, AuditStratum
from changeflow.model.document_parts import format_instant

_SCHEMA: Final = "# yaml-language-server: $schema={}schemas/{}.schema.json"


class DrawnItem(NamedTuple):
    """An item of a sample, with its stratum and what is recorded of it; None where it is unknown."""

    ci: str
    tier: str
    type: str
    recorded: Sequence[tuple[str, str | None]]


def audit_text(
    name: str,
    sample: AuditSample,
    auditor: str | None,
    strata: Sequence[AuditStratum],
    items: Sequence[DrawnItem],
    reader: Reader,
) -> str:
    """Return an audit that is valid as it is, with everything yet to be found out.

    Args:
        name: its id.
        sample: how it was drawn.
        auditor: who will fill it in, if that is known.
        strata: of the CMDB.
        items: that were drawn.
        reader: in whose language the comments are.
    """
    lines = [
        _SCHEMA.format("../../", "ConfigurationAudit"),
        *_comments("audit_draft.how", reader),
        *_head("ConfigurationAudit", name),
        "spec:",
        *_sample_lines(sample),
        _known_or_told("auditor", auditor, "who", reader),
        "  strata:",
    ]
    for one in strata:
        facts = f"tier: {scalar(one.tier)}, type: {scalar(one.type)}"
        lines.append(f"    - {{{facts}, items: {one.items}, drawn: {one.drawn}}}")
    lines.append("  items:")
    for item in items:
        lines += _item_lines(item)
    lines += ["  surplus: []", *_comments("audit_draft.surplus", reader, "  ")]
    return "\n".join(lines) + "\n"


def _head(kind: str, name: str) -> Iterator[str]:
    yield "apiVersion: changeflow/v1"
    yield f"kind: {kind}"
    yield f"metadata: {{id: {yaml_quoted(name)}}}"


def _sample_lines(sample: AuditSample) -> Iterator[str]:
    yield "  sample:"
    yield f"    commit: {yaml_quoted(sample.commit)}"
    yield f"    digest: {sample.digest}"
    if sample.baseline is not None:
        yield f"    baseline: {yaml_quoted(sample.baseline)}"
    yield f"    seed: {yaml_quoted(sample.seed)}"
    yield f"    size: {sample.size}"
    yield f"    drawn: {format_instant(sample.drawn)}"
    if sample.without_items_of is not None:
        yield f"    without_items_of: {scalar(sample.without_items_of)}"
    yield f"    population: {sample.population}"
    yield f"    left_out: {sample.left_out}"


def _item_lines(item: DrawnItem) -> Iterator[str]:
    yield f"    - ci: {scalar(item.ci)}"
    yield f"      tier: {scalar(item.tier)}"
    yield f"      type: {scalar(item.type)}"
    yield "      found: unchecked"
    yield "      attributes:"
    for name, recorded in item.recorded:
        value = ""
        if recorded is not None:
            value = f", recorded: {scalar(recorded)}"
        yield f"        - {{name: {scalar(name)}{value}}}"


class ImprovementDraft(NamedTuple):
    """What is known of an improvement that is written.

    Attributes:
        name: its id.
        source: what it comes from: keys of `spec.source` with their values.
        finding: what was found.
        action: what is done about it; None where that is yet to be said.
        owner: who is to see to it, where that is known.
        raised: the day on which it is raised, where that is said.
        due: the day by which it is done, where that is known.
        cause: why it came to that, where that is known.
    """

    name: str
    source: Mapping[str, str | int]
    finding: str
    action: str | None = None
    owner: str | None = None
    raised: date | None = None
    due: date | None = None
    cause: str | None = None


def improvement_text(draft: ImprovementDraft, reader: Reader) -> str:
    """Return an improvement that is valid as it is, with what is not known yet to be said.

    Args:
        draft: what is known.
        reader: in whose language it is.
    """
    return "\n".join(_improvement_lines(draft, reader)) + "\n"


def _improvement_lines(draft: ImprovementDraft, reader: Reader) -> Iterator[str]:
    source: list[str] = []
    for key, value in draft.source.items():
        source.append(f"{key}: {_source_value(key, value)}")
    yield _SCHEMA.format("../", "Improvement")
    yield from _head("Improvement", draft.name)
    yield "spec:"
    yield f"  source: {{{', '.join(source)}}}"
    if draft.raised is not None:
        yield f"  raised: {draft.raised.isoformat()}"
    yield f"  finding: {yaml_quoted(draft.finding)}"
    if draft.cause is None:
        yield f"  # cause: {_said('cause', reader)}"
    else:
        yield f"  cause: {yaml_quoted(draft.cause)}"
    yield f"  action: {yaml_quoted(draft.action or _said('action', reader))}"
    yield _known_or_told("owner", draft.owner, "owner", reader)
    if draft.due is None:
        yield f"  # due: {_said('due', reader)}"
    else:
        yield f"  due: {draft.due.isoformat()}"
    yield f"  # done_by: {{change: CHG-…}}   # {_said('done', reader)}"
    yield f"  # verified: {{by: …, on: …, evidence: …}}   # {_said('verified', reader)}"


def _source_value(key: str, value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    return scalar(value) if key in ("ci", "review") else yaml_quoted(value)


def _known_or_told(name: str, known: str | None, case: str, reader: Reader) -> str:
    """Return a field, or a comment that says what belongs there."""
    if known is not None:
        return f"  {name}: {scalar(known)}"
    return f"  # {name}: {_said(case, reader)}"


def _said(case: str, reader: Reader) -> str:
    return say("audit_draft.field", {"case": case}, reader).text


def _comments(code: str, reader: Reader, indent: str = "") -> Iterator[str]:
    for line in say(code, {}, reader).text.split("\n"):
        yield f"{indent}# {line}"
