"""The documents that answers and entries of the ledger are about."""

from collections.abc import Iterable

from changeflow.model.document_parts import Record


class Subject(Record):
    """A document that an entry is about.

    `sha256` is the digest of its bytes, `commit` the commit it was read from, if any.
    """

    name: str
    sha256: str
    commit: str | None = None


def commits_of(subjects: Iterable[Subject]) -> set[str]:
    """Return the commits that documents were read from."""
    return {subject.commit for subject in subjects if subject.commit}
