"""A gap analysis as OSCAL assessment results (NIST, version 1.1.3), as plain data.

Every UUID is made from the digests of what it names (version 5), and every time is the paper's: the
same analysis gives the same bytes. Controls are the clauses, each with a finding; what was found
under a probe is an observation; a gap is a risk with the action as its response.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from changeflow.model.answers.gap import ClauseGap, EvidenceFound, GapAnalysis
from changeflow.model.languages import LanguageName
from changeflow.model.times import format_instant
from changeflow.render.audit_gap import FORMATS, actions, evidence_line, gap_words
from changeflow.render.json_text import as_json
from changeflow.render.presentation import Presentation

OSCAL_VERSION: Final = "1.1.3"
# properties that are not OSCAL's own carry the name of who defined them
_NAMESPACE: Final = "https://changeflow.dev/ns/oscal"
_ROOT: Final = uuid5(NAMESPACE_URL, _NAMESPACE)
# what is no character of a token of OSCAL
_OTHER: Final = re.compile(r"[^A-Za-z0-9._-]")
_LINKS: Final = 20


class _Names:
    """Makes UUIDs: the same thing of the same analysis always has the same."""

    def __init__(self, paper: GapAnalysis) -> None:
        period = paper.period.model_dump_json(by_alias=True)
        made_from = (
            paper.cutoff.main, paper.cutoff.ledger, paper.digest, paper.standard_sha256, period,
            format_instant(paper.made),
        )  # fmt: skip
        self._analysis = uuid5(_ROOT, "\n".join(str(one or "") for one in made_from))

    def of(self, *what: str) -> str:
        return str(uuid5(self._analysis, "\n".join(what)))


def assessment_results(paper: GapAnalysis, language: LanguageName = "en") -> dict[str, Any]:
    """Return assessment results for a gap analysis, with texts in a language."""
    names, to = _Names(paper), Presentation(language)
    made = format_instant(paper.made)
    return {
        "assessment-results": {
            "uuid": names.of("assessment-results"),
            "metadata": _metadata(paper, names, to, made),
            "import-ap": {
                "href": f"#{names.of('plan')}",
                "remarks": "The plan is the standard as data, whose digest is in the back matter.",
            },
            "results": [_result(paper, names, to, made)],
            "back-matter": {"resources": list(_resources(paper, names, to))},
        }
    }


def _metadata(paper: GapAnalysis, names: _Names, to: Presentation, made: str) -> dict[str, Any]:
    party: dict[str, Any] = {"uuid": names.of("organisation"), "type": "organization"}
    if paper.organisation:
        party["name"] = paper.organisation
    return {
        "title": f"{to.says('gap.title')}: {paper.standard_name}",
        "last-modified": made,
        "version": paper.version,
        "oscal-version": OSCAL_VERSION,
        "props": list(
            _props(
                main=paper.cutoff.main,
                ledger=paper.cutoff.ledger,
                inputs=paper.digest,
                zone=paper.period.zone,
                ledger_holds=_flag(paper.ledger_holds),
            )
        ),
        "roles": list(_roles(paper, to)),
        "parties": [party],
    }


def _flag(value: bool | None) -> str | None:
    return None if value is None else str(value).lower()


def _props(**values: str | int | None) -> Iterator[dict[str, str]]:
    for name, value in values.items():
        if value not in (None, ""):
            told = " ".join(str(value).split())
            yield {"name": name.replace("_", "-"), "ns": _NAMESPACE, "value": told}


def _role_id(title: str) -> str:
    return "role-" + _OTHER.sub("-", title)


def _roles(paper: GapAnalysis, to: Presentation) -> Iterator[dict[str, str]]:
    seen: set[str] = set()
    for one in paper.clauses:
        if one.role is not None and one.role.en not in seen:
            seen.add(one.role.en)
            yield {"id": _role_id(one.role.en), "title": one.role.in_language(to.language)}


def _control(clause: str) -> str:
    """Return the id of a clause as a control: a token does not begin with a digit."""
    return f"clause-{clause}"


def _result(paper: GapAnalysis, names: _Names, to: Presentation, made: str) -> dict[str, Any]:
    start = paper.period.from_
    clauses = [{"control-id": _control(one.clause)} for one in paper.clauses]
    outside = [{"control-id": _control(one.clause)} for one in paper.outside]
    selection: dict[str, Any] = {"include-controls": clauses}
    if outside:
        selection["exclude-controls"] = outside
    found: dict[str, Any] = {
        "uuid": names.of("result"),
        "title": to.says("gap.title"),
        "description": to.says("gap.own_words"),
        "start": made if start is None else format_instant(start),
        "end": made,
        "reviewed-controls": {"control-selections": [selection]},
        "observations": list(_observations(paper, names, to, made)),
        "findings": [_finding(one, names, to) for one in paper.clauses],
    }
    risks = [_risk(one, names, to) for one in paper.clauses if one.gap]
    if risks:
        found["risks"] = risks
    return found


def _observations(
    paper: GapAnalysis, names: _Names, to: Presentation, made: str
) -> Iterator[dict[str, Any]]:
    for clause in paper.clauses:
        for one in clause.evidence:
            props = _props(
                part=one.part, probe=one.probe, have=one.have, expected=one.expected, note=one.note
            )
            said: dict[str, Any] = {
                "uuid": _observation(one, clause, names),
                "description": evidence_line(one, to),
                "props": list(props),
                "methods": ["EXAMINE"],
                "collected": made,
            }
            evidence = list(_relevant(one))
            if evidence:
                said["relevant-evidence"] = evidence
            yield said


def _observation(one: EvidenceFound, clause: ClauseGap, names: _Names) -> str:
    return names.of("observation", clause.clause, one.part, one.probe)


def _relevant(one: EvidenceFound) -> Iterator[dict[str, str]]:
    for name in one.found[:_LINKS]:
        yield {"description": name}


def _finding(one: ClauseGap, names: _Names, to: Presentation) -> dict[str, Any]:
    state = "not-satisfied" if one.gap else "satisfied"
    said: dict[str, Any] = {
        "uuid": names.of("finding", one.clause),
        "title": f"{one.clause} {one.title.in_language(to.language)}",
        "description": one.asks.in_language(to.language),
        "props": list(_props(score=one.score, most=one.most, scope=one.scope)),
        "target": {
            "type": "objective-id",
            "target-id": _control(one.clause),
            "status": {"state": state},
        },
        "related-observations": list(_related(one, names)),
    }
    if one.gap:
        said["related-risks"] = [{"risk-uuid": names.of("risk", one.clause)}]
    return said


def _related(one: ClauseGap, names: _Names) -> Iterator[dict[str, str]]:
    """Yield the observations of a clause, each once."""
    seen: set[str] = set()
    for found in one.evidence:
        uuid = _observation(found, one, names)
        if uuid not in seen:
            seen.add(uuid)
            yield {"observation-uuid": uuid}


def _risk(one: ClauseGap, names: _Names, to: Presentation) -> dict[str, Any]:
    title = f"{one.clause} {one.title.in_language(to.language)}"
    said: dict[str, Any] = {
        "uuid": names.of("risk", one.clause),
        "title": title,
        "description": gap_words(one, to),
        "statement": gap_words(one, to),
        "status": "open",
    }
    responses = []
    for number, text in enumerate(filter(None, actions(one, to)), start=1):
        responses.append(
            {
                "uuid": names.of("response", one.clause, str(number)),
                "lifecycle": "recommendation",
                "title": text,
                "description": text,
            }
        )
    if responses:
        said["remediations"] = responses
    return said


def _resources(paper: GapAnalysis, names: _Names, to: Presentation) -> Iterator[dict[str, Any]]:
    standard: dict[str, Any] = {
        "uuid": names.of("plan"),
        "title": paper.standard_name,
        "description": to.says("gap.own_words"),
        "props": list(_props(path=paper.standard_path, sha256=paper.standard_sha256)),
    }
    yield standard
    for one in paper.inputs:
        yield {
            "uuid": names.of("input", one.path, one.sha256),
            "title": one.path,
            "props": list(_props(sha256=one.sha256)),
        }


def results_json(paper: GapAnalysis, to: Presentation) -> str:
    """Render assessment results, with texts in the reader's language."""
    return as_json(assessment_results(paper, to.language))


def gap_files(paper: GapAnalysis | None, to: Presentation) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an analysis in the folder of an audit; none where there is none."""
    if paper is None:
        return
    for name in ("html", "json"):
        yield f"gap.{name}", FORMATS[name](paper, to).encode()
    yield "gap.csv", b"\xef\xbb\xbf" + FORMATS["csv"](paper, to).encode()
    yield "oscal-assessment-results.json", results_json(paper, to).encode()
