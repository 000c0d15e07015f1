"""Pull requests: their paths, what the host says of them, and their base."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "rfc.none": "the pull request changes nothing, so there is nothing to authorise",
    "rfc.none:uncovered": (
        "no request for change covers {paths:first_codes}",
        "`changeflow new SLUG` writes one; add it to this pull request",
    ),
    "rfc.id_invalid": (
        (
            "{path:literal} belongs to no change: its folder is not named like"
            " CHG-20261121-payments-db-upgrade"
        ),
        "ids are ASCII: CHG-<yyyymmdd>-<slug>",
    ),
    "rfc.removed": (
        "the request {change} is taken away or renamed; its id is its identity",
        "withdraw it instead: `changeflow withdraw`",
    ),
    "path.not_canonical": "{path:literal} is not written the canonical way: {why:sentences}",
    "path.collision": "`{one}` and `{other}` differ in spelling only",
    "path.not_regular:link": "`{path}` is a symbolic link; what it points to is not reviewed",
    "path.not_regular:submodule": "`{path}` is a submodule; what it points to is not reviewed",
    "path.covered": "covered by the request in this pull request: {paths:first_codes}",
    "path.release": (
        "{paths:first_codes}: a release says which changes are deployed together, and whether that is"
        " accepted; no class and no risk is judged for it, and each change goes through its own gates"
    ),
    "path.beside_standard": (
        (
            "a standard change is authorised by its model, which says nothing about"
            " {paths:first_codes}"
        ),
        "declare `type: normal`, or open a pull request of its own",
    ),
    "paths.unknown": (
        (
            "the branch and its base have no common history: what it changes beside the request is"
            " not known"
        ),
        "make the change on a branch that starts on the base",
    ),
    "history.governed": (
        "commits touch governed files and put them back: {paths:list}",
        "what lands is judged by the difference, not by the commits",
    ),
    "identity.shared": (
        "two people of the roster list the same GitHub account id",
        "mend the roster, or ask the person",
    ),
    "identity.changed": (
        "the login `{login}` is account {account} now; the roster lists {listed} for {who:person}",
        "mend the roster, or ask the person",
    ),
    "identity.changed:unnumbered": (
        (
            "GitHub names no account number for the login `{login}`; the roster lists {listed} for"
            " {who:person}"
        ),
        "mend the roster, or ask the person",
    ),
    "identity.no_id": (
        "the roster lists the login of {name:person} and no account id; logins change hands"
    ),
    "identity.mismatch:account": (
        (
            "the commit {commit} names {who:person} by its address, and the account `{login}` by"
            " GitHub's account"
        ),
        "an address is a claim; it excludes, and never grants",
    ),
    "identity.mismatch:account_person": (
        (
            "the commit {commit} names {who:person} by its address, and {other:person} by GitHub's"
            " account"
        ),
        "an address is a claim; it excludes, and never grants",
    ),
    "identity.mismatch:signature": (
        (
            "the commit {commit} names {who:person} by its address, and the account `{login}` by a"
            " valid signature"
        ),
        "an address is a claim; it excludes, and never grants",
    ),
    "identity.mismatch:signature_person": (
        (
            "the commit {commit} names {who:person} by its address, and {other:person} by a valid"
            " signature"
        ),
        "an address is a claim; it excludes, and never grants",
    ),
    "pull.edited:title": (
        "the title of the pull request was edited at {at:time}, after {people:people} approved",
        "what was approved is the request's content, not this text",
    ),
    "pull.edited:description": (
        (
            "the description of the pull request was edited at {at:time}, after {people:people}"
            " approved"
        ),
        "what was approved is the request's content, not this text",
    ),
    "pull.draft": "the pull request is a draft",
    "pull.too_large": "GitHub may not have said everything: {limits:list}",
    "base.not_main": "the pull request is against `{ref}`; changes are authorised against `{main}`",
    "base.replayed": (
        "the base {base} is older than {seen}, by which was decided before",
        "fetch the base again",
    ),
    "inputs.unreadable": "what judges cannot be read on the base: {problems:sentences}",
    "request.unreadable": (
        "{why:sentences}",
        "{hint}",
    ),
    "governed.invalid": (
        "{path}:{line}: {problem:sentences}",
        "{hint}",
    ),
    "config.removed": (
        (
            "`{path}` would be gone, and with it the change repository: nothing could be judged"
            " any more"
        ),
        "restore it; every key in it has a default",
    ),
    "roster.no_owners": "nobody would be left who may approve policies",
}
