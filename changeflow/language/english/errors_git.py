"""What fails between this program, git, keys and the ledger."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "git.shallow_authors": (
        "this clone is shallow, so who wrote the change cannot be told",
        "fetch needed: `git fetch --unshallow`",
    ),
    "git.shallow_ledger": (
        "this clone is shallow and lacks a part of the ledger `{branch}`",
        "fetch needed: `git fetch --unshallow`",
    ),
    "git.no_revision": (
        "git knows no revision `{rev}` here",
        "fetch it (`git fetch`), or name another",
    ),
    "git.no_revision:zeros": (
        "git knows no revision `{rev}` here",
        "only zeros stand for a branch that is deleted or new: a hook skips it",
    ),
    "git.moved": ("another process moved `{ref}` first", "read the ledger again and decide again"),
    "git.moved:remote": (
        "another process moved `{ref}` on `{remote}` first",
        "read the ledger again and decide again",
    ),
    "git.no_remote": ("git knows no remote `{remote}`", "`git remote add {remote} URL` sets it up"),
    "git.late": (
        "git {verb}: the remote gave no answer within {seconds} s",
        "can you reach it? `spec.ledger.timeout` says how long the ledger's remote may take",
    ),
    "git.late:here": (
        "git {verb} did not end within {seconds} s",
        "does the disk answer? `git fsck` looks at the repository",
    ),
    "git.stopped": "asked to end while git {verb} waited for the remote",
    "git.stopped:here": "asked to end while git {verb} was running",
    # -- locks
    "lock.held": (
        "another process holds the lock of this run",
        "`changeflow release status` shows the run that is active",
    ),
    "lock.none": (
        (
            "this file system has no locks ({why:system}), and without them two releases could run "
            "at once"
        ),
        "release from a clone on a local disk",
    ),
    "lock.unwritten": (
        "`{folder}` cannot be written, and a release keeps its locks there: {why:system}",
        "release from a clone in whose git folder this user may write",
    ),
    "lock.unknown": (
        "whether a release is running here is unknown: `{file}`: {why:system}",
        "look as the user who started it",
    ),
    # -- the ledger
    "append.first": (
        "another process appended to `{branch}` first",
        "read the ledger again and decide again",
    ),
    "append.unsigned": (
        "this repository takes signed evidence only",
        (
            "name a key that the roster lists: CHANGEFLOW_KEY=FILE, or git's user.signingkey with "
            "gpg.format=ssh"
        ),
    ),
    "append.simulated": ("evidence under --now does not count here", "leave --now out"),
    "append.simulated_release": (
        "evidence under --now does not count here",
        "spec.allow_simulated_clock on the base is for demonstrations and tests",
    ),
    "append.broken": (
        "the ledger does not hold together: {problem:phrases}",
        "`changeflow ledger verify` shows every problem",
    ),
    "append.busy": (
        "other processes kept appending to the ledger, so this was not recorded",
        "try again",
    ),
    "append.no_opinion": (
        "{person} has no opinion on {change} to withdraw",
        "`changeflow ledger log {change}`",
    ),
    # -- keys
    "key.none_required": (
        (
            "this repository requires signatures, and the roster lists no key for {person}; "
            "nothing was recorded"
        ),
        (
            "list a public key of {person} under `keys` in the roster (`ssh-keygen -t ed25519` "
            "makes one)"
        ),
    ),
    "key.no_file": ("there is no key file `{key}`", "`ssh-keygen -t ed25519` makes one"),
    "key.not_listed": (
        "the roster does not list the key `{key}` ({keyid}) for {person}",
        (
            "nothing was written; keys live under `keys` in the roster, and count once they are on "
            "the base"
        ),
    ),
    "key.not_listed:held": (
        "the roster does not list the key `{key}` ({keyid}) for {person}; it is {holder}'s",
        (
            "nothing was written; keys live under `keys` in the roster, and count once they are on "
            "the base"
        ),
    ),
    "key.not_listed:anybody": (
        "the roster does not list the key `{key}` ({keyid}) for anybody",
        (
            "nothing was written; keys live under `keys` in the roster, and count once they are on "
            "the base"
        ),
    ),
    # -- git itself
    "git.failed": "git {verb} failed: {said}",
    "git.not_understood": (
        "git {verb} gave an answer that cannot be understood",
        "`git --version` should name 2.36 or newer; is something else called `git` here?",
    ),
    "git.no_object_name": "`{oid}` is not a git object name",
    "git.left_out": (
        "{names:codes}: not used, because the repository's own configuration says so and not yours "
        "(`git config --global`)"
    ),
    "git.hidden_edit": (
        (
            "`{path}` differs from git's index, which is told not to look ({bit}): the checkout is "
            "not what it seems"
        ),
        "`git update-index --no-{bit} -- PATH` lets git look again; or name a revision with --head",
    ),
    "git.foreign_filter": (
        (
            "`{path}` goes through the filter `{driver}` of this repository's own git "
            "configuration, which is never run: what git would store cannot be told"
        ),
        (
            "`git add` it, or name a revision with --head; a filter in your own configuration "
            "(`git config --global`) is run"
        ),
    ),
    # -- what git's messages mean
    "git.advice:name_taken": (
        "one of these two names begins with the other, so git keeps only one: rename it or set "
        "`spec.ledger.branch`"
    ),
    "git.advice:quarantine": "a hook that judges a push records nothing; `post-receive` may",
    "git.advice:rejected": (
        "the server refused; this user must be allowed to push this branch there"
    ),
    "git.advice:forbidden": "these credentials may read there but not push, or nothing at all",
    "git.advice:not_writable": "this user may not write in the git folder; use a clone of your own",
    "git.advice:read_only": "the git folder cannot be written; use a clone on another disk",
    "git.advice:no_repository": "`git init` makes one; changeflow keeps its evidence in git",
    "git.advice:other_owner": (
        "the folder belongs to another user; if you trust it: `git config --global --add "
        "safe.directory DIR`"
    ),
    "git.advice:partial": (
        "fetch needed: this clone is partial, and reading never fetches: `git fetch --refetch "
        "--no-filter` brings all of it"
    ),
    "git.advice:shallow": "fetch needed: `git fetch --unshallow` brings the whole history",
    "git.advice:missing": (
        "fetch needed: this clone is shallow, partial or damaged: `git fetch --unshallow` or `git "
        "fetch --refetch --no-filter`"
    ),
    "git.advice:not_there": "fetch needed: the other side no longer has this commit",
    "git.advice:no_object": (
        "fetch needed: this clone does not have the object; `git fetch --unshallow`"
    ),
    "git.advice:no_tree": (
        "fetch needed: this clone is shallow, partial or damaged; `git fetch --refetch --no-filter`"
    ),
    "git.advice:no_blob": "fetch needed: this clone is partial; `git fetch --refetch --no-filter`",
    "git.advice:locked": (
        "another git is running, or one died and left its lock: if none is running, remove that "
        "file"
    ),
    "git.advice:remote": "is the remote set up? `git remote -v` lists them",
    "git.advice:unreachable": "can you reach it? `git fetch` shows the same failure",
    "git.advice:no_access": (
        "is its address right, and can you reach it? `git remote -v` shows the address, `git "
        "fetch` the failure"
    ),
    "git.advice:credentials": (
        "git has no credentials for this remote; set up a credential helper or an SSH key"
    ),
    "git.advice:address": (
        "is its address right, and can you reach it? `git remote -v` shows the address"
    ),
    "git.advice:install": "install git",
    "git.advice:version": "`git --version` should name 2.36 or newer",
    "git.advice:room": "make room, then do it again",
    "git.advice:rights": "may this user read and write there?",
    "git.advice:memory": "was there enough memory? the same command again may go through",
    # -- the ledger's branch
    "append.not_held": (
        "the ledger does not hold: {problem:phrases}",
        "`changeflow ledger verify` lists everything that is wrong",
    ),
    "append.none_tried": "no attempt to append to `{branch}` was made",
    "append.not_read_again": (
        "this cannot be recorded, because it could not be read again: {problems:sentences}"
    ),
    "append.lacking": (
        "the branch `{branch}` with the evidence is not in this clone, and `{remote}` has it",
        (
            "`git fetch {remote} {branch}:{branch}` brings it, and without it nothing says what "
            "was released already"
        ),
    ),
    "append.lacking:unasked": (
        (
            "the branch `{branch}` with the evidence is not in this clone, and `{remote}` cannot "
            "be asked: {why:sentence}"
        ),
        (
            "`git fetch {remote} {branch}:{branch}` brings it, and without it nothing says what "
            "was released already"
        ),
    ),
    "append.former": (
        "`spec.ledger.branch` is `{branch}` now, and the evidence is still on `{former}`",
        (
            "`git branch --no-track {branch} {found}` takes it along; or set `spec.ledger.branch` "
            "back to `{former}`"
        ),
    ),
    "append.before_newest": (
        (
            "--now lies {span:rough} before the newest evidence under a fixed clock: entry {seq} "
            "is dated {when}"
        ),
        "along the ledger time does not run backwards; name a later --now",
    ),
    "append.behind": (
        (
            "this clock is behind the ledger by {span:rough}; set the clock (entry {seq} is dated "
            "{when:time})"
        ),
        "nothing was recorded; {way_out:sentence}",
    ),
    "append.behind:several": (
        (
            "this clock is behind the ledger by {span:rough}; set the clock (entry {seq} is dated "
            "{when:time})"
        ),
        (
            "nothing was recorded; {way_out:sentence}; `changeflow ledger verify` names every "
            "entry that is ahead of this clock"
        ),
    ),
    "append.way_out": (
        "where the clock of entry {seq} was ahead, the team says so on the main branch, in "
        "changeflow.yaml: `spec.ledger.wrong_clocks: [{digest}]`"
    ),
    "append.behind_commit": (
        (
            "this clock is {span:rough} behind the commit that is spoken of; set the clock (the "
            "commit is dated {when})"
        ),
        "nothing was recorded; where the committer's clock was ahead, let them commit again",
    ),
    # -- signatures
    "key.cannot_sign": "the key `{key}` cannot sign: {why}",
    "key.which_kind": "is it a private key, or a public key that your ssh-agent holds?",
    "key.signed_other:namespace": (
        (
            "the key `{key}` cannot sign: the signature that came back is for `{found}`, not for "
            "`{wanted}`"
        ),
        "is something else called `ssh-keygen` here, or named as git's `gpg.ssh.program`?",
    ),
    "key.signed_other:content": (
        (
            "the key `{key}` cannot sign: the signature that came back does not fit what was to be "
            "signed"
        ),
        "is something else called `ssh-keygen` here, or named as git's `gpg.ssh.program`?",
    ),
    "key.program_failed": (
        "the key `{key}` cannot sign: `{program}` (git's `gpg.ssh.program`): {why}",
        "does it hold the private half of this key? a key file of yours goes with --key FILE",
    ),
    "key.no_signature": "the key `{key}` cannot sign: what came back is no signature: {why}",
    "key.no_temporary": (
        "ssh-keygen cannot be given its files: {why}",
        "is there room in the folder for temporary files? TMPDIR names another",
    ),
    "key.unchecked": (
        "the signature of {keyid} cannot be checked here: ssh-keygen: {why}",
        (
            "this says nothing about the ledger: `ssh -V` (8.2 or newer is needed) and the key's "
            "kind tell more; or check elsewhere; the library `cryptography` does not judge it here"
        ),
    ),
    "key.no_keygen:sign": (
        "ssh-keygen is not installed: no signature can be made here",
        "install OpenSSH 8.2 or newer (package openssh-client)",
    ),
    "key.no_keygen:verify": (
        (
            "ssh-keygen is not installed: a signature cannot be checked here that the library "
            "`cryptography` does not judge"
        ),
        "install OpenSSH 8.2 or newer (package openssh-client)",
    ),
    "key.keygen_failed": (
        "ssh-keygen cannot be started: {why:system}",
        (
            "this says nothing about the ledger: `ssh -V` (8.2 or newer is needed) and the key's "
            "kind tell more; or check elsewhere"
        ),
    ),
    "key.stopped": "asked to end while ssh-keygen was to {verb}",
    "key.command_not_run": (
        "git signs here with the key of `gpg.ssh.defaultKeyCommand`",
        (
            "`gpg.ssh.defaultKeyCommand` in this repository's own configuration is not run; `git "
            "config --global gpg.ssh.defaultKeyCommand ...` makes it yours"
        ),
    ),
    "key.command_failed": (
        "`gpg.ssh.defaultKeyCommand` (`{command}`) gives no key: {why:sentence}",
        "put a key into the agent (`ssh-add FILE`), or name one with --key FILE or CHANGEFLOW_KEY",
    ),
    # -- whose word it is
    "key.not_at_hand": (
        "{person} speaks by a key of theirs, and no key is at hand that is listed for {person} in "
        "the roster{ending:sentences}"
    ),
    "key.not_at_hand:other": (
        "{person} speaks by a key of theirs, and {found}, the key at hand, is not listed for "
        "{person} in the roster{ending:sentences}"
    ),
    "key.lists:none": (
        "name a key that is: --key FILE, or CHANGEFLOW_KEY; the roster lists none that can be read"
    ),
    "key.lists": "name a key that is: --key FILE, or CHANGEFLOW_KEY; the roster lists {keys:list}",
    "key.other_committer": (
        "{person} has no key in the roster and speaks by a commit of theirs; git commits here as "
        "{address}{ending:sentences}"
    ),
    "key.other_committer:owned": (
        "{person} has no key in the roster and speaks by a commit of theirs; git commits here as "
        "{address} ({owners:list}){ending:sentences}"
    ),
    "key.own_address": (
        "`git config user.email {email}` on their machine; or list a key of theirs in the roster "
        "and sign"
    ),
    "key.own_address:none": (
        "list an address of {person} alone under `emails`; or list a key of theirs in the roster "
        "and sign"
    ),
    # -- a pull request's history
    "git.no_common_history": (
        "the pull request and its base have no common history",
        "nothing can be compared",
    ),
    "key.not_recorded": "; nothing was recorded",
    "key.command_said:no_key": "its first line is no public key",
    "key.command_said:unstarted": "it cannot be started",
    "key.command_said:late": "it gave no answer within {seconds} s",
    "key.command_said:exit": "exit code {number}",
}
