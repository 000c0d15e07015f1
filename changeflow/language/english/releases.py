"""Releases, and the people who start them."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "release.unproven": (
        "the journal of the release is not signed as this repository asked for then",
        "`changeflow ledger verify` names the entries",
    ),
    "release.finished": "the release ended: {state:word}",
    "release.rollback_failed": "the rollback failed and waits for a recorded human decision",
    "release.unfinished": "the release is not over: {state:word}",
    "release.exists:pull": (
        "{change} has a release already ({state:word}); its request is history",
        "a new attempt is a new change",
    ),
    "deployer.known": "{told:sentences}",
    "deployer.unknown": (
        "{told:sentences} is nobody the roster knows",
        "the roster lists accounts by number: `github_id`, `accounts`",
    ),
    "deployer.unknown:unnumbered": (
        "`{login}` starts it, and GitHub does not tell the number of that account here",
        "start a new run instead of running somebody else's again",
    ),
    "deployer.unknown:nameless": (
        "nobody named starts it, and GitHub does not tell the number of that account here",
        "start a new run instead of running somebody else's again",
    ),
    "deployer.unknown:stated": (
        "`{login}` is named as who starts it, and neither a key nor a commit of theirs says so",
        "sign with a key of theirs: --key FILE or CHANGEFLOW_KEY",
    ),
    "starts.person": "{who:person} starts it: {parts:words}",
    "starts.person:none": "{who:person} starts it: no part in the change",
    "starts.account": "{who:person} (GitHub account {account}) starts it: {parts:words}",
    "starts.account:none": (
        "{who:person} (GitHub account {account}) starts it: no part in the change"
    ),
    "starts.unproven": "stated and not proven",
    "starts.unlisted": "`{who}`, starts it and",
    "starts.unlisted:account": "GitHub account {account}, `{login}`, starts it and",
    "starts.unlisted:nameless": "GitHub account {account}, nobody named, starts it and",
    "release.exists": (
        "this change has a release already: {state:word}",
        "nothing runs twice; a new attempt is a new change",
    ),
    "release.heading": "{change}: {state:word}",
    "release.plan": "{change}: plan",
    "release.waiting_for": "waiting for: {who}",
    "release.run": "run: {run}",
}
