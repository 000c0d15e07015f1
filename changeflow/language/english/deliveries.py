"""What was delivered without authority: sentences of its paper."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "delivered.title": "Unauthorised changes and requests written afterwards",
    "delivered.totals": "Totals",
    "delivered.unauthorised": "Delivered without authority",
    "delivered.excepted": "Excepted, with the reason",
    "delivered.to_type": "To write the missing requests",
    "delivered.gaps": "Commits, ledger, releases and requests that do not agree",
    "delivered.cmdb": "The CMDB beside its last baseline",
    "delivered.none": "nothing in this period",
    "delivered.none:looked": "nothing in this period, as far as it was looked at",
    "delivered.not_known": "not known",
    "delivered.total:deployments": "Deployments on the code host",
    "delivered.total:releases": "Releases on the code host",
    "delivered.total:pushes": "Pushes on the code host",
    "delivered.no_share": "nothing needed a request",
    # -- totals
    "delivered.total:needing": "Deliveries that need a request",
    "delivered.total:request": "with a request",
    "delivered.total:excepted": "excepted with a reason",
    "delivered.total:owners": "policies, agreed to by owners",
    "delivered.total:unauthorised": "without authority",
    "delivered.total:retrospective": "of these, put right afterwards",
    "delivered.total:reverted": "of these, taken back",
    "delivered.total:open": "of these, open",
    "delivered.total:share": "Share without authority",
    "delivered.complete:yes": "Everything that was looked at is accounted for.",
    "delivered.complete:no": "NOT COMPLETE: something is open, or does not agree.",
    "delivered.complete:not_known": (
        "NOT KNOWN whether it is complete: nothing is open, and not everything was looked at."
    ),
    "delivered.not_asked:host": "The code host: {because}",
    "delivered.not_asked:deployments": (
        "Deployments on the code host were not asked for, or not read whole; the releases of the"
        " ledger are here."
    ),
    "delivered.not_asked:releases": "Releases on the code host were not asked for, or not read whole.",
    "delivered.not_asked:pushes": (
        "Pushes on the code host were not asked for, or not read whole: times are those of commits, as far as the order"
        " of the branch and the ledger allow."
    ),
    "delivered.not_asked:history": (
        "The history is cut off in this clone: `git fetch --unshallow` brings the rest."
    ),
    "delivered.not_asked:ledger": "The ledger does not hold, so nothing that it says was counted.",
    "delivered.not_asked:no_ledger": (
        "There is no ledger here, so releases and what the bot recorded could not be looked at."
        " Where it is elsewhere, `git fetch` brings its branch."
    ),
    "delivered.not_asked:baseline": "The last baseline of the CMDB could not be compared.",
    # -- columns
    "delivered.column:at": "When",
    "delivered.column:what": "What",
    "delivered.column:who": "Who",
    "delivered.column:touched": "Items, paths",
    "delivered.column:found": "Found",
    "delivered.column:disposition": "Disposition",
    "delivered.column:gap": "What does not agree",
    "delivered.column:change": "Change",
    "delivered.column:place": "Where",
    "delivered.column:at_by": "Time by",
    "delivered.column:stated": "Stated time",
    "delivered.column:kind": "Kind",
    "delivered.column:name": "Name",
    "delivered.column:commit": "Commit",
    "delivered.column:title": "Title",
    "delivered.column:paths": "Paths",
    "delivered.column:items": "Items",
    "delivered.column:standing": "Disposition",
    "delivered.column:changes": "Changes",
    "delivered.column:why": "What is missing",
    "delivered.column:named": "Named changes",
    "delivered.column:reason": "Reason",
    "delivered.column:excepted_by": "Excepted by",
    "delivered.column:until": "Until",
    "delivered.column:settled_by": "Taken back by",
    "delivered.column:command": "To type",
    # -- one delivery
    "delivered.what:merge": "merge {name}",
    "delivered.what:commit": "commit {name}",
    "delivered.what:tag": "tag {name}",
    "delivered.what:deployment": "deployment {name}",
    "delivered.what:release": "release {name}",
    "delivered.kind:merge": "merge",
    "delivered.kind:commit": "commit",
    "delivered.kind:tag": "tag",
    "delivered.kind:deployment": "deployment",
    "delivered.kind:release": "release",
    "delivered.at_commit": "at commit {commit}",
    "delivered.paths": "{paths:list}",
    "delivered.paths:more": "{paths:list} and {left} more",
    "delivered.found": "by this paper",
    "delivered.stated:order": "by the order of the branch; the commit states {stated}",
    "delivered.stated:ledger": "at the latest, by the ledger; the commit states {stated}",
    "delivered.stated:host": "by the code host; the commit states {stated}",
    "delivered.at_by:commit": "commit",
    "delivered.at_by:order": "order of the branch",
    "delivered.at_by:ledger": "ledger",
    "delivered.at_by:host": "code host",
    "delivered.standing:retrospective": "afterwards: {changes:list}",
    "delivered.standing:reverted": "taken back by commit {commit}",
    "delivered.standing:reverts": "takes back a delivery without authority",
    "delivered.standing:excepted": "excepted",
    "delivered.standing:open": "OPEN",
    "delivered.word:request": "request",
    "delivered.word:records": "records",
    "delivered.word:owners": "owners agreed",
    "delivered.word:exempt": "exempt",
    "delivered.word:before": "before",
    "delivered.word:retrospective": "afterwards",
    "delivered.word:reverted": "taken back",
    "delivered.word:excepted": "excepted",
    "delivered.word:open": "open",
    "delivered.exception:holds": "{by:person}: {reason}",
    "delivered.exception:expired": "the exception by {by:person} ended on {day}",
    "delivered.exception:own": "the exception is by {by:person}, who made it, and does not count",
    "delivered.exception:not_agreed": (
        "the exception that names {by:person} came with a commit that has no authority itself"
    ),
    "delivered.exception:unknown_person": "the exception is by `{by}`, who is not in the roster",
    "delivered.why:no_change": "it belongs to no change",
    "delivered.why:no_request": "it names {named:sentences}",
    "delivered.why:not_listed": "it touches items that {named:sentences} does not list",
    "delivered.why:not_agreed": "it names {named:sentences}, which is not agreed to",
    "delivered.why:not_theirs": (
        "it names {named:sentences}, whose requester and implementer had no part in it"
    ),
    "delivered.why:written_afterwards": "{named:sentences} was written afterwards for something else",
    "delivered.why:closed": "it came after the review of {named:sentences}",
    "delivered.why:late": "the approval came after the merge",
    "delivered.why:recorded": "it landed without an open gate, as the ledger says",
    "delivered.why:not_on_main": "its commit is not on the main branch",
    "delivered.why:commit_unmatched": "its commit has no request",
    "delivered.why:gate_not_open": "no open gate `deploy` is on record for {named:sentences}",
    # -- gaps
    "delivered.gap:merge_without_entry": "merged, and the ledger says nothing of the change",
    "delivered.gap:entry_not_on_main": "commit {commit} is on the ledger and not on the main branch",
    "delivered.gap:release_without_request": "released, and the main branch has no request",
    "delivered.gap:request_without_release": "merged, the window is over, and not released",
    "delivered.gap:push_forced": "a forced push took commit {commit} from the main branch",
    "delivered.gap:push_not_on_main": "commit {commit} was pushed and is not on the main branch",
    "delivered.gap:tag_moved": "the tag was at commit {commit} when it was written down",
    # -- the CMDB
    "delivered.drift": (
        "{count:plural item items} with differences from baseline {baseline}; without a change:"
        " {unmatched}"
    ),
    "delivered.drift:none": "There is no baseline yet: `changeflow cmdb baseline NAME` records one.",
}
