"""The rules that hold the ledger together.

`chain`, `clocks` and `release.journal_grammar` ask them of entries, `repo` of commits, of signatures
and of what was seen earlier.
"""

from __future__ import annotations

from typing import Any, Final

from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding

RULES: Final = (
    FindingRule(
        "ledger-ahead",
        "error",
        "An entry is dated after the clock of this machine, by more than clocks may differ.",
    ),
    FindingRule("ledger-anchor", "error", "What was seen of the ledger earlier cannot be read."),
    FindingRule(
        "ledger-commit", "error", "A commit of the ledger does something else than add one entry."
    ),
    FindingRule(
        "ledger-diverged", "error", "The ledger here and the one at the remote have parted."
    ),
    FindingRule(
        "ledger-extra-file", "error", "Something that is no entry lies on the ledger branch."
    ),
    FindingRule(
        "ledger-forged",
        "error",
        "An opinion, a review or a line of a release is signed by another person than "
        "the one it names.",
    ),
    FindingRule(
        "ledger-journal",
        "error",
        "A line of a release's journal is not allowed in its place: it was not "
        "written in the order of a release.",
    ),
    FindingRule(
        "ledger-misplaced",
        "error",
        "An entry lies at another place than it says: moved, renamed or replayed.",
    ),
    FindingRule(
        "ledger-predecessor",
        "error",
        "An entry names another predecessor than it has: something was edited, "
        "removed or reordered.",
    ),
    FindingRule("ledger-replayed", "error", "An entry repeats an earlier statement."),
    FindingRule(
        "ledger-repository",
        "error",
        "An entry was recorded for another repository (`spec.repository`); it does not count here.",
    ),
    FindingRule(
        "ledger-rewritten",
        "error",
        "History of the ledger was rewritten: an entry that was seen earlier is another one now.",
    ),
    FindingRule("ledger-sequence", "error", "A number is missing, doubled or out of order."),
    FindingRule(
        "ledger-signature", "error", "A signature does not fit the entry: forged or edited."
    ),
    FindingRule(
        "ledger-speaker",
        "error",
        "An entry is in the name of a person who did not make it: it was signed or "
        "committed by another.",
    ),
    FindingRule(
        "ledger-time",
        "error",
        "Time runs backwards: an entry is dated before one that precedes it, or "
        "before the commit it is about. An approval dated so does not count.",
    ),
    FindingRule(
        "ledger-truncated", "error", "Entries that were seen earlier are gone from the end."
    ),
    FindingRule(
        "ledger-unchecked",
        "error",
        "A signature by a key that the roster does not list cannot be checked here.",
    ),
    FindingRule(
        "ledger-undecided",
        "error",
        "A release was started without an open decision of the gate `deploy` about "
        "the same content.",
    ),
    FindingRule(
        "ledger-unknown-key",
        "error",
        "An entry is signed with a key that the roster does not list; it may not count.",
    ),
    FindingRule("ledger-unreadable", "error", "An entry cannot be read as one."),
    FindingRule(
        "ledger-unsigned",
        "error",
        "An entry is not signed. Where signatures are required it does not count.",
    ),
    FindingRule(
        "ledger-witness",
        "error",
        "A checkpoint of a witness cannot be read, is of another ledger, or is not signed by it.",
    ),
    FindingRule(
        "ledger-version", "error", "An entry is written in a format this version does not know."
    ),
)

# Findings about one entry's credit: the chain holds, but the entry counts as unsigned, not as an
# approval, or not at all here.
CREDIT_RULES: Final = frozenset(
    {"ledger-unsigned", "ledger-unknown-key", "ledger-repository", "ledger-time"}
)
# Findings about files that cannot be read as entries.
UNREADABLE_RULES: Final = frozenset({"ledger-unreadable", "ledger-version", "ledger-extra-file"})


def found_in_ledger(rule: str, path: str = "", /, **data: Any) -> Finding:
    """Return a finding in the words of the catalogue; `path` is empty where it is of no entry."""
    # most ledgers are well
    from changeflow.language.findings import found

    return found(rule, path, data)
