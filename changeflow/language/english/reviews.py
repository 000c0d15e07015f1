"""Opinions of reviewers, and post-implementation reviews."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "review.not_demanded": (
        "the release ended `{outcome}`, and {rules:codes} asks for no review of that"
    ),
    "review.missing": (
        "there is no post-implementation review",
        "`changeflow review {change}` starts one",
    ),
    "review.missing:due": (
        "there is no post-implementation review; it is due by {due:time}",
        "`changeflow review {change}` starts one",
    ),
    "review.missing:overdue": (
        "there is no post-implementation review; it was due by {due:time}",
        "`changeflow review {change}` starts one",
    ),
    "review.incomplete": (
        "the review has {count} problem(s): {problems:sentences}",
        "`changeflow review {change}` shows every problem with its place",
    ),
    "review.in_future": (
        "the review says that it was made on {day:date}, which lies ahead",
        "`reviewed` is the day on which the review was made",
    ),
    "review.complete": "reviewed by {reviewer:person}",
    "review.rejected:changes": (
        "{who:person} asks for changes",
        "it stands until they approve",
    ),
    "review.rejected:changes_words": (
        "{who:person} asks for changes: {words}",
        "it stands until they approve",
    ),
    "review.edited": (
        "the text of {who:person}'s approval was edited at {at:time}, after it was given",
        "an approval is of the content; its text counts for nothing",
    ),
    "review.unknown_state": (
        "review {id} has the state `{state}`, which is not known",
        "mend the roster, or ask the person",
    ),
    "review.no_time": (
        "review {id} says not when it was submitted",
        "mend the roster, or ask the person",
    ),
    "reviewer.ghost": "the account that gave this review is gone",
    "reviewer.not_human": "{login} is no human account ({type})",
    "review.rejected": (
        "{who:person} rejected the change",
        "the rejection stands until {who:person} approves or withdraws it",
    ),
    "review.rejected:words": (
        "{who:person} rejected the change: {words}",
        "the rejection stands until {who:person} approves or withdraws it",
    ),
    # -- what keeps a review from counting
    "pir-journal": (
        "the release's journal does not fit the request as it is now: {why}",
        "was the request changed after its release?",
    ),
    "pir-not-released": "the release of this change has not finished",
    "pir-other-change": "this review is about {value:code}, not {change:code}",
    "pir-empty-answer:reviewer": (
        "nobody is named as the reviewer",
        "name a person of the roster",
    ),
    "pir-empty-answer:day": ("the day of the review is missing", "for example 2026-11-30"),
    "pir-empty-answer:outcome": ("the outcome is missing", "one of {allowed:codes}"),
    "pir-empty-answer:incidents": (
        "it does not say which incidents the change caused",
        "list their numbers, or write `[]` when there were none",
    ),
    "pir-empty-answer": (
        "{name:code} is not answered",
        "a sentence is enough; `none` is an answer",
    ),
    "pir-empty-answer:question": (
        "{name:code} is not answered: {ask:asked}",
        "write it below `spec.answers`, in a sentence or two",
    ),
    "pir-unknown-question": (
        "no policy asks {name:code}",
        "the questions are those of `spec.reviews` in the policy of the gate `close`",
    ),
    "pir-contradicts": (
        "it leaves out {incidents:codes}, which this change caused according to `incidents/`",
        "name every incident that a document says the change caused",
    ),
    "pir-contradicts:overran": (
        "`deviations` says there were none, and yet the release ended {late:duration} after its window",
        "say what was otherwise than planned",
    ),
    "pir-contradicts:rolled_back": (
        "`deviations` says there were none, and yet the change was rolled back",
        "say what was otherwise than planned",
    ),
    "pir-contradicts:rollback_failed": (
        "`deviations` says there were none, and yet the rollback failed",
        "say what was otherwise than planned",
    ),
    "pir-contradicts:promise": (
        (
            "`deviations` says there were none, and yet restoring took {took:duration} instead of"
            " the promised {limit:duration}"
        ),
        "say what was otherwise than planned",
    ),
    "pir-contradicts:longer": (
        (
            "`deviations` says there were none, and yet {ci:code} was out for {took:duration},"
            " longer than planned"
        ),
        "say what was otherwise than planned",
    ),
    "pir-reviewer-unknown:automation": (
        "{who:code} is an automation",
        "a review is signed by a person",
    ),
    "pir-reviewer-unknown:unlisted": (
        "{who:code} is not in the roster",
        "a review is signed by a person",
    ),
    "pir-not-independent:requested": (
        "{who:code} requested this change",
        "name a person who neither asked for the change nor made it",
    ),
    "pir-not-independent:implemented": (
        "{who:code} implemented this change",
        "name a person who neither asked for the change nor made it",
    ),
    "pir-not-independent:wrote": (
        "{who:code} wrote part of this change",
        "name a person who neither asked for the change nor made it",
    ),
    "pir-not-independent:confirmed": (
        "{who:code} reported or ordered a step of this release",
        "the policy keeps these people from reviewing it (`spec.reviews.not_by`)",
    ),
    "pir-not-independent:approved": (
        "{who:code} approved this change, or gave the mandate for its approval",
        "the policy keeps these people from reviewing it (`spec.reviews.not_by`)",
    ),
    "pir-not-independent:ran": (
        "{who:code} ran this release",
        "name a person who neither asked for the change nor made it",
    ),
    "pir-too-early": "reviewed on {day}, before the release ended ({ended})",
    "pir-outcome-disagrees:implemented": (
        "{outcome:code}, but the release ended implemented",
        "one of {allowed:codes}",
    ),
    "pir-outcome-disagrees:rolled_back": (
        "{outcome:code}, but the release ended rolled back",
        "one of {allowed:codes}",
    ),
    "pir-outcome-disagrees:rollback_failed": (
        "{outcome:code}, but the release ended rollback failed",
        "one of {allowed:codes}",
    ),
    "pir-outcome-disagrees:incidents": (
        "`successful`, and yet there were incidents",
        "`successful-with-issues` says so",
    ),
    "pir-placeholder": ("{name:code} says only {text:code}", "say what happened"),
    "pir-placeholder:action": "`action` says only {text:code}",
    "pir-copied": ("{name:code} is the same text as {earlier:code}", "answer each question"),
    "pir-copied:request": (
        "{name:code} repeats the request",
        "say what was observed, not what was hoped",
    ),
    "pir-owner-unknown": (
        "{owner:code} is neither a person nor a role of the roster",
        "a follow-up needs a person or a role that does it",
    ),
    "pir-no-follow-up": (
        "the change failed and nothing follows from it",
        "what makes it work next time?",
    ),
    "pir-limit-missed": (
        "restoring took {took}, promised were {limit}",
        "`deviations` is the place to say why",
    ),
    "pir-facts-differ": (
        "`actual.{name}` is not what the ledger says",
        "the ledger says {value}; a new skeleton (`changeflow review {change}`) has the facts",
    ),
    "pir-unresolved": (
        "the failed rollback is still open",
        (
            "`changeflow release confirm {change} --resolved --as PERSON --note TEXT` records how it"
            " ended"
        ),
    ),
    # -- `review`
    "pir.written": "{path}: written, with what happened filled in. Still to answer:",
    "pir.line": "line {line}: {said:sentences}",
    "pir.about": "{path}: {said}",
    "pir.complete": "complete and independent, and not yet on record",
    "pir.complete:recorded": "complete and independent, and on record",
    "pir.next": "hint: answer the questions, then `changeflow review {change}` again",
    "pir.next:record": (
        "hint: `changeflow review {change} --as REVIEWER` puts it on record; `changeflow gate close"
        " {change}`"
    ),
    "pir.on_record": "it is recorded all the same: `changeflow ledger log {change}`",
}
