"""The text of an audit of the CMDB to be filled in, and of improvements that come out of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


def improvement_text(
    name: str, audit: str, ci: str | None, finding: str, owner: str | None, reader: Reader
) -> str:
    """Return an improvement that is valid as it is, with its cause and date yet to be said.

    Args:
        name: its id.
        audit: that it comes from.
        ci: the item that it is about; None for one that the CMDB lacks.
        finding: what was found.
        owner: who is to see to it, where that is known.
        reader: in whose language it is.
    """
    about = ""
    if ci is not None:
        about = f", ci: {scalar(ci)}"
    lines = [
        _SCHEMA.format("../", "Improvement"),
        *_head("Improvement", name),
        "spec:",
        f"  source: {{audit: {yaml_quoted(audit)}{about}}}",
        f"  finding: {yaml_quoted(finding)}",
        f"  # cause: {_said('cause', reader)}",
        f"  action: {yaml_quoted(_said('action', reader))}",
        _known_or_told("owner", owner, "owner", reader),
        f"  # due: {_said('due', reader)}",
        f"  # done_by: {{change: CHG-…}}   # {_said('done', reader)}",
        f"  # verified: {{by: …, on: …}}   # {_said('verified', reader)}",
    ]
    return "\n".join(lines) + "\n"


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
