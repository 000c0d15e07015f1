"""Records for people: an opinion that was given, the ledger, a release."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "opinion.approve": "{by:person} approved {change}",
    "opinion.approve:role": "{by:person} approved {change} as {role:role}",
    "opinion.reject": "{by:person} rejected {change}",
    "opinion.reject:role": "{by:person} rejected {change} as {role:role}",
    "opinion.withdraw": "{by:person} withdrew their opinion of {change}",
    "opinion.withdraw:role": "{by:person} withdrew their opinion of {change} as {role:role}",
    "opinion.withdraw_change": "{by:person} withdrew the change {change}",
    "opinion.withdraw_change:role": "{by:person} withdrew the change {change} as {role:role}",
    "opinion.signed": "{did}: signed by {signer:person}",
    "opinion.signed:simulated": "{did}: signed by {signer:person}, under a simulated clock",
    "opinion.unsigned": "{did}: not signed",
    "opinion.unsigned:simulated": "{did}: not signed, under a simulated clock",
    "opinion.entry": "entry",
    "opinion.content": "content",
    "opinion.at": "at",
    "opinion.open": "the gate `approve` of {change} is open",
    "opinion.unproven": (
        "on {host} reviews are the approvals; beside them an opinion without a signature "
        "proves nothing"
    ),
    "opinion.uncommitted": (
        "not committed as it is here: {files:most_codes 5}; the opinion counts where a commit "
        "holds the same"
    ),
    "opinion.fixed_clock": (
        "recorded under a fixed clock, which is not counted here "
        "(spec.allow_simulated_clock is false)"
    ),
    "opinion.untold": "whether it counts cannot be told: {why:sentence}",
    "opinion.ignored": "{why:sentence} [{rule}]",
    "opinion.seatless": (
        "{person:person} is no member of the role {role:quoted_role}; it counts only under a delegation"
    ),
    "opinion.still_shut": "hint: `changeflow gate approve {change}` says what is still missing",
    "recorded.opinion": "it is recorded all the same: entry {seq} of the ledger",
    "recorded.decision": (
        "the decision is recorded all the same: {verdict:word} (`changeflow ledger log {change}`)"
    ),
    "log.number": "#",
    "log.when": "when",
    "log.change": "change",
    "log.kind": "kind",
    "log.who": "who",
    "log.signed": "signed",
    "log.what": "what",
    "log.unsigned": "no",
    "log.simulated": "simulated clock; {what}",
    "phase.preconditions": "before the first step (preconditions of the rollback):",
    "phase.implementation": "implementation:",
    "phase.verification": "verification:",
    "phase.undo": "undo, latest first:",
    "phase.rollback": "rollback:",
    "phase.should_fail": "rollback, should a step fail:",
    "phase.should_fail:limit": "rollback, should a step fail (within {limit:duration}):",
    "step.took": "{seconds} s",
    "step.done": "done",
    "step.failed": "FAILED",
    "step.timed_out": "TIMED OUT",
    "step.skipped": "-",
    "step.unknown": "UNKNOWN",
    "step.waiting": "waiting",
    "step.planned": "{index}  {name}  (at most {timeout:duration})",
    "step.manual": "manual",
    "step.run": "run",
    "step.workflow": "workflow",
    "step.query": "query",
    "step.soak": "lasts",
    "step.soaking": ("{length}, a probe every {every}; {failures} failures in a row roll back"),
    "step.verify": "verify",
    "step.plan": "plan",
    "step.undo": "undo",
    "step.undoes": "undoes",
    "step.irreversible": "no undo",
    "said.opinion:approve": "approve",
    "said.opinion:reject": "reject",
    "said.opinion:withdraw": "withdraw",
    "said.in_role": "{said:sentences} as {role:role}",
    "said.with_words": "{said:sentences}: {words}",
    "said.assessed": "assessed: {kind:word}, risk {level:word} ({score})",
    "said.assessed:so": "assessed",
    "said.decided": "gate {gate:word} {outcome:word}",
    "said.several": "{told:sentences}",
    "said.word": "{word:word}",
    "noted.exit": "exit code {exit}",
    "noted.ordered": "ordered by {who:person}",
    "noted.ordered:because": "ordered by {who:person}: {note}",
    "noted.after": "after {run}",
    "noted.stopped": "stopped during {step:step}",
    "noted.stopped:before": "stopped before {step:step}: {why}",
    "noted.stopped:waiting": "stopped waiting for a person: {step:step}",
    "noted.value": "{value}, wanted {must:word} {limit}",
    "noted.value:before": "{value}, wanted {must:word} {limit} (before the release {before})",
    "noted.unknown": "not known: {why}",
    "noted.probes": "{probes} probes, {failed} failed",
    "noted.probes:values": (
        "{probes} probes, {failed} failed, lowest {lowest}, highest {highest}, last {last}"
    ),
    "noted.soak": "{said:sentence}; {summary:sentence}",
    "noted.workflow": "workflow run {url}: {conclusion:word}",
    "noted.workflow:late": (
        "workflow run {url}: {conclusion:word}, cancelled because it took longer than {seconds} s"
    ),
    "noted.workflow:lost": (
        "no workflow run has `{key}` in its name, so that it is not known whether one was"
        " dispatched"
    ),
    "noted.recap": (
        "{hosts:plural host hosts}: {ok} ok, {changed} changed, {failed} failed,"
        " {unreachable} unreachable"
    ),
    "noted.left": "left: {steps:steps}",
    "noted.left_out": "left out: the step was never begun",
    "noted.left_out:tied": "left out: none of the steps that it undoes was begun",
    "noted.left_out:irreversible": "irreversible: {reason}",
    "noted.step": "{step:step} {name:quoted}: exit code {exit}",
    "said.event": "{parts:phrases}",
    "said.hold:placed": "hold {hold} of {scope}: {words}",
    "said.hold:agreed": "agreed to hold {hold} of {scope}: {words}",
    "said.hold:lifted": "hold {hold} of {scope} lifted: {words}",
    "said.notification:claimed": "to be told by {channel}: {fact:word}, {change}",
    "said.notification:told": "told by {channel}: {fact:word}, {change} ({count:plural recipient recipients})",
    "said.notification:failed": "not told by {channel}: {fact:word}, {change} ({why})",
    "said.baseline": "baseline {name}: {items:plural item items}, {relations:plural relation relations}",
    "said.evidence:junit": (
        "{form:word} {name} of {commit}: {tests:plural test tests}, {failures} failures,"
        " {errors} errors, {skipped} skipped"
    ),
    "said.evidence:sarif": (
        "{form:word} {name} of {commit}: {error} errors, {warning} warnings, {note} notes,"
        " {suppressed} suppressed, of {rules:plural rule rules}"
    ),
    "said.evidence:sbom": (
        "{form:word} {name} of {commit}: {components:plural component components} ({format})"
    ),
    "said.evidence:file": "{form:word} {name} of {commit}",
    "said.evidence:unreadable": "{form:word} {name} of {commit} cannot be judged: {unreadable}",
    "said.rehearsal:started": "rehearsal begun in {environment:environment}",
    "said.rehearsal:prefix": (
        "rehearsed {steps:plural step steps} in {environment:environment}: back in {seconds} s"
    ),
    "said.rehearsal:prefix_failed": (
        "rehearsed {steps:plural step steps} in {environment:environment}: not back in time"
    ),
    "said.rehearsal:finished": (
        "rehearsal in {environment:environment} passed: {steps:plural step steps}"
    ),
    "said.rehearsal:finished_failed": "rehearsal in {environment:environment} failed",
    "said.verification": "improvement {name}: verified",
    "said.reviewed": "review: {outcome:word}",
    "verified.ok": "ok: {entries:plural entry entries} in an unbroken chain, {signed} signed",
    "verified.bad": "NOT OK: {problems:plural problem problems} in {entries:plural entry entries}",
    "verified.problem": "problem",
    "verified.seen:holds": (
        "seen by {by} at {at:time}: {size:plural entry entries}, signed by its key"
    ),
    "verified.seen:unknown": (
        "seen by {by} at {at:time}: {size:plural entry entries}, by a key that is not known here"
    ),
    "verified.seen:wrong": (
        "seen by {by} at {at:time}: {size:plural entry entries}, with a signature that is wrong"
    ),
    "witness.done": "{by} cosigned {size:plural entry entries}: {place:code}",
    "witness.done:known": "{by} has cosigned {size:plural entry entries} before: {place:code}",
    "witness.verifier_key": "verifier key of this witness: {verifier}",
    "witness.refused": "NOT COSIGNED: the ledger does not continue what was seen",
    "witness.name": (
        "the witness needs a name: the roster lists this key for no person",
        "name it with --name",
    ),
    "witness.name:form": (
        "`{name}` cannot be the name of a witness",
        "letters, digits, `-` and `_`, with `.` or `/` between them, as in `audit.example.com`",
    ),
    "witness.key:missing": (
        "there is no key to cosign with",
        "name one with --key; `ssh-keygen -t ed25519 -N '' -f witness_key` makes one",
    ),
    "witness.key:unreadable": "the key file `{key}` cannot be read: {why:system}",
    "witness.key:none": (
        "`{key}` is no private SSH key",
        "name the file without `.pub`",
    ),
    "witness.key:kind": (
        "`{key}` is no Ed25519 key, and cosignatures are made with no other",
        "`ssh-keygen -t ed25519 -N '' -f witness_key` makes one",
    ),
    "witness.key:locked": (
        "`{key}` has a passphrase, which a job without a terminal cannot ask for",
        "`ssh-keygen -t ed25519 -N '' -f witness_key` makes a key for this alone",
    ),
    "witness.verifier": (
        "`{key}` is no key of a witness: {why}",
        "`changeflow ledger witness` prints the verifier key; an Ed25519 `.pub` file does as well",
    ),
    "witness.file": "the checkpoint `{file}` cannot be read: {why:system}",
    "witness.file:write": "the checkpoint `{file}` cannot be written: {why:system}",
    "entry.fact:digest": "digest",
    "entry.fact:follows": "follows",
    "entry.fact:at": "at",
    "entry.fact:recorded": "recorded",
    "entry.fact:signed": "signed",
    "entry.first": "nothing: it is the first",
    "entry.recorded_at": "{at:time}",
    "entry.recorded_at:simulated": "{at:time}  (simulated clock)",
    "entry.signature": "by {signer:person}, {keys:list}",
    "entry.signature:worthless": "with {keys:list}, which proves nothing here",
    "entry.signature:none": "no",
    "replayed.sign:agrees": "agrees",
    "replayed.sign:differs": "DIFFERS",
    "replayed.sign:unknown": "unknown",
    "replayed.not_allowed": "NOT ALLOWED",
    "replayed.decision": "#{seq}  {change}  {gate} {outcome:word}  {at:time}",
    "replayed.decision:simulated": (
        "#{seq}  {change}  {gate} {outcome:word}  {at:time}  (simulated clock)"
    ),
    "replayed.differs": "{route}: recorded {recorded}, recomputed {recomputed}",
    "replayed.nothing": "nothing",
    "replayed.sum": "{verdict}: of {every:plural decision decisions} {parts:list}",
    "replayed.sum:same": (
        "ok: {every:plural decision decisions} computed again, byte for byte the same"
    ),
    "replayed.sum:not_allowed": (
        "NOT OK: {starts:plural release releases} without a decision that allowed it; of"
        " {every:plural decision decisions} {same} the same"
    ),
    "replayed.verdict:ok": "ok",
    "replayed.verdict:not_ok": "NOT OK",
    "replayed.agrees": "{count:plural agrees agree}",
    "replayed.differ": "{count:plural differs differ}",
    "replayed.unknown": "{count} cannot be computed here",
    "log.does_not_hold": (
        "warning: the ledger does not hold; `changeflow ledger verify` says what is wrong"
    ),
}
