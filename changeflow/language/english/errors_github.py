"""What is wrong between this program and GitHub."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "hub.traced": "{hint} (GitHub's request {number})",
    "hub.give_access": (
        "the token cannot see this repository; give the workflow or the App access to it"
    ),
    # -- the job
    "hub.output_name": "`{name}` is no name for an output",
    "hub.output_delimiter": (
        "output `{name}` holds its own delimiter",
        "random numbers can be foretold here",
    ),
    "hub.unwritten": (
        "cannot write `{path}`: {why:system}",
        "{variable} names this file; the runner sets it",
    ),
    "hub.other_event": (
        "the event `{event}` is none that changeflow serves",
        "it serves {events:list}",
    ),
    "hub.other_event_repository": (
        "the event is about another repository than GITHUB_REPOSITORY",
        "do not replay payloads",
    ),
    "hub.unset": (
        "{variable} is not set",
        "`changeflow ci` runs inside GitHub Actions; see docs/guides/github.md",
    ),
    "hub.no_api": (
        "GITHUB_API_URL is not set, and GITHUB_GRAPHQL_URL names a server of its own",
        (
            "on a server of your own it ends in /api/v3; GITHUB_GRAPHQL_URL can be left out, and "
            "GITHUB_API_URL cannot"
        ),
    ),
    "hub.event_too_large": ("the event in {file} is too large", "GitHub sends at most 25 MB"),
    "hub.event_unread": ("the event cannot be read: {why:system}", "see GITHUB_EVENT_PATH"),
    "hub.event_no_json": ("the event is no JSON: {why}", "see GITHUB_EVENT_PATH"),
    "hub.event_no_object": ("the event is no JSON object", "see GITHUB_EVENT_PATH"),
    "hub.event_lacks": ("the event names no {what}", "see GITHUB_EVENT_PATH"),
    "hub.event_lacks:group": ("the event names no merge group", "see GITHUB_EVENT_PATH"),
    "hub.event_lacks:deployment": ("the event names no deployment", "see GITHUB_EVENT_PATH"),
    "hub.answer_elsewhere": (
        "the event wants its answer sent somewhere else than to this repository",
        "nothing was sent",
    ),
    # -- address and token
    "hub.no_token": (
        "neither GITHUB_TOKEN nor GH_TOKEN is set",
        "`export GITHUB_TOKEN=$(gh auth token)`",
    ),
    "hub.no_origin": (
        "there is no remote `origin` here that would say which repository on GitHub is meant",
        "name it: --repository OWNER/NAME, and on a server of your own also GITHUB_API_URL",
    ),
    "hub.origin_elsewhere": (
        "`origin` is no repository on github.com",
        "name it: --repository OWNER/NAME, and on a server of your own also GITHUB_API_URL",
    ),
    "hub.repository_form": (
        "the repository `{text}` is not written `owner/name`",
        "for example `acme/changes`; --repository and GITHUB_REPOSITORY are written so",
    ),
    "hub.bad_token": (
        "the GitHub token is empty or holds characters no token has",
        "see GITHUB_TOKEN",
    ),
    "hub.bad_address": (
        "the address of GitHub's API is no plain URL",
        "for example https://api.github.com",
    ),
    "hub.not_https": (
        "`{host}`: a token travels over https only",
        (
            "say https://{place} in GITHUB_API_URL and GITHUB_GRAPHQL_URL; http:// is for loopback "
            "alone"
        ),
    ),
    "hub.two_hosts": (
        "GitHub's two APIs are on different hosts",
        "see GITHUB_API_URL and GITHUB_GRAPHQL_URL",
    ),
    # -- limits and time
    "hub.own_ceiling": (
        "{name}: this run has sent {count} requests, its own ceiling",
        "the next event or the schedule decides again",
    ),
    "hub.reserve": (
        "{name}: {left} requests are left of GitHub's `{resource}` limit, kept for the verdict",
        "the limit is renewed at {until} UTC; the schedule decides again then",
    ),
    "hub.limited:hourly": (
        "{name}: GitHub's hourly limit is reached",
        "it asks to wait {pause} s; the schedule decides again later",
    ),
    "hub.limited:secondary": (
        "{name}: GitHub's secondary limit is reached",
        "it asks to wait {pause} s; the schedule decides again later",
    ),
    "hub.out_of_time": "{name}: GitHub took longer than the {seconds} s this run may take",
    "hub.no_date": (
        "GitHub's answers lack the header `Date`, so it is not known what time it is there",
        "does a proxy in between take it away?",
    ),
    "hub.no_time": "GitHub has not said what time it is",
    "hub.clock_skew": (
        "this machine's clock and GitHub's are {seconds} s apart",
        "set the clock of the machine that runs the gate",
    ),
    # -- answers
    "hub.detail": " ({said})",
    "hub.detail:needs": "; it takes the permission `{permission}`",
    "hub.detail:both": " ({said}); it takes the permission `{permission}`",
    "hub.failed": (
        "{name}: GitHub failed ({status}){details:sentences}",
        "https://www.githubstatus.com says whether it is down",
    ),
    "hub.unauthorised": (
        "{name}: GitHub does not accept the token{details:sentences}",
        "the token is wrong, expired or revoked",
    ),
    "hub.expired": "{name}: the installation's token has expired",
    "hub.forbidden": (
        "{name}: the token may not do this{details:sentences}",
        "the guide lists the permissions it takes",
    ),
    "hub.no_permission": "give the workflow or the App that permission",
    "hub.not_visible": (
        "{name}: not there, or not visible to the token{details:sentences}",
        "GitHub answers 404 for both",
    ),
    "hub.elsewhere": "{name}: GitHub sends us elsewhere ({status})",
    "hub.refused": "{name}: GitHub refused ({status}){details:sentences}",
    "hub.query_forbidden": "{name}: the token may not read this{details:sentences}",
    "hub.query_not_visible": "{name}: not there, or not visible to the token ({said})",
    "hub.query_unknown": "{name}: this GitHub does not know the question ({said})",
    "hub.query_failed": "{name}: GitHub answered with errors ({said})",
    "hub.garbled:kind": ("{name}: the answer is `{kind}`, not JSON", "a proxy in between?"),
    "hub.garbled:json": ("{name}: the answer is no proper JSON ({why})", "a proxy in between?"),
    "hub.garbled:value": (
        "{name}: the answer is `{kind}`, neither an object nor a list",
        "a proxy in between?",
    ),
    "hub.too_large": "{name}: the answer is larger than {size} bytes",
    "hub.no_answer": ("{name}: no answer from GitHub ({kind})", "is the network up?"),
    "hub.other_host": "{name}: GitHub sends us to another host, and the token does not go there",
    "hub.renamed": (
        "{name}: the repository was moved or renamed",
        "use its new name; nothing was written",
    ),
    "hub.circles": "{name}: GitHub sends us in circles",
    "hub.next_page_elsewhere": "{name}: the next page is on another host",
    "hub.incomplete": (
        "{name}: the list is not complete: {why:sentence}",
        "the next run reads it again",
    ),
    "hub.list:pages": "a page comes twice, or there are too many",
    "hub.list:promised": "{found} of {wanted} pages came",
    "hub.list:count": "{found} of {wanted} came",
    "hub.list:twice": "an item came twice: the list moved while it was read",
    "hub.list:cursors": "a cursor comes twice, or there are too many pages",
    "hub.list:changed": "the count changed while it was read",
    "hub.list:moved": "the count changed from {found} to {wanted} while it was read",
    "hub.some_came": "{where}: {found} of {wanted} came",
    "hub.no_number": "GitHub names no number: {where} is nothing",
    "hub.unexpected": (
        "GitHub's answer is not what it should be: {where} is {found}, expected {expected}"
    ),
    "hub.unexpected:missing": "GitHub's answer is not what it should be: {where} is missing",
    "hub.unexpected:branch": (
        "GitHub's answer is not what it should be: a branch name that git cannot have"
    ),
    "hub.other_verdict": "gate check: GitHub took the verdict and answers with another one",
    # -- pull requests and their commits
    "hub.base_gone": "the base branch `{branch}` is gone",
    "hub.neither": (
        "`{remote}` has neither `{ref}` nor the commit {commit}",
        "let the remote be the repository that the pull request is in",
    ),
    "hub.head_moved": ("pull request {number} is at {head} now, not at {wanted}", "read it again"),
    "hub.base_rewritten": ("`{branch}` no longer contains {commit}", "its history was rewritten"),
    "hub.no_common_history": "the pull request and its base have no common history",
    "hub.fetch_needed:ledger": (
        "the ledger `{branch}` is not here, and cannot be fetched: {why:sentence}",
        "fetch needed: `git fetch --unshallow`, or check out with `fetch-depth: 0`",
    ),
    "hub.fetch_needed:rest": (
        "the clone is shallow, and the rest cannot be fetched: {why:sentence}",
        "fetch needed: `git fetch --unshallow`, or check out with `fetch-depth: 0`",
    ),
    "hub.fetch_needed:shallow": (
        "the clone is shallow, so what a change adds cannot be told",
        "fetch needed: `git fetch --unshallow`, or check out with `fetch-depth: 0`",
    ),
    "hub.no_queue": "`{branch}` has no merge queue",
    "hub.not_queued": "no entry of the merge queue of `{branch}` is at {head}",
    "hub.other_repository": "`{repository}` is another repository now",
    "hub.no_pull": "pull request {number}: not there",
    "hub.no_repository": "`{repository}`: not there, or not visible to the token",
    "hub.pushed": "the pull request was pushed to while it was read",
    "hub.no_last_commit": "the pull request's last commit did not come",
    "hub.heads_differ": (
        "the pull request's head and its last commit differ: it was pushed to while it was read"
    ),
    "hub.no_commit": "`{repository}` has no commit {commit}",
    "hub.checks_gone": "checks: they were gone before they were read",
}
