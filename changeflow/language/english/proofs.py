"""What evidence proves of what rules ask for, and what `evidence record` says."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "evidence.unproved": "{asks}",
    "evidence.proved": "{kind:word} `{name}` proves it",
    "evidence.missing": (
        "no {kind:word} `{name}` is recorded for this commit",
        "record it in CI: `{command}`",
    ),
    "evidence.missing:check": (
        "the code host shows no check run `{name}` of this commit",
        "look at the name, and whether the check ran for this commit",
    ),
    "evidence.missing:unasked": (
        "the code host is not asked here, so the check run `{name}` of this commit is not known",
        (
            "judge the pull request, or have the rule ask for a report of that check (`kind: junit`"
            " or `file`, with `check`) that CI records: `{command}`"
        ),
    ),
    "evidence.missing:running": "the check run `{name}` has not ended yet",
    "evidence.other_commit": (
        "{kind:word} `{name}` is recorded for {commit}, and for no commit with this content",
        "record it on the commit that is decided about: `{command}`",
    ),
    "evidence.untrusted": "{kind:word} `{name}` was recorded by {by:person}, who may not",
    "evidence.untrusted:unsigned": (
        "{kind:word} `{name}` is not signed by an automation of the roster"
    ),
    "evidence.untrusted:human": (
        "{kind:word} `{name}` was recorded by {by:person}: only an automation records evidence"
    ),
    "evidence.untrusted:party": (
        "{kind:word} `{name}` was recorded by {by:person}, who has a part in the change"
    ),
    "evidence.untrusted:role": (
        "{kind:word} `{name}` was recorded by {by:person}, not by {wanted:person}"
    ),
    "evidence.differs:path": "{kind:word} `{name}` is of `{found}`, not of `{wanted}`",
    "evidence.differs:digest": "{kind:word} `{name}` has the digest {found}, not {wanted}",
    "evidence.differs:check": "{kind:word} `{name}` comes from the check `{found}`, not `{wanted}`",
    "evidence.unreadable": "{kind:word} `{name}` cannot be judged: {why}",
    "evidence.failed:tests": "{kind:word} `{name}`: {failed} of {tests:plural test tests} failed",
    "evidence.failed:no_tests": "{kind:word} `{name}`: no test ran ({skipped} skipped)",
    "evidence.failed:results": (
        "{kind:word} `{name}` has {errors:plural result results} of level error"
    ),
    "evidence.failed:components": "{kind:word} `{name}` lists no component",
    "evidence.failed:check": "the check run `{name}` ended as `{conclusion}`",
    "artifact.not_compared": "files that the change deploys were not compared: {count}",
    "artifact.same": "the file `{name}` is the one that was approved ({path})",
    "artifact.missing": (
        "the file `{name}` is not there: {path}",
        "bring the file that was approved, with the digest {wanted}",
    ),
    "artifact.differs": (
        "the file `{name}` is not the one that was approved: {path} has the digest {found}",
        "bring the file with the digest {wanted}, or have the new one approved",
    ),
    "proof.asks": "{kind:word} `{name}` of the commit",
    "proof.asks:check": "a check run `{name}` of the commit that ended with success",
}
