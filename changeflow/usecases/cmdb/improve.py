"""Write improvements for what an audit of the CMDB found."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from changeflow import errors
from changeflow.documents.audit_draft import ImprovementDraft, improvement_text
from changeflow.language.reader import Reader
from changeflow.language.sentences import say
from changeflow.model.answers.cmdb_audit import CmdbAuditAnswer
from changeflow.model.document_paths import IMPROVEMENTS
from changeflow.model.improvement import Improvement
from changeflow.model.phrases import Told, told
from changeflow.reading.parsed import parse
from changeflow.reading.view import View
from changeflow.repo.new_files import place
from changeflow.repo.repository_kind import is_bare

# characters of an id that come from an item
_LONGEST: Final = 60


class _Draft(NamedTuple):
    """An improvement: its id, the item, what was found, and who is to see to it."""

    name: str
    ci: str | None
    finding: str
    owner: str | None


def write_improvements(view: View, audit: CmdbAuditAnswer, reader: Reader) -> CmdbAuditAnswer:
    """Write an improvement for each item that differs and was not corrected by a change.

    Those that are there already stay as they are.

    Raises:
        errors.UsageError: in a bare repository, or when they cannot be written.
        errors.Refused: when the audit cannot be relied on.
    """
    if is_bare(view.root):
        raise errors.UsageError.of("audit.bare", case="improvements")
    if not audit.ok:
        raise errors.Refused.of("audit.not_ok", why=list(audit.told))
    files: dict[str, bytes] = {}
    for one in _drafts(view, audit, reader):
        path = f"{IMPROVEMENTS}{one.name}.yaml"
        if (view.root / path).exists():
            continue
        source: dict[str, str | int] = {"audit": audit.audit}
        if one.ci is not None:
            source["ci"] = one.ci
        draft = ImprovementDraft(one.name, source, one.finding, owner=one.owner)
        text = improvement_text(draft, reader)
        parse(text.encode(), path).only(Improvement)
        files[f"{one.name}.yaml"] = text.encode()
    if files:
        place(view.root / IMPROVEMENTS, files)
    written = tuple(f"{IMPROVEMENTS}{name}" for name in sorted(files))
    return audit.model_copy(update={"improvements": written, "written": bool(files)})


def _drafts(view: View, audit: CmdbAuditAnswer, reader: Reader) -> Iterator[_Draft]:
    by_item: dict[str, list[str]] = {}
    for one in audit.differences:
        if one.corrected_by is None:
            by_item.setdefault(one.ci, []).append(_said(one.told, reader))
    roster = view.base.rulebook.roster
    for ci, found in sorted(by_item.items()):
        finding = told("audit_draft.item", ci=ci, found=found)
        owner = view.base.rulebook.graph.owner(ci)
        if owner and not roster.members(owner):
            owner = None
        yield _Draft(_name(audit.audit, ci), ci, _said(finding, reader), owner)
    for surplus in audit.surplus:
        if surplus.corrected_by is None:
            finding = told("audit_draft.lacks", name=surplus.name)
            yield _Draft(_name(audit.audit, surplus.name), None, _said(finding, reader), None)


def _said(finding: Told, reader: Reader) -> str:
    return say(finding["code"], finding, reader).text


def _name(audit: str, about: str) -> str:
    """Return the id of an improvement; what an id cannot have is replaced, and told apart."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", about).strip("-")[:_LONGEST]
    if plain != about:
        mark = hashlib.sha256(about.encode("utf-8", "surrogatepass")).hexdigest()[:6]
        plain = f"{plain}-{mark}".strip("-")
    return f"audit-{audit}-{plain}"
