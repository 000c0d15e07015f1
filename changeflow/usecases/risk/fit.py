"""`risk fit`: propose a scorecard that is fitted to the past, and say what it would have told."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from changeflow import errors
from changeflow.documents.record_edit import WrittenLine, with_record
from changeflow.history.tables import UNKNOWN, read_columns
from changeflow.insight import card_effect, measures
from changeflow.insight.card_fit import (
    FEWEST,
    LINES,
    Card,
    Line,
    Training,
    Unfit,
    calibrated,
    training,
    uncalibrated,
)
from changeflow.insight.card_points import Scale
from changeflow.insight.card_stability import RESAMPLES, LineSureness, sureness
from changeflow.insight.labels import KINDS, Label, Labelled, label_named, labelled
from changeflow.insight.past import READS, Past, past
from changeflow.insight.wide_facts import wide_facts
from changeflow.language.reader import MACHINE, Reader
from changeflow.language.sentences import say
from changeflow.model.answers.fit import (
    FitAnswer,
    FitBand,
    FitLevel,
    FitLine,
    FitModel,
    FitMoves,
    FitPart,
    FitTotals,
    FitUnknown,
)
from changeflow.model.history_facts import TRAIT, fact_named
from changeflow.model.paths import shown
from changeflow.model.people import Roster
from changeflow.model.phrases import Told, told
from changeflow.model.riskmodel import RecordLine, RiskModel, RiskModelSpec
from changeflow.model.times import format_instant
from changeflow.reading.parsed import parse
from changeflow.reading.view import View
from changeflow.repo.work import working
from changeflow.risk.card import fact_phrase

DEFAULT_LABEL: Final = "incident-within:P7D"
MODEL_PATH: Final = "policies/risk.yaml"
_SHARES: Final = ("0.05", "0.10", "0.20")
_MAIN_SHARE: Final = 0.10
_TEAM: Final = "team_"
# Points of a band of totals.
_WIDTH: Final = 3
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class FitRequest:
    """What is asked.

    Attributes:
        folder: with the tables of the past.
        label: what counts as trouble.
        since: changes that started earlier are left out.
        until: changes that started then or later are left out.
        train_until: the card is fitted to changes that started before; None: to the first two thirds.
        lines: how many lines the card may have.
        resamples: how often changes are drawn anew.
    """

    folder: Path
    label: str = DEFAULT_LABEL
    since: datetime | None = None
    until: datetime | None = None
    train_until: datetime | None = None
    lines: int = LINES
    resamples: int = RESAMPLES


@dataclass(frozen=True)
class Proposal:
    """A card that is proposed: the answer, and the risk model with it as text."""

    answer: FitAnswer
    text: str


@dataclass(frozen=True)
class _Judged:
    """Changes whose outcome is known, in the order of their start."""

    past: Past
    label: Label
    labelled: Labelled
    facts: Mapping[str, Any]
    rows: Any
    until: int

    def part(self, rows: Any) -> Mapping[str, Any]:
        """Return the facts of some of the changes."""
        return {name: values[rows] for name, values in self.facts.items()}

    def positive(self, rows: Any) -> Any:
        """Return which of some changes met with trouble."""
        return self.labelled.positive[rows]

    @property
    def train(self) -> Any:
        """Return the rows that the card is fitted to: their outcome was known by then."""
        earlier = self.rows[self.past.start[self.rows] < self.until]
        if self.label.within is None:
            return earlier
        over = self.past.end[earlier] + self.label.within // _MICROSECOND
        return earlier[(self.past.end[earlier] == UNKNOWN) | (over <= self.until)]

    @property
    def test(self) -> Any:
        """Return the rows that it is judged by."""
        return self.rows[self.past.start[self.rows] >= self.until]


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
        errors.Unreadable: when a table or the risk model cannot be read.
    """
    rulebook = view.base.rulebook
    model = rulebook.risk_model
    judged = _judged(request, model, rulebook.config.timezone)
    left_out = _teams_of_one(judged.past, rulebook.roster)
    train = judged.train
    facts = {
        name: values
        for name, values in judged.part(train).items()
        if not (left_out and name.startswith(_TEAM))
    }
    directions = {}
    for name in facts:
        fact = fact_named(name)
        if fact is not None:
            directions[name] = str(fact.direction)
    of = _training(facts, judged, directions, request.lines)
    card = calibrated(uncalibrated(of), facts, judged.positive(train))
    if not card.lines:
        raise errors.Refused.of("fit.nothing", changes=len(train))
    sure = _sureness(card, of, request.resamples)
    path, text = _risk_model(view)
    after = with_record(text, _written(card, reader), _heading(judged, request, reader))
    _require_same(text, after, path, card)
    answer = _answer(judged, request, model, card, sure, left_out)
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
        raise errors.UsageError.of(
            "place.unwritten", folder=str(path), why=errors.refusal(error)
        ) from error
    written = {"written": True, "path": proposal.answer.path if out is None else shown(str(out))}
    return proposal.answer.model_copy(update=written)


# -- the changes -----------------------------------------------------------------------------------


def _judged(request: FitRequest, model: RiskModelSpec, zone: str) -> _Judged:
    from changeflow.numpy_alone import np

    label = _label(request.label)
    with working("progress.records"):
        tables = {
            name: read_columns(request.folder, name, wanted) for name, wanted in READS.items()
        }
        known = past(tables)
        if not known.changes:
            raise errors.NothingToDo.of("fit.no_records", folder=shown(str(request.folder)))
        facts = wide_facts(known, model.smoothing, zone=ZoneInfo(zone))
        outcome = labelled(known, label)
    if request.since is not None:
        outcome = _only(outcome, known.start >= _microseconds(request.since))
    if request.until is not None:
        outcome = _only(outcome, known.start < _microseconds(request.until))
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
        until = _microseconds(request.train_until)
    judged = _Judged(known, label, outcome, facts, rows, until)
    for case, part in (("train", judged.train), ("test", judged.test)):
        if not len(part):
            at = format_instant(_instant(until))
            raise errors.UsageError.of("fit.empty_part", case=case, until=at)
    return judged


def _only(outcome: Labelled, asked: Any) -> Labelled:
    return outcome._replace(judged=outcome.judged & asked, open=outcome.open & asked)


def _label(text: str) -> Label:
    try:
        return label_named(text)
    except ValueError as error:
        raise errors.UsageError.of("fit.label", label=text, kinds=list(KINDS)) from error


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _instant(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND


def _teams_of_one(known: Past, roster: Roster) -> tuple[str, ...]:
    """Return the teams of the records that are one person, as far as the roster tells."""
    alone = []
    for team in sorted({str(team) for team in known.columns["team"].tolist() if team}):
        if team in roster.spec.people or len(set(roster.members(team))) == 1:
            alone.append(team)
    return tuple(alone)


def _training(
    facts: Mapping[str, Any], judged: _Judged, directions: Mapping[str, str], lines: int
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


def _heading(judged: _Judged, request: FitRequest, reader: Reader) -> list[str]:
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
    return _instant(microseconds).astimezone(reader.zone or UTC).date().isoformat()


def _require_same(before: str, after: str, path: str, card: Card) -> None:
    """Check that the new text says the same as before, but for the card.

    Raises:
        errors.Unreadable: when it is no risk model.
    """
    old = parse(before.encode(), path).only(RiskModel)
    new = parse(after.encode(), path).only(RiskModel)
    lines = [
        RecordLine(fact=one.fact, at_least=one.at_least, points=one.points) for one in card.lines
    ]
    likelihood = old.spec.likelihood.model_copy(update={"record": tuple(lines)})
    wanted = old.spec.model_copy(update={"likelihood": likelihood})
    if new.spec != wanted:
        raise errors.Unreadable.of("fit.edit", path=path)


# -- the answer ------------------------------------------------------------------------------------


def _answer(
    judged: _Judged,
    request: FitRequest,
    model: RiskModelSpec,
    card: Card,
    sure: Sequence[LineSureness],
    teams: Sequence[str],
) -> FitAnswer:
    lines = tuple(Line(one.fact, one.at_least, one.points) for one in model.likelihood.record)
    train, test = judged.train, judged.test
    committed = calibrated(Card(lines, 0.0, 0.0), judged.part(train), judged.positive(train))
    before, after = (one.total(judged.part(test)) for one in (committed, card))
    scale = Scale(card.intercept, card.slope)
    totals = card_effect.total_bands(after, judged.positive(test), scale, _WIDTH)
    most = sum(max(0, one) for one in _most_of_facts(card).values())
    blind = tuple(_blind(judged, card, teams))
    placebo = None
    if judged.labelled.placebo is not None:
        placebo = float(judged.labelled.placebo[judged.rows].mean())
    return FitAnswer.model_construct(
        schema_="changeflow/fit/v1",
        label=request.label,
        train=_part(judged, train, judged.past.start[train[0]], judged.until),
        test=_part(judged, test, judged.until, judged.past.start[test[-1]] + 1),
        open=int(judged.labelled.open.sum()),
        lines=tuple(map(_line, sure)),
        intercept=round(card.intercept, 4),
        slope=round(card.slope, 4),
        most_points=most,
        resamples=request.resamples,
        models=(
            _model("committed", judged, before, committed.chance(before)),
            _model("proposed", judged, after, card.chance(after)),
        ),
        totals=tuple(
            FitTotals.model_validate(
                {
                    "from": one.lowest,
                    "to": one.highest,
                    "changes": one.changes,
                    "positive": one.positive,
                    "chance": round(one.chance, 4),
                }
            )
            for one in totals
        ),
        placebo=placebo,
        blind=tuple(say(one["code"], one, MACHINE).text for one in blind),
        blind_told=blind,
        unknown=tuple(_unknown(judged, card)),
        path="",
        written=False,
        diff="",
        **_levels(judged, request, model, before, after),
    )


def _most_of_facts(card: Card) -> dict[str, int]:
    running: dict[str, int] = {}
    most: dict[str, int] = {}
    for line in card.lines:
        running[line.fact] = running.get(line.fact, 0) + line.points
        most[line.fact] = max(most.get(line.fact, 0), running[line.fact])
    return most


def _part(judged: _Judged, rows: Any, since: int, until: int) -> FitPart:
    part = {
        "from": format_instant(_instant(int(since))),
        "to": format_instant(_instant(int(until))),
        "changes": len(rows),
        "positive": int(judged.positive(rows).sum()),
    }
    return FitPart.model_validate(part)


def _line(one: LineSureness) -> FitLine:
    return FitLine(
        fact=one.line.fact,
        at_least=float(one.line.at_least),
        points=one.line.points,
        total=one.points_of_fact,
        interval=(one.low, one.high),
        chosen=one.chosen,
    )


def _model(name: Any, judged: _Judged, totals: Any, chance: Any) -> FitModel:
    positive = judged.positive(judged.test)
    of = measures.ranked(totals, positive)
    bands = measures.calibration(chance, positive)
    recall = {}
    if of.bad.sum():
        recall = {share: round(measures.recall_at(of, float(share)), 4) for share in _SHARES}
    return FitModel(
        name=name,
        auc=round(measures.auc(of), 4) if of.both else None,
        auc_interval=_interval(measures.interval(of, measures.auc)),
        recall_at=recall,
        recall_interval=_interval(
            measures.interval(of, lambda again: measures.recall_at(again, _MAIN_SHARE))
        ),
        brier=round(measures.brier(chance, positive), 4),
        calibration_error=round(measures.calibration_error(bands), 4),
        calibration=tuple(
            FitBand(
                predicted=round(band.predicted, 4),
                observed=round(band.observed, 4),
                changes=band.changes,
            )
            for band in bands
        ),
    )


def _interval(found: measures.Interval | None) -> tuple[float, float] | None:
    return None if found is None else (round(found.low, 4), round(found.high, 4))


def _levels(
    judged: _Judged, request: FitRequest, model: RiskModelSpec, before: Any, after: Any
) -> dict[str, Any]:
    from changeflow.numpy_alone import np

    other = card_effect.usual_points(model)
    old, new = (card_effect.bands(totals, other, model) for totals in (before, after))
    names = card_effect.level_of_band(model)
    by, kinds = _kinds(judged, request.folder)
    every = tuple(dict.fromkeys(("low", "medium", "high", "critical", *names)))
    counts = []
    for level in every:
        mine = [band for band, name in enumerate(names) if name == level]
        was, becomes = (int(np.isin(found, mine).sum()) for found in (old, new))
        counts.append(FitLevel(level=level, before=was, after=becomes))
    order = {name: place for place, name in enumerate(every)}
    rank = np.array([order[name] for name in names])
    moved = card_effect.moves(rank[old], rank[new], kinds)
    return {
        "other_points": other,
        "levels": tuple(counts),
        "moved_by": by,
        "moved": tuple(
            FitMoves(kind=one.kind, changes=one.changes, higher=one.higher, lower=one.lower)
            for one in moved
        ),
    }


def _kinds(judged: _Judged, folder: Path) -> tuple[str, list[str | None]]:
    """Return the class of each change that is judged, or its type where no class is recorded."""
    classes = read_columns(folder, "changes", ("class",))["class"][judged.test].tolist()
    if any(classes):
        return "class", classes
    return "type", judged.past.columns["type"][judged.test].tolist()


def _unknown(judged: _Judged, card: Card) -> list[FitUnknown]:
    from changeflow.numpy_alone import np

    found = []
    for fact in dict.fromkeys(line.fact for line in card.lines):
        count = int(np.isnan(judged.facts[fact][judged.rows]).sum())
        if count:
            found.append(FitUnknown(fact=fact, changes=count))
    return found


def _blind(judged: _Judged, card: Card, teams: Sequence[str]) -> list[Told]:
    """Return what the card cannot see, as sentences."""
    from changeflow.numpy_alone import np

    train = judged.train
    bad, share = int(judged.positive(train).sum()), float(judged.positive(train).mean())
    later = float(judged.positive(judged.test).mean())
    found = [
        told("fit.blind", case=judged.label.kind),
        told("fit.blind", case="positives", count=bad),
        told("fit.blind", case="drift", earlier=_percent(share), later=_percent(later)),
    ]
    if judged.labelled.placebo is not None:
        placebo = float(judged.labelled.placebo[judged.rows].mean())
        whole = float(judged.positive(judged.rows).mean())
        found.append(
            told("fit.blind", case="placebo", after=_percent(whole), before=_percent(placebo))
        )
    never = []
    for name, values in judged.facts.items():
        if not name.startswith(TRAIT) and bool(np.isnan(values[judged.rows]).all()):
            never.append(name)
    if never:
        found.append(told("fit.blind", case="never", facts=never))
    for one in _unknown(judged, card):
        found.append(
            told(
                "fit.blind",
                case="unknown",
                what=[fact_phrase(one.fact)],
                count=one.changes,
                changes=len(judged.rows),
            )
        )
    if teams:
        found.append(told("fit.blind", case="teams", teams=list(teams)))
    if count := int(judged.labelled.open.sum()):
        found.append(told("fit.blind", case="open", count=count))
    found += [told("fit.blind", case="declared"), told("fit.blind", case="stopped")]
    return found


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"
