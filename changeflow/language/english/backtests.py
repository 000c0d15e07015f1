"""How well scores told trouble of the past beforehand, and why that cannot be tested."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "backtest.title": "Back-test of the risk score",
    "backtest.fact:label": "trouble",
    "backtest.fact:history": "records",
    "backtest.fact:model": "risk model",
    "backtest.fact:train": "learned from",
    "backtest.fact:test": "judged on",
    "backtest.fact:left_out": "left out",
    "backtest.fact:placebo": "placebo",
    "backtest.label_means:failed": "the change failed or was rolled back",
    "backtest.label_means:caused-incident": "an incident names the change and was opened after it started",
    "backtest.label_means:incident-within": "an incident on one of its items was opened within {within:duration} after its end",
    "backtest.label_means:incident-excess": (
        "more incidents on its items within {within:duration} after its end than in as long a time "
        "before its start"
    ),
    "backtest.label_means:reverted-within": "another change undid it within {within:duration} after its end",
    "backtest.risk_model:committed": "the committed one",
    "backtest.risk_model:built-in": "the built-in one, since this is no change repository",
    "backtest.part": (
        "{changes} changes that started from {start:time} to {end:time}; {positive} with trouble "
        "({share})"
    ),
    "backtest.left_out": (
        "{not_started} without an actual start, {open} whose time was not over when the records end, "
        "{unknown} whose end is not recorded; {overlapping} that ended too late to be learned from"
    ),
    "backtest.placebo": (
        "{before} had an incident on their items in as long a time before they started; {after} are "
        "positive"
    ),
    "backtest.placebo:excess": (
        "{before} had more incidents on their items in as long a time before they started than in "
        "the time before that; {after} are positive"
    ),
    "backtest.scores": "Scores",
    "backtest.column:score": "score",
    "backtest.column:auc": "AUC [95 %]",
    "backtest.column:r05": "at 5 %",
    "backtest.column:r10": "at 10 %",
    "backtest.column:r20": "at 20 %",
    "backtest.column:what": "what it is",
    "backtest.column:brier": "Brier",
    "backtest.column:error": "error",
    "backtest.column:predicted": "predicted",
    "backtest.column:observed": "observed",
    "backtest.column:changes": "changes",
    "backtest.model:changeflow": "the committed risk model",
    "backtest.model:fitted": "a card fitted to your records",
    "backtest.model:declared": "the risk that people declared",
    "backtest.model:item-incidents": "incidents on the items in 30 days alone",
    "backtest.model:emergency": "the emergency flag alone",
    "backtest.model:logistic": "a regression on all facts",
    "backtest.model:boosted": "boosted trees, which cannot be added up by hand",
    "backtest.missing:few": "too few changes with trouble to fit to",
    "backtest.missing:unrecorded": "not recorded of any change",
    "backtest.missing:extra": "needs the extra: pip install 'changeflow[boosted]'",
    "backtest.reading": (
        "AUC is the share of pairs, a change with trouble and one without, that a score puts in the"
        " right order: 0.5 is a coin, 1 never errs. The columns beside it say which share of the"
        " trouble lies among the riskiest 5, 10 and 20 % of the changes."
    ),
    "backtest.chances": (
        "How far the chances are off: the Brier score is the mean squared difference of chance and"
        " outcome, the error the mean distance of the ten bands below. Less is better."
    ),
    "backtest.beware": "Beware",
    "backtest.warning:proximity": (
        "Near in time is not caused by: almost as many changes have incidents before them as after "
        "them. This label finds items that have incidents anyway."
    ),
    "backtest.warning:few": "Only {positive} changes of one part had trouble: read the intervals, not the figures.",
    "backtest.warning:related": (
        "Many incidents name the change that fixed them, not one that caused them. Those that were "
        "opened before the change started are left out; the others are not all its fault."
    ),
    "backtest.label_named": "{label}: {meaning}",
    "backtest.reliability": "Reliability",
    "backtest.curve": "How far the chances kept their word",
    "backtest.predicted": "predicted share with trouble",
    "backtest.observed": "observed share",
    "backtest.point": "predicted {predicted}, observed {observed}, {changes} changes",
    "backtest.bands": "Ten bands of {name}, from the lowest chance to the highest:",
    "backtest.limits": "What this cannot say",
    "backtest.limit:past": (
        "It says how the score would have done in the past, not how it will do. Items, teams and "
        "what you record of them change."
    ),
    "backtest.limit:done": (
        "Only changes that were carried out are judged. What was rejected, or mended in time"
        " because a reviewer looked, is not seen."
    ),
    "backtest.limit:recorded": (
        "It finds what was recorded. An incident that no record names, and a cause that was written "
        "down wrongly, are missing."
    ),
    "backtest.limit:noise": (
        "Intervals are what chance alone does to the figures: the changes of an item in a week are "
        "drawn together, because one incident may be the trouble of all of them. Two scores whose "
        "intervals overlap widely may be equally good."
    ),
    "backtest.label": (
        "`{label:code}` is no label",
        "known labels: {labels:list}; other durations are possible, such as `P14D`",
    ),
    "backtest.no_incidents": (
        "there are no records of incidents in `{folder}`, so `{label}` says nothing",
        "import incidents, or judge by `--label failed`",
    ),
    "backtest.no_changes:nothing": (
        "no change in `{folder}` can be judged by `{label}`",
        "`changeflow history show` says what is recorded; another label may fit it",
    ),
    "backtest.no_changes:train": (
        "no change before the first judged one can be learned from by `{label}`",
        "give a later `--train-until`, or records of a longer time",
    ),
    "backtest.no_changes:test": (
        "there is no change to judge by `{label}`",
        "give an earlier `--train-until`, or records of a longer time",
    ),
    "backtest.one_kind:train": (
        (
            "{positive} of the {changes} changes to learn from had trouble by `{label}`: nothing can be "
            "learned from one kind alone"
        ),
        "give another `--train-until`, another label, or records of a longer time",
    ),
    "backtest.one_kind:test": (
        (
            "{positive} of the {changes} changes to judge had trouble by `{label}`: nothing can be told "
            "from one kind alone"
        ),
        "give another `--train-until`, another label, or records of a longer time",
    ),
}
