"""A scorecard that is fitted to the past: what it says, how sure it is, and what it cannot see."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- written into the risk model
    "fit.heading": (
        "Fitted to {changes} changes that started from {since} to before {until}; {positive} met with\n"
        "{label} (`changeflow risk fit`)."
    ),
    # -- the page
    "fit.title": "A scorecard fitted to what happened",
    "fit.fact:label": "trouble is",
    "fit.fact:train": "fitted to",
    "fit.fact:test": "judged by",
    "fit.fact:open": "not judged yet",
    "fit.fact:file": "file",
    "fit.part": (
        "{changes:plural change changes} that started from {since:time} to before {until:time}; "
        "{positive} met with trouble ({share})"
    ),
    "fit.open": "{count:plural change changes} whose time was not over when the records end",
    "fit.file": "{path} (proposed, not written)",
    "fit.file:written": "{path} (written)",
    "fit.label:failed": "the change failed or was rolled back",
    "fit.label:caused-incident": "an incident names the change and was opened after it started",
    "fit.label:incident-within": (
        "an incident on one of its items within {within:duration} after its end"
    ),
    "fit.label:incident-excess": (
        "more incidents on its items in {within:duration} after its end than before its start"
    ),
    "fit.label:reverted-within": "another change undid it within {within:duration}",
    "fit.section:card": "The card",
    "fit.section:totals": "What a total means",
    "fit.section:models": "Before and after, on changes that it was not fitted to",
    "fit.section:levels": "Levels of these changes",
    "fit.section:moved": "Changes whose level would be another",
    "fit.section:blind": "What it cannot see",
    "fit.section:diff": "The change to {path}",
    "fit.column:range": "total",
    "fit.column:changes": "changes",
    "fit.column:positive": "with trouble",
    "fit.column:observed": "share",
    "fit.column:chance": "foretold",
    "fit.column:measure": "measure",
    "fit.column:committed": "committed",
    "fit.column:proposed": "proposed",
    "fit.column:level": "level",
    "fit.column:before": "before",
    "fit.column:after": "after",
    "fit.column:class": "class",
    "fit.column:type": "type",
    "fit.column:higher": "higher",
    "fit.column:lower": "lower",
    "fit.of_fact": "{fact} (in {chosen} of {resamples} cards)",
    "fit.line": "{value} or more: {points:plural point points} ({low} to {high})",
    "fit.line:any": "any value: {points:plural point points} ({low} to {high})",
    "fit.line:flag": "yes: {points:plural point points} ({low} to {high})",
    "fit.between": "{low} to {high}",
    "fit.with_interval": "{value} ({low} to {high})",
    "fit.measure:auc": "order: pairs put right (95 %)",
    "fit.measure:recall": "trouble among the riskiest {share} %",
    "fit.measure:recall_interval": "trouble among the riskiest {share} % (95 %)",
    "fit.measure:brier": "Brier score",
    "fit.measure:calibration_error": "mean error of the chance, ten bands",
    "fit.how_card": (
        "Each line says what a change at that value gets for the fact; the facts add up. A fact that is not "
        "known counts as the worst that its lines give. How sure that is, {resamples} cards tell that were fitted to "
        "changes drawn anew: how many of them have the fact, and between which points nine of ten lie."
    ),
    "fit.how_totals": (
        "At most {most:plural point points}. The chance of trouble follows from the total by one regression over the "
        "changes that the card was fitted to."
    ),
    "fit.how_levels": (
        "Records do not tell what requesters state nor how much a failure hurts. Each change is taken with "
        "{other:plural point points} for what a usual requester states, and the middle band of impact."
    ),
    "fit.blind:failed": (
        "A change failed where its record says so: a failure that was not recorded counts as a success."
    ),
    "fit.blind:caused-incident": (
        "Few incidents name a change, and a person decided whether they do: trouble that was not linked counts "
        "as none."
    ),
    "fit.blind:incident-within": (
        "An incident near a change in time need not be caused by it. The card finds where incidents will be, "
        "more than which change causes them."
    ),
    "fit.blind:incident-excess": (
        "After a quiet week more incidents follow by chance alone, and after a bad one fewer. The card finds such weeks, too."
    ),
    "fit.blind:reverted-within": (
        "A revert may have been planned, and a fault that was mended by another change is none here."
    ),
    "fit.blind:positives": (
        "{count:plural change changes} with trouble stand behind the card. Fewer than a hundred leave much to chance."
    ),
    "fit.blind:drift": (
        "Times change: {earlier:percent} of the changes that it was fitted to met with trouble, "
        "and {later:percent} of the later ones."
    ),
    "fit.blind:placebo": (
        "{after:percent} of the changes have such trouble, and {before:percent} have incidents on their items as long *before*, "
        "which no change can cause."
    ),
    "fit.blind:placebo_excess": (
        "{after} of the changes have such trouble, and {before} had more incidents on their items in as long a time "
        "*before* them than in the time before that, which no change can cause."
    ),
    "fit.blind:coin": (
        "On the later changes its order cannot be told from that of a coin: the interval of pairs put right "
        "reaches one half."
    ),
    "fit.blind:as_exported": (
        "What the records say today of {facts:list}: nothing says whether they said so before the change started. "
        "{count} of {changes} changes were recorded after they had started."
    ),
    "fit.blind:never": "Never known in these records, so no line could be about it: {facts:sentences}.",
    "fit.blind:unknown": (
        "Not known for {count} of {changes} changes, which get the worst: {what:sentences}."
    ),
    "fit.blind:teams": (
        "No line is about teams: {teams:list} is one person, and a score is about no person."
    ),
    "fit.blind:open": (
        "{count:plural change changes} cannot be judged yet: the time that the label looks at was not over "
        "when the records end."
    ),
    "fit.blind:declared": (
        "What requesters state (complexity, tests, rollback) is not in these records: those points stay as they are."
    ),
    "fit.blind:stopped": "A change that was stopped has no outcome. Nothing is known of what it would have done.",
    "fit.next": "hint: look at the page, and propose it: `changeflow risk fit … --write`, then a pull request",
    "fit.next:written": "hint: open a pull request with {path}: this file is judged by the policy owners",
    # -- refusals
    "fit.no_records": (
        "there are no changes in {folder}",
        "`changeflow history import` makes records of the exports of another system",
    ),
    "fit.label": (
        "`{label}` is no label",
        "labels are {kinds:list}; the last three take a time, such as `incident-within:P7D`",
    ),
    "fit.not_judged": (
        (
            "none of {changes:plural change changes} can be judged by `{label}`: for {open} of them the time that it "
            "looks at was not over when the records end"
        ),
        "import newer records, or choose another label or period",
    ),
    "fit.empty_part:train": (
        "no change whose outcome is known started before {until:time}, so there is nothing to fit to",
        "choose a later --train-until or an earlier --from",
    ),
    "fit.empty_part:test": (
        "no change whose outcome is known started at {until:time} or later, so nothing would judge the card",
        "choose an earlier --train-until",
    ),
    "fit.few": (
        (
            "too few outcomes: {positive} of {changes:plural change changes} met with trouble, and a card needs "
            "{fewest} of either kind"
        ),
        "import more records, choose a wider label, or keep the card that is there",
    ),
    "fit.few:none": (
        "none of {changes:plural change changes} met with trouble, so nothing tells them apart",
        "see `changeflow history show` whether outcomes and incidents were imported",
    ),
    "fit.few:all": (
        "all of {changes:plural change changes} met with trouble, so nothing tells them apart",
        "choose a narrower label",
    ),
    "fit.nothing": (
        "no fact tells those of {changes:plural change changes} that met with trouble from the others",
        "import more records, or keep the card that is there",
    ),
    "fit.edit": (
        "{path} could not be edited without a change to something else",
        "write `spec.likelihood.record` as a list of its own, below `likelihood:`",
    ),
    "fit.both": "`--write` and `--out` say two places; one of them is enough",
}
