"""The files of an audit: its page, its data, and a folder for each sampled change.

The folder of a change explains itself: how to check it with `sha256sum` and `ssh-keygen` alone
stands on its page and in `README.txt`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from changeflow.insight.audit_checklist import CI_CHECKS
from changeflow.language.sentences import in_a_row
from changeflow.ledger.envelope import PAYLOAD_TYPE
from changeflow.ledger.ssh_signature import NAMESPACE
from changeflow.model.answers.gap import GapAnalysis
from changeflow.model.answers.report_audit import AuditPaper
from changeflow.model.manifests import MANIFEST, manifest_of
from changeflow.reading.evidence_files import SIGNERS, ChangeEvidence, EntryFiles
from changeflow.render import report_audit, report_change, sheet
from changeflow.render.json_text import answer_json, as_json
from changeflow.render.links import Links, link
from changeflow.render.list_table import list_csv
from changeflow.render.presentation import Presentation
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.sheet import Block, Facts, Points, Prose, Rows, Section, Sheet, TypedLine
from changeflow.usecases.audit.audit import Audit, ChangePack

# cells of a line of README.txt
_WIDTH: Final = 100
_CHECKS: Final = ("question", "answer", "why", "clause", "evidence")
_LEDGER_LIST: Final = "ledger.sha256"


def audit_files(
    audit: Audit, to: Presentation, gap: GapAnalysis | None = None
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an audit: path in its folder, and bytes.

    Args:
        audit: what was found.
        to: who reads.
        gap: what shows each clause of a standard, where that was asked for.
    """
    paper = audit.paper
    yield "index.html", sheet.html(report_audit.sheet_of(paper, to, gap), to.language).encode()
    yield "audit.json", answer_json(paper).encode()
    listing = list_csv(report_audit.lists_of(paper, to)[0], to)
    yield "sample.csv", f"\ufeff{listing}".encode()
    for name, stratum in audit.sample.strata.items():
        lines = [f"{change}\n" for change in sorted(stratum.changes)]
        yield f"strata/{name}.txt", "".join(lines).encode()
    listed = [f"{digest.removeprefix('sha256:')}  {path}\n" for path, digest in audit.entries()]
    yield _LEDGER_LIST, "".join(listed).encode()
    yield "README.txt", _text(_guide(paper, to)).encode()
    for pack in audit.packs():
        for path, data in pack_files(paper, pack, to):
            yield f"{pack.change.folder}{path}", data


def pack_files(
    paper: AuditPaper, pack: ChangePack, to: Presentation
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the folder of a sampled change."""
    files = dict(pack.evidence.files)
    page = _page(paper, pack, to)
    files["index.html"] = sheet.html(page, to.language).encode()
    files["README.txt"] = _text(_how_to_check(pack, to)).encode()
    files["checklist.json"] = answer_json(pack.change).encode()
    if pack.ci_checks is not None:
        files[CI_CHECKS] = as_json(pack.ci_checks).encode()
    if pack.paper is not None:
        files["record.json"] = answer_json(pack.paper).encode()
    files[MANIFEST] = manifest_of(files.items())
    yield from files.items()


def _text(page: Sheet) -> str:
    return sheet.text(page, _WIDTH)


def _guide(paper: AuditPaper, to: Presentation) -> Sheet:
    """Return how the folder of an audit is checked."""
    in_ledger = TypedLine(
        'for e in samples/*/ledger/*.json; do case "$e" in *.statement.json) continue;; esac;'
        ' grep -q "^$(sha256sum < "$e" | cut -c1-64) " ledger.sha256 || echo "MISSING $e"; done'
    )
    points = (
        (to.says("audit_paper.guide", case="whole"), (TypedLine(f"sha256sum -c {MANIFEST}"),)),
        (to.says("audit_paper.guide", case="in_ledger"), (in_ledger,)),
        (to.says("audit_paper.by_hand"), tuple(report_audit.drawing_commands(paper))),
    )
    said = Prose(to.says("audit_paper.guide", case="about"))
    parts = (Section("", (said,)), Section(to.says("audit_paper.guide"), (Points(points),)))
    return Sheet(to.says("audit_paper.title"), "", parts)


# -- the page of a change --------------------------------------------------------------------------


def _page(paper: AuditPaper, pack: ChangePack, to: Presentation) -> Sheet:
    """Return the checklist of a change, how to check it by hand, and its record."""
    change = pack.change
    back = link(to.says("audit_paper.title"), "../../index.html")
    stratum = to.says("audit_paper.stratum", case=change.drawn_for)
    facts = Facts(
        (
            (to.says("audit_paper.fact", case="audit"), back),
            (to.says("audit_paper.fact", case="seed"), f"`{paper.seed}`"),
            (to.says("audit_paper.fact", case="stratum"), stratum),
            (to.says("audit_paper.fact", case="rank"), change.rank),
            (to.says("audit_paper.fact", case="gaps"), report_audit.answers_in_brief(change, to)),
        )
    )
    sections = [
        Section("", (facts,)),
        Section(to.says("audit_paper.section", case="checklist"), (_checks(pack, to),)),
        *_how_to_check(pack, to).sections,
    ]
    if pack.paper is not None:
        sections += report_change.sheet_of(pack.paper, to).sections
    else:
        why = in_a_row([pack.why], to)
        said = to.says("audit_paper.no_record", why=why)
        sections += [
            head_section(paper, to),
            Section("", (Prose(said),)),
            *tail_sections(paper, to),
        ]
    name = to.says("audit_paper.sampled", change=change.change)
    return Sheet(name, change.title, tuple(sections), dense=True)


def _checks(pack: ChangePack, to: Presentation) -> Rows:
    rows = []
    there = {*pack.evidence.files}
    if pack.ci_checks is not None:
        there.add(CI_CHECKS)
    for check in pack.change.checks:
        files = [_named(file, there) for file in check.evidence if file in there]
        rows.append(
            (
                report_audit.question(check.id, to),
                to.says("checklist.verdict", case=check.verdict),
                report_audit.answer_to(check, to),
                report_audit.clause_of(check.clause, to),
                Links(files),
            )
        )
    return Rows(to.headings("audit_paper.column", _CHECKS), tuple(rows))


def _named(file: str, there: Collection[str]) -> tuple[str, str]:
    """Return what a file is called on the page, and where it leads: of an entry its statement."""
    name = file.rpartition("/")[2]
    statement = f"{file.removesuffix('.json')}.statement.json"
    if statement in there:
        return name.removesuffix(".json"), statement
    return name, file


# -- how to check without this program -------------------------------------------------------------


def _how_to_check(pack: ChangePack, to: Presentation) -> Sheet:
    """Return the commands that check the files of a change, and what each of them shows."""
    evidence = pack.evidence
    blocks: list[Block] = [Prose(to.says("audit_paper.check_it", case="about"))]
    points = [_point("whole", [f"sha256sum -c {MANIFEST}"], to)]
    if evidence.entries:
        points.append(_point("statements", [_STATEMENTS], to))
    points += _signature_points(evidence, to)
    for version in evidence.versions:
        line = f'grep -l "$(sha256sum < {version.file} | cut -c1-64)" ledger/*.statement.json'
        points.append(_point("request", [line], to, file=version.file))
    blocks.append(Points(tuple(points)))
    for said in _limits(evidence, to):
        blocks.append(Prose(said))
    section = Section(to.says("audit_paper.section", case="check_it"), tuple(blocks))
    name = to.says("audit_paper.sampled", change=pack.change.change)
    return Sheet(name, pack.change.title, (section,))


# each statement is what its entry holds: what differs is named
_STATEMENTS: Final = (
    'for s in ledger/*.statement.json; do sed \'s/.*"payload":"\\([^"]*\\)".*/\\1/\''
    ' "${s%.statement.json}.json" | base64 -d | cmp - "$s" || echo "DIFFERS $s"; done'
)


def _point(
    case: str, lines: list[str], to: Presentation, **data: str
) -> tuple[str, tuple[str, ...]]:
    return to.says("audit_paper.check_it", case=case, **data), tuple(map(TypedLine, lines))


def _signature_points(
    evidence: ChangeEvidence, to: Presentation
) -> Iterator[tuple[str, tuple[str, ...]]]:
    lines: list[str] = []
    strange: list[str] = []
    for entry in evidence.entries:
        for line, is_known in _signature_lines(entry):
            (lines if is_known else strange).append(line)
    if lines:
        yield _point("signatures", lines, to)
    if strange:
        yield to.says("audit_paper.check_it", case="strange_keys"), tuple(strange)


def _signature_lines(entry: EntryFiles) -> Iterator[tuple[str, bool]]:
    """Yield the command that checks each signature; where no roster has the key, the file."""
    for one in entry.signatures:
        if one.person is None or entry.statement is None:
            yield f"{one.file}: {one.keyid}", False
            continue
        size = f'"$(wc -c < {entry.statement} | tr -d " ")"'
        begin = f"printf 'DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} %s ' {size}"
        verify = f"ssh-keygen -Y verify -f {SIGNERS} -I {one.person} -n {NAMESPACE} -s {one.file}"
        yield f"{{ {begin}; cat {entry.statement}; }} | {verify}", True


def _limits(evidence: ChangeEvidence, to: Presentation) -> Iterator[str]:
    """Yield what the files of a change cannot show."""
    if not evidence.entries:
        yield to.says("audit_paper.check_it", case="no_entries")
    elif not any(entry.signatures for entry in evidence.entries):
        yield to.says("audit_paper.check_it", case="unsigned")
    if evidence.missing:
        yield to.says("audit_paper.check_it", case="missing", digests=evidence.missing)
    if evidence.policies_at is None:
        yield to.says("audit_paper.check_it", case="no_policies")
    else:
        yield to.says("audit_paper.check_it", case="policies", commit=evidence.policies_at)
    yield to.says("audit_paper.check_it", case="chain")
