"""`risk fit`: propose a scorecard that is fitted to the past, and say what it would have told."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from changeflow import errors
from changeflow.documents.record_edit import WrittenLine, with_record
from changeflow.history.coded_columns import read_coded
from changeflow.history.records_asked import RecordsAsked
from changeflow.history.tables import read_columns
from changeflow.insight.card_fit import (
    FEWEST,
    LINES,
    Card,
    Training,
    Unfit,
    calibrated,
    training,
    uncalibrated,
)
from changeflow.insight.card_stability import RESAMPLES, LineSureness, sureness
from changeflow.insight.fit_answer import Asked, fit_answer
from changeflow.insight.fit_parts import Judged
from changeflow.insight.instants import instant, microseconds
from changeflow.insight.labels import KINDS, Label, Labelled, label_named, labelled
from changeflow.insight.past import LIKE, NAMES, READS, Past, past
from changeflow.insight.wide_facts import wide_facts
from changeflow.language.reader import Reader
from changeflow.language.sentences import say
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.fit import FitAnswer
from changeflow.model.history_facts import fact_named
from changeflow.model.paths import shown
from changeflow.model.people import Roster
from changeflow.model.riskmodel import RecordLine, RiskModel, RiskModelSpec
from changeflow.model.times import format_instant
from changeflow.reading.parsed import parse, unreadable
from changeflow.reading.request_traits import is_one_person
from changeflow.reading.view import View
from changeflow.repo.work import working
from changeflow.risk.card import fact_phrase

MODEL_PATH: Final = "policies/risk.yaml"
_TEAM: Final = "team_"


@dataclass(frozen=True)
class FitRequest(RecordsAsked):
    """What is asked.

    Attributes:
        lines: how many lines the card may have.
        resamples: how often changes are drawn anew.
    """

    lines: int = LINES
    resamples: int = RESAMPLES


@dataclass(frozen=True)
class Proposal:
    """A card that is proposed: the answer, and the risk model with it as text."""

    answer: FitAnswer
    text: str


def propose(view: View, request: FitRequest, reader: Reader) -> Proposal:
    """Fit a card to the earlier changes, and say what it would have told of the later ones.

    Args:
        view: the repository; the committed risk model is that of the base.
        request: what is asked.
        reader: in whose language the comments of the file are.

    Raises:
        errors.UsageError: when the label is none, a library is missing, or a part has no changes.
        errors.NothingToDo: when there are no records.
        errors.Refused: when too few changes met with trouble, or too few did not.
        errors.Unreadable: when a table or the rulebook cannot be read.
    """
    rulebook = view.base.rulebook
    # Without the roster it is not known which teams are one person, nor without the file what
    # risk model is committed.
    if rulebook.problems:
        raise unreadable(rulebook.problems)
    model = rulebook.risk_model
    judged = _judged(request, model, rulebook.config.timezone)
    left_out = _teams_of_one(judged.past, rulebook.roster)
    train = judged.train
    facts, directions = {}, {}
    for name, values in judged.part(train).items():
        fact = fact_named(name)
        if fact is not None and not (left_out and name.startswith(_TEAM)):
            facts[name] = values
            directions[name] = str(fact.direction)
    of = _training(facts, judged, directions, request.lines)
    card = calibrated(uncalibrated(of), facts, judged.positive(train))
    if not card.lines:
        raise errors.Refused.of("fit.nothing", changes=len(train))
    sure = _sureness(card, of, request.resamples)
    path, text = _risk_model(view)
    after = with_record(text, _written(card, reader), _heading(judged, request, reader))
    _require_same(text, after, path, card)
    asked = Asked(request.label, request.resamples, left_out, *_kinds(judged, request.folder))
    answer = fit_answer(judged, asked, model, card, sure)
    changes = "".join(
        difflib.unified_diff(
            text.splitlines(keepends=True), after.splitlines(keepends=True), path, path
        )
    )
    return Proposal(answer.model_copy(update={"path": path, "diff": changes}), after)


def write(view: View, proposal: Proposal, out: Path | None) -> FitAnswer:
    """Write the risk model with the card, into its file or another one.

    Raises:
        errors.UsageError: when it cannot be written.
    """
    path = out or view.root / proposal.answer.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stage = path.with_name(f".{path.name}.new")
        stage.write_bytes(proposal.text.encode())
        stage.replace(path)
    except OSError as error:
        raise errors.unwritten("place.unwritten", error, folder=str(path)) from error
    written = {"written": True, "path": proposal.answer.path if out is None else shown(str(out))}
    return proposal.answer.model_copy(update=written)


# -- the changes -----------------------------------------------------------------------------------


def _judged(request: FitRequest, model: RiskModelSpec, zone: str) -> Judged:
    from changeflow.numpy_alone import np

    label = _label(request.label)
    with working("progress.records"):
        known = past(read_coded(request.folder, READS, like=LIKE, names=NAMES))
        if not known.changes:
            raise errors.NothingToDo.of("fit.no_records", folder=shown(str(request.folder)))
        facts = wide_facts(known, model.smoothing, zone=ZoneInfo(zone))
        outcome = labelled(known, label)
    if request.since is not None:
        outcome = _only(outcome, known.start >= microseconds(request.since))
    if request.until is not None:
        outcome = _only(outcome, known.start < microseconds(request.until))
    rows = np.flatnonzero(outcome.judged)
    rows = rows[np.argsort(known.start[rows], kind="stable")]
    if not len(rows):
        raise errors.Refused.of(
            "fit.not_judged",
            label=request.label,
            changes=known.changes,
            open=int(outcome.open.sum()),
        )
    until = int(known.start[rows[len(rows) * 2 // 3]])
    if request.train_until is not None:
        until = microseconds(request.train_until)
    judged = Judged(known, label, outcome, facts, rows, until)
    for case, part in (("train", judged.train), ("test", judged.test)):
        if not len(part):
            at = format_instant(instant(until))
            raise errors.UsageError.of("fit.empty_part", case=case, until=at)
    return judged


def _only(outcome: Labelled, asked: Any) -> Labelled:
    return outcome._replace(judged=outcome.judged & asked, open=outcome.open & asked)


def _kinds(judged: Judged, folder: Path) -> tuple[Literal["class", "type"], list[str | None]]:
    """Return the class of each change that is judged, or its type where no class is recorded."""
    classes = read_columns(folder, "changes", ("class",))["class"][judged.test].tolist()
    if any(classes):
        return "class", classes
    return "type", judged.past.columns["type"][judged.test].tolist()


def _label(text: str) -> Label:
    try:
        return label_named(text)
    except ValueError as error:
        raise errors.UsageError.of("fit.label", label=text, kinds=list(KINDS)) from error


def _teams_of_one(known: Past, roster: Roster) -> tuple[str, ...]:
    """Return the teams of the records that are one person, as far as the roster tells."""
    alone = []
    for team in sorted({str(team) for team in known.texts("team") if team}):
        if is_one_person(team, roster):
            alone.append(team)
    return tuple(alone)


def _training(
    facts: Mapping[str, Any], judged: Judged, directions: Mapping[str, str], lines: int
) -> Training:
    positive = judged.positive(judged.train)
    try:
        return training(facts, positive, directions, lines)
    except Unfit as error:
        bad = int(positive.sum())
        case = None
        if bad in {0, len(positive)}:
            case = "none" if bad == 0 else "all"
        raise errors.Refused.of(
            "fit.few", case=case, changes=len(positive), positive=bad, fewest=FEWEST
        ) from error


def _sureness(card: Card, of: Training, resamples: int) -> tuple[LineSureness, ...]:
    with working("progress.resamples", resamples) as work:

        def tick() -> None:
            work.done += 1

        return sureness(card, of, resamples=resamples, tick=tick)


# -- the file --------------------------------------------------------------------------------------


def _risk_model(view: View) -> tuple[str, str]:
    """Return path and text of the risk model in the work tree; the one that ships if there is none.

    Raises:
        errors.Unreadable: when it cannot be read.
    """
    from changeflow.resources import folder

    for document in view.head.rulebook.documents:
        if document.kind == RiskModel.__name__:
            return document.source.path, document.source.text
    return MODEL_PATH, (folder("policies") / "risk.yaml").read_text(encoding="utf-8")


def _written(card: Card, reader: Reader) -> list[WrittenLine]:
    lines = []
    for line in card.lines:
        phrase = fact_phrase(line.fact)
        meaning = say(phrase["code"], phrase, reader).text
        lines.append(WrittenLine(line.fact, line.at_least, line.points, meaning))
    return lines


def _heading(judged: Judged, request: FitRequest, reader: Reader) -> list[str]:
    """Return the comment that says what the lines were fitted to."""
    train = judged.train
    data = {
        "changes": len(train),
        "positive": int(judged.positive(train).sum()),
        "label": request.label,
        "since": _day(int(judged.past.start[train[0]]), reader),
        "until": _day(judged.until, reader),
    }
    return say("fit.heading", data, reader).text.splitlines()


def _day(microseconds: int, reader: Reader) -> str:
    return instant(microseconds).astimezone(reader.zone or UTC).date().isoformat()


def _require_same(before: str, after: str, path: str, card: Card) -> None:
    """Check that the new text says the same as before, but for the card.

    Raises:
        errors.Unreadable: when it is no risk model.
    """
    old = parse(before.encode(), path).only(RiskModel)
    new = parse(after.encode(), path).only(RiskModel)
    lines = []
    for one in card.lines:
        lines.append(RecordLine(fact=one.fact, at_least=one.at_least, points=one.points))
    likelihood = old.spec.likelihood.model_copy(update={"record": tuple(lines)})
    wanted = old.spec.model_copy(update={"likelihood": likelihood})
    if new.spec != wanted:
        raise errors.Unreadable.of("fit.edit", path=path)
