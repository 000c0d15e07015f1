"""What `ledger verify` finds, and every command that reads the ledger."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

_TAMPERED: Final = "the ledger was changed after the fact; compare with another clone"
_SEEN: Final = (
    "`git update-ref refs/heads/{branch} {commit}` brings the seen state back while git still has "
    "it; or fetch the branch from another clone"
)
_SEEN_BY_OTHERS: Final = (
    "find out who set it back: other clones have the entries; never append to it"
)
_ONLY_CHANGEFLOW: Final = "only changeflow writes to this branch; find out who did"
_ELSEWHERE: Final = "it does not count in this repository: the entry has to be recorded here again"
_UNCHECKED: Final = (
    "no person of the roster signs with this key: treat the entry as forged, and compare with "
    "another clone"
)
_IN_ORDER: Final = "a process writes its journal in order: find out who wrote this entry"
_ITS_PERSON: Final = "it does not count: the person that it names must give it"

SENTENCES: Final[dict[str, Template]] = {
    # -- entries and their places
    "ledger-extra-file": (
        "this file is no ledger entry: `<change>/<seq>-<kind>.json` is",
        _TAMPERED,
    ),
    "ledger-version": (
        "cannot be judged: {why}",
        "a newer changeflow wrote this; update before relying on the ledger",
    ),
    "ledger-unreadable": ("is not a ledger entry any more: {why}", _TAMPERED),
    "ledger-misplaced": ("says it is {named:code}: moved, renamed or replayed", _TAMPERED),
    "ledger-sequence": (
        "number {seq} stands where {place} belongs: entries before it are missing",
        _TAMPERED,
    ),
    "ledger-sequence:used": (
        "number {seq} stands where {place} belongs: this number was used before",
        _TAMPERED,
    ),
    "ledger-predecessor": (
        "names {named}, but {found} stands before it: edited, deleted or reordered",
        _TAMPERED,
    ),
    "ledger-predecessor:first": (
        "names {named}, but nothing stands before it: edited, deleted or reordered",
        _TAMPERED,
    ),
    "ledger-predecessor:none": (
        "names no predecessor, but {found} stands before it: edited, deleted or reordered",
        _TAMPERED,
    ),
    "ledger-replayed": ("is the same statement as {first:code}", _TAMPERED),
    "ledger-repository": (
        "was recorded for the repository {recorded:code}; this one is {here:code}",
        _ELSEWHERE,
    ),
    "ledger-repository:unnamed": (
        "was recorded for a repository without an id; this one is {here:code}",
        _ELSEWHERE,
    ),
    "ledger-repository:unnamed_here": (
        (
            "was recorded for the repository {recorded:code}; this one has none: "
            "`spec.repository` in changeflow.yaml"
        ),
        _ELSEWHERE,
    ),
    # -- signatures
    "ledger-unsigned": (
        "is not signed",
        (
            "this repository requires signatures: set CHANGEFLOW_KEY, or user.signingkey with "
            "gpg.format=ssh"
        ),
    ),
    "ledger-signature": (
        "has a signature of {keyid} that does not fit: forged or edited",
        _TAMPERED,
    ),
    "ledger-signature:twice": ("the same key signed twice", _TAMPERED),
    "ledger-signature:unreadable": ("has a signature that cannot be read: {why}", _TAMPERED),
    "ledger-signature:other_key": (
        "names the key {claimed}, but {keyid} made the signature",
        _TAMPERED,
    ),
    "ledger-signature:namespace": (
        (
            "is signed for {found:code}, not for {wanted:code}: the signature was made for "
            "something else"
        ),
        _TAMPERED,
    ),
    "ledger-unchecked": (
        (
            "is signed with {keyid}, a key that is not in the roster, and its signature cannot be "
            "checked here: ssh-keygen: {why}"
        ),
        _UNCHECKED,
    ),
    "ledger-unchecked:kind": (
        "is signed with {keyid}, a key of the kind {kind:code}, which no roster can list",
        _UNCHECKED,
    ),
    "ledger-unknown-key": (
        "is signed with {keyid}, a key that is not in the roster",
        (
            "no person of the roster lists this key: add it to its owner's `keys`, or treat the "
            "entry as forged"
        ),
    ),
    "ledger-forged": ("is an opinion of {by:person}, signed by {signers:people}", _TAMPERED),
    # -- who made an entry
    "ledger-speaker:unnamed": ("a person's word that names nobody", _ITS_PERSON),
    "ledger-speaker:forged": (
        "in the name of {speaker:person}, and is signed by {signer:person}",
        _ITS_PERSON,
    ),
    "ledger-speaker:unknown": (
        "in the name of {speaker}, and names `{speaker}`, who is not in the roster",
        _ITS_PERSON,
    ),
    "ledger-speaker:unsigned": (
        (
            "in the name of {speaker:person}, and carries no signature by a key the roster lists "
            "for {speaker}"
        ),
        _ITS_PERSON,
    ),
    "ledger-speaker:required": (
        (
            "in the name of {speaker:person}, and is not signed, and this repository requires "
            "signatures"
        ),
        _ITS_PERSON,
    ),
    "ledger-speaker:other_committer": (
        (
            "in the name of {speaker:person}, and was committed by {committer}, which is no "
            "address of {speaker}"
        ),
        _ITS_PERSON,
    ),
    "ledger-speaker:no_committer": (
        (
            "in the name of {speaker:person}, and was committed by nobody named, which is no "
            "address of {speaker}"
        ),
        _ITS_PERSON,
    ),
    "ledger-speaker:started": (
        "says that {speaker:person} started it, and is signed by {signer:person}",
        "who started it is not known",
    ),
    # -- time
    "ledger-time": (
        "is dated {span:rough} before entry {before}, which precedes it: a clock was set wrong",
        (
            "the team says which one on the main branch, in changeflow.yaml: "
            "`spec.ledger.wrong_clocks: [{digest}]` where the clock of entry {seq} was behind, "
            "`[{before_digest}]` where that of entry {before} was ahead"
        ),
    ),
    "ledger-time:commit": (
        "is dated {span:rough} before the commit it is about: a clock was set wrong",
        "ask for it again",
    ),
    "ledger-ahead": (
        "is dated {span:rough} after this clock, {at:time}",
        (
            "where the clock of entry {seq} was ahead, the team says so on the main branch, in "
            "changeflow.yaml: `spec.ledger.wrong_clocks: [{digest}]`"
        ),
    ),
    # -- the branch
    "ledger-anchor": (
        "{file:code} cannot be read ({why}): whether the ledger was cut short cannot be told",
        "compare with another clone, then remove the file",
    ),
    "ledger-truncated": (
        (
            "entry {seq} was seen here before and is gone: the branch {branch:code} was set back "
            "or rewritten"
        ),
        _SEEN,
    ),
    "ledger-rewritten": (
        (
            "entry {seq} was seen here before and was replaced by another: the branch "
            "{branch:code} was set back or rewritten"
        ),
        _SEEN,
    ),
    "ledger-truncated:witness": (
        "{by} saw entry {seq} at {at:time}, and it is gone: {branch:code} was set back",
        _SEEN_BY_OTHERS,
    ),
    "ledger-truncated:unknown_witness": (
        (
            "{by}, whose key is not known here, says that it saw entry {seq} at {at:time}, and it "
            "is gone: {branch:code} was set back"
        ),
        _SEEN_BY_OTHERS,
    ),
    "ledger-rewritten:witness": (
        "{by} saw another entry {seq} at {at:time}: {branch:code} was rewritten or forked",
        _SEEN_BY_OTHERS,
    ),
    "ledger-rewritten:unknown_witness": (
        (
            "{by}, whose key is not known here, says that it saw another entry {seq} at {at:time}: "
            "{branch:code} was rewritten or forked"
        ),
        _SEEN_BY_OTHERS,
    ),
    "ledger-witness:unreadable": (
        "not a cosigned checkpoint: {why}",
        "compare with the witness's own copy",
    ),
    "ledger-witness:origin": (
        "a checkpoint of {origin:code}, and this is {here:code}",
        "look for the checkpoint of this repository",
    ),
    "ledger-witness:unproven": (
        "none of the keys that were given signed this checkpoint",
        "is it the key of that witness? `changeflow ledger witness` prints it",
    ),
    "ledger-witness:signature": (
        "the signature of {by} does not hold: the checkpoint or its time was changed",
        "compare with the witness's own copy",
    ),
    "ledger-diverged": (
        "{branch:code} here and on the remote have gone apart: one of them was rewritten",
        "find out which one is true; never merge them",
    ),
    "ledger-commit:parents": (
        "commit {commit} has {count} parents: not a straight line",
        _ONLY_CHANGEFLOW,
    ),
    "ledger-commit:files": (
        "commit {commit} touches {count} files: an entry is one file",
        _ONLY_CHANGEFLOW,
    ),
    "ledger-commit:edits": ("commit {commit} edits an entry", _ONLY_CHANGEFLOW),
    "ledger-commit:deletes": ("commit {commit} deletes an entry", _ONLY_CHANGEFLOW),
    "ledger-commit:retypes": ("commit {commit} changes the type of an entry", _ONLY_CHANGEFLOW),
    "ledger-commit:touches": ("commit {commit} touches an entry", _ONLY_CHANGEFLOW),
    "ledger-commit:not_plain": (
        "commit {commit} adds something that is not a plain file",
        _ONLY_CHANGEFLOW,
    ),
    # -- journals of releases
    "ledger-undecided": (
        (
            "starts a release, and no open decision of the gate `deploy` about the same content "
            "is recorded with it"
        ),
        "nothing says that this release was allowed: ask the person who signed it",
    ),
    "ledger-journal:started_before": ("starts a release that was started before", _IN_ORDER),
    "ledger-journal:never_started": (
        "{event:code} of a release that was never started",
        _IN_ORDER,
    ),
    "ledger-journal:other_content": (
        "{event:code} is about other content than the release was started with",
        _IN_ORDER,
    ),
    "ledger-journal:ended": (
        "{event:code} after the release ended: {ended:spelt_word}",
        _IN_ORDER,
    ),
    "ledger-journal:old_run": (
        "{event:code} by run {run}, which was in charge before",
        _IN_ORDER,
    ),
    "ledger-journal:other_run": (
        "{event:code} by run {run}, while run {in_charge} was in charge",
        _IN_ORDER,
    ),
    "ledger-journal:direction": (
        "{event:code} of {step:step} against the direction of the release",
        _IN_ORDER,
    ),
    "ledger-journal:step_twice": ("{step:step} begins twice", _IN_ORDER),
    "ledger-journal:never_begun": ("{event:code} of {step:step}, which was never begun", _IN_ORDER),
    "ledger-journal:undo_of_nothing": ("{step:step} undoes a step that was never begun", _IN_ORDER),
    "ledger-journal:step_ended": ("{event:code} of {step:step}, which had ended", _IN_ORDER),
    "ledger-journal:not_awaited": (
        "{event:code} of {step:step}, which awaits no confirmation",
        _IN_ORDER,
    ),
    "ledger-journal:rollback_twice": ("the rollback begins twice", _IN_ORDER),
    "ledger-journal:unnamed": ("{event:code} names no person", _IN_ORDER),
    "ledger-journal:end_turned": ("ends as {state}, and its rollback had begun", _IN_ORDER),
    "ledger-journal:end_not_turned": (
        "ends as {state}, and its rollback never began",
        _IN_ORDER,
    ),
    "ledger-journal:end_turned_nothing": (
        "ends as nothing, and its rollback had begun",
        _IN_ORDER,
    ),
    "ledger-journal:end_not_turned_nothing": (
        "ends as nothing, and its rollback never began",
        _IN_ORDER,
    ),
    "ledger-journal:under_way": ("ends while {step:step} is under way", _IN_ORDER),
    "ledger-journal:not_done": ("ends as implemented, and {step:step} was not done", _IN_ORDER),
}
