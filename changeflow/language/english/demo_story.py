"""What the demonstration tells between its commands."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "story.title_opening": "The webshop changes",
    "story.opening": (
        "A webshop keeps its change management in git: the requests, the map of what depends "
        "on what, the rules, and who may decide. There is no server. Alice asks for changes, "
        "Bob makes them, Carol and Dave sit on the change advisory board. Bob, Carol and Dave "
        "sign with keys made a second ago. Every command below runs for real; only the clock "
        "is set, so that there is no waiting for the night."
    ),
    "story.title_standard": "1. A standard change: the restart everybody knows",
    "story.restart_asked": (
        "The recommendations are slow, and a restart helps. It is routine: the board "
        "authorised the procedure once, as a change model with limits on items, programs and "
        "risk. So Alice lets the model fill in the request, and no meeting is needed."
    ),
    "story.restart_open": (
        "The gate is open without a signature, because every item and every step lies inside "
        "the model. One step of Alice's own would have made it a normal change. At night, "
        "inside the window, Bob releases it:"
    ),
    "story.restart_closed": (
        "Every step was done, inside the window, and no one had to help. The policy asks for "
        "no review of a standard change that went like this: it is closed, and the gate says "
        "why."
    ),
    "story.title_normal": "2. A normal change: it fails, and the plan brings the shop back",
    "story.shipping_review": (
        "A failure is worth most when its cause is asked for. Carol's review cannot leave that out:"
    ),
    "story.shipping_asked": (
        "Alice wants a new shipping service. Her request says what will be done, how one sees "
        "that it worked, and how it is undone. changeflow works out from the map what it can "
        "break, and how risky that is."
    ),
    "story.shipping_plan": "What the step will do is kept beside the request, and approved with it:",
    "story.shipping_decided": (
        "If shipping fails, checkout fails, and with it online sales. That is a high risk, so "
        "two members of the board must agree. Each signs what they have read: had Alice moved "
        "the window afterwards, their approvals would no longer count, while a corrected typo "
        "would not hurt."
    ),
    "story.shipping_differs": (
        "The window is open. But shipping 2.3.2 was put live by hand this afternoon, so the "
        "release would do something else than what was approved. It is refused before "
        "anything runs:"
    ),
    "story.shipping_run": "The version is put back. The shop is up, and Bob starts the release:",
    "story.shipping_back": (
        "The new version is live, and the test order finds what no test had found: no price "
        "for seven of twenty addresses. There is nothing to decide at night. The approved "
        "rollback plan runs at once, and a test order proves that it worked:"
    ),
    "story.title_emergency": "3. An emergency: act first, then pay the debt",
    "story.rates_debt": (
        "Speed has its price. The change cannot be closed before another member of the board "
        "has agreed in retrospect, and before it has been reviewed. The gate knows about "
        "both:"
    ),
    "story.rates_broken": (
        "The phone rings. A broken table of exchange rates arrived at 04:05, prices are shown "
        "as 0.00, and customers are ordering. There is no time for the board. Alice writes an "
        "emergency request, with the incident and the reason why it cannot wait."
    ),
    "story.rates_no_return": (
        "Rates can be loaded again. A mail that has gone out cannot be called back, and the "
        "plan says so before it is approved:"
    ),
    "story.rates_approved": "One member of the emergency board is enough to start. Carol is awake:",
    "story.rates_died": (
        "The screen is black: Bob's laptop has run out of power, right after the mails (in "
        "this story the process is killed with `kill -9`). Did they go out? What was begun is "
        "on the ledger, and nothing has to be remembered:"
    ),
    "story.rates_resumed": (
        "The step may have happened, so it is not simply run again. Its `verify` is asked, "
        "finds the mails, and the release goes on behind it. No customer gets a second mail:"
    ),
    "story.title_tampering": "4. A record is cleaned up",
    "story.ledger_whole": (
        "Everything above left evidence on a branch of its own, one commit per entry, each "
        "naming the one before it, signed. An auditor needs a clone and one command:"
    ),
    "story.ledger_edited": (
        "Now suppose that a person with the right to push would like the failed release of "
        "November to have been a success. They change one word in one entry, and call the "
        "commit housekeeping:"
    ),
    "story.ledger_found": (
        "Found: the entry, and why it cannot be true. No gate opens on a ledger like this, so "
        "the next release would be refused as well. The honest branch is still in every other "
        "clone; put back, it verifies again:"
    ),
    "story.title_end": "That was all of it",
    "story.end": (
        "Three changes: one decided beforehand, one that failed without an outage, one that "
        "could not wait. Each says who decided what on which grounds, what was done, and what "
        "was learnt, and no report had to be written."
    ),
    "story.end_site": "Those who have no clone read it as a site:",
    "story.end_open": "Open {path} in a browser.",
    "story.end_kept": "The repository is in {shop}, the keys are in {keys}.",
    "story.end_next": (
        "`changeflow init` starts a repository of your own; docs/quickstart.md takes ten minutes."
    ),
}
