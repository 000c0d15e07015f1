"""What `evidence record` says, and what goes wrong with it."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "evidence_file.recorded": (
        "evidence for {change} is recorded by {by:person}: entry {seq} of the ledger"
    ),
    "evidence_file.not_good": "It shows a failure or cannot be judged, so it proves nothing.",
    "evidence_file.name": (
        "{name:shown} cannot be the name of evidence",
        "a name has letters, digits, `.`, `_` and `-`, at most 100, and begins with a letter or digit",
    ),
    "evidence_file.no_key": (
        "there is no key to sign evidence with, and without a signature it proves nothing",
        "give `--key FILE`, or set CHANGEFLOW_KEY to a key of an automation",
    ),
    "evidence_file.unknown_key": (
        "this key is not in the roster: {key:shown}",
        "add an automation (`kind: agent`) with the public key to `policies/roster.yaml`",
    ),
    "evidence_file.human": (
        "the key is that of {person:person}, and only an automation records evidence",
        "sign with the key of an automation of the roster (`kind: agent`)",
    ),
    "evidence_file.missing": ("there is no file {path:shown}", "name the file that CI wrote"),
    "evidence_file.no_file": ("{path:shown} is no regular file", "name the file that CI wrote"),
    "evidence_file.unread": ("{path:shown} cannot be read: {why:system}", ""),
}
