"""An audit of changes: its paper, and the folders of its sample."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "audit_paper.title": "Audit of change control",
    "audit_paper.sampled": "Audited change {change}",
    "audit_paper.section:result": "Result",
    "audit_paper.section:compared": "Are the records complete?",
    "audit_paper.section:strata": "Population and sample",
    "audit_paper.section:sample": "Sampled changes",
    "audit_paper.section:totals": "Answers by question",
    "audit_paper.section:again": "How the sample was drawn",
    "audit_paper.section:conclusions": "Conclusions of the auditor",
    "audit_paper.section:checklist": "Checklist",
    "audit_paper.section:check_it": "How to check this without changeflow",
    # -- result
    "audit_paper.result": (
        "{gaps:plural gap gaps} found in {drawn:plural change changes} and in the records compared"
    ),
    "audit_paper.result:none": (
        "no gap found in {drawn:plural change changes}; what was not sampled was not looked at"
    ),
    "audit_paper.result:broken": (
        "THE LEDGER DOES NOT HOLD: what it says of these changes proves nothing"
    ),
    "audit_paper.result:no_ledger": "there is no ledger: approvals and releases cannot be proven",
    "audit_paper.result:unreadable": "{count:plural file files} could not be read",
    "audit_paper.result:unmatched": (
        "what was delivered could not be matched with requests: {why:sentence}"
    ),
    "audit_paper.section:unauthorised": "Delivered without authority",
    # -- records compared
    "audit_paper.count:requests": "Requests of the period",
    "audit_paper.count:merged": "of these, on the main branch",
    "audit_paper.count:in_ledger": "of these, with entries on the ledger",
    "audit_paper.count:released": "of these, released",
    "audit_paper.count:ledger_changes": "Changes on the ledger, of any time",
    "audit_paper.count:entries": "Entries on the ledger",
    "audit_paper.mismatch:no_request": (
        "{change}: the ledger has entries (first: {seq}), and no branch has its request"
    ),
    "audit_paper.more": "and {count} more: see `audit.json`, or `changeflow report unauthorised`",
    # -- strata and sample
    "audit_paper.stratum:emergency": "emergencies",
    "audit_paper.stratum:failed": "failed or rolled back",
    "audit_paper.stratum:high_risk": "high risk",
    "audit_paper.stratum:late": "recorded late",
    "audit_paper.stratum:out_of_hours": "weekend or out of hours",
    "audit_paper.stratum:rest": "all others",
    "audit_paper.most": "{most} of {of}",
    "audit_paper.meaning": (
        "A change may be in several strata. With gaps: those of the changes that the stratum gave "
        "of which an answer is no or lacks evidence. At most: with {percent} % confidence no more "
        "changes of the stratum have gaps (exact, hypergeometric distribution; of a large stratum "
        "without gaps in n changes that is near 3/n, the rule of three). It says nothing of "
        "questions that the checklist does not ask, nor of changes that left no record."
    ),
    "audit_paper.no_change": "there are no changes in this period",
    "audit_paper.kind": "{kind:word}, {state:word}",
    "audit_paper.brief:no": "NO: {checks:list}.",
    "audit_paper.brief:not_known": "EVIDENCE MISSING: {checks:list}.",
    "audit_paper.brief:none": "no gap",
    "audit_paper.check:requested": "request before work",
    "audit_paper.check:justified": "reason of an emergency",
    "audit_paper.check:classified": "class and risk",
    "audit_paper.check:effects": "effects",
    "audit_paper.check:rollback_plan": "rollback plan",
    "audit_paper.check:approved": "authorised before work",
    "audit_paper.check:independent": "independent approvers",
    "audit_paper.check:signed": "signatures",
    "audit_paper.check:as_approved": "released as approved",
    "audit_paper.check:ci_checks": "CI checks",
    "audit_paper.check:window": "window",
    "audit_paper.check:verified": "verification",
    "audit_paper.check:ended": "outcome on record",
    "audit_paper.check:rolled_back": "rollback time",
    "audit_paper.check:retrospective": "retrospective approval",
    "audit_paper.check:reviewed": "review on time",
    "audit_paper.check:reviewer": "independent reviewer",
    "audit_paper.check:followed_up": "follow-ups",
    "audit_paper.check:obeyed": "refusal obeyed",
    "audit_paper.check:evidence": "evidence intact",
    # -- columns
    "audit_paper.column:stratum": "Stratum",
    "audit_paper.column:population": "Changes",
    "audit_paper.column:given": "Sampled",
    "audit_paper.column:deviating": "With gaps",
    "audit_paper.column:most": "At most",
    "audit_paper.column:change": "Change",
    "audit_paper.column:kind": "Type, state",
    "audit_paper.column:drawn_for": "Drawn for",
    "audit_paper.column:answers": "Gaps",
    "audit_paper.column:question": "Question",
    "audit_paper.column:answer": "Answer",
    "audit_paper.column:why": "Why",
    "audit_paper.column:clause": "Clause",
    "audit_paper.column:evidence": "Files",
    "audit_paper.column:yes": "yes",
    "audit_paper.column:no": "no",
    "audit_paper.column:not_known": "missing",
    "audit_paper.column:not_applicable": "n/a",
    "audit_paper.column:title": "Title",
    "audit_paper.column:type": "Type",
    "audit_paper.column:state": "State",
    "audit_paper.column:outcome": "Outcome",
    "audit_paper.column:started": "Started",
    "audit_paper.column:ended": "Ended",
    "audit_paper.column:strata": "Strata",
    "audit_paper.column:rank": "Rank",
    "audit_paper.column:concluded": "About",
    "audit_paper.column:conclusion": "Conclusion",
    # -- how it was drawn
    "audit_paper.fact:audit": "Part of",
    "audit_paper.fact:seed": "Seed",
    "audit_paper.fact:asked": "Size asked for",
    "audit_paper.fact:population": "Changes in the period",
    "audit_paper.fact:stratum": "Drawn for",
    "audit_paper.fact:rank": "Rank (SHA-256 of seed and id)",
    "audit_paper.fact:gaps": "Gaps",
    "audit_paper.rule": (
        "The rank of a change is the SHA-256 of seed, line feed and id; the smallest rank comes "
        "first. The strata take turns in the order above, each with the next of its changes, until "
        "the sample has its size; one that was drawn already counts for both. In the first round "
        "every stratum has its turn, so that none with changes is left out. Working hours are 08:00 "
        "to 18:00 from Monday to Friday in the zone of the period; holidays are not known. High "
        "risk is the level `high` or `critical` on record, or else of now."
    ),
    "audit_paper.by_hand": (
        "In the folder of the audit, each line prints the ranks of the changes that a stratum gave:"
    ),
    # -- conclusions
    "audit_paper.concluded:complete": "Are the records complete?",
    "audit_paper.concluded:effective": "Does change control work as laid down?",
    "audit_paper.concluded:nonconformities": "Nonconformities, with clause",
    "audit_paper.concluded:improvements": "Opportunities for improvement",
    # -- guides
    "audit_paper.guide": "How to check this folder",
    "audit_paper.guide:about": (
        "Open index.html. audit.json has the same for programs, sample.csv the sample for "
        "spreadsheets. Each folder below samples/ is about one change and explains itself."
    ),
    "audit_paper.guide:whole": "All files are as they were written:",
    "audit_paper.guide:in_ledger": (
        "Each entry in the sample is one of the ledger's (ledger.sha256 lists all of them in their "
        "order; each entry names the digest of the one before it as `previous`). Nothing is printed:"
    ),
    "audit_paper.check_it:about": (
        "A POSIX shell, `sha256sum`, `base64` and `ssh-keygen` are enough. Type the commands in "
        "this folder."
    ),
    "audit_paper.check_it:whole": "All files are as they were written:",
    "audit_paper.check_it:statements": (
        "Each statement is what its entry of the ledger holds. Nothing is printed:"
    ),
    "audit_paper.check_it:signatures": (
        "Each signature is by the person named, with a key that `allowed_signers` has from the "
        'roster of that time. Each prints `Good "changeflow" signature`:'
    ),
    "audit_paper.check_it:strange_keys": "Signatures whose key no roster lists prove nothing:",
    "audit_paper.check_it:request": (
        "The entries that are about the request as it stands in {file}. Their names are printed:"
    ),
    "audit_paper.check_it:no_entries": "The ledger has no entry about this change.",
    "audit_paper.check_it:unsigned": (
        "No entry is signed: that they were not changed later rests on the chain of digests and on "
        "the copies that others have of the ledger."
    ),
    "audit_paper.check_it:missing": (
        "Entries name versions of the request that this clone does not have: {digests:first}"
    ),
    "audit_paper.check_it:policies": (
        "`policies-then` has policies, roster and configuration at the commit {commit}, by which it "
        "was decided about last."
    ),
    "audit_paper.check_it:no_policies": (
        "The policies by which it was decided are not known, or not in this clone."
    ),
    "audit_paper.check_it:chain": (
        "That no entry was left out, and that later entries do not take back what these say, shows "
        "the ledger alone: `ledger.sha256` of the audit, and `changeflow ledger verify`."
    ),
    "audit_paper.no_record": "The record of the change cannot be made: {why}",
    "audit_paper.written": "written to {folder}: open `index.html`",
}
