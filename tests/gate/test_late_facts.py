"""Facts of a case that are made when something reads them."""

from __future__ import annotations

from collections import Counter

import pytest

from changeflow.gate.case import CmdbFacts

made: Counter[str] = Counter()


def one(name: str, *items: str) -> tuple[str, ...]:
    made[name] += 1
    return items


@pytest.fixture
def facts() -> CmdbFacts:
    made.clear()
    return CmdbFacts.late({"behind": lambda: one("behind", "db-1")}, needed=("db-2",))


def test_a_late_fact_is_made_when_it_is_read_and_once_for_all_copies(facts: CmdbFacts) -> None:
    copy = facts.model_copy(update={"needed": ()})
    assert not made
    assert not facts.is_made("behind")
    assert facts.is_made("needed")
    assert copy.behind == facts.behind == facts.behind == ("db-1",)
    assert made["behind"] == 1
    assert facts.is_made("behind")
    assert (copy.needed, facts.needed) == ((), ("db-2",))


def test_a_late_fact_takes_the_place_of_another_in_the_copy_alone(facts: CmdbFacts) -> None:
    copy = facts.with_late(needed=lambda: one("needed", *facts.needed, "db-3"))
    assert copy.needed == ("db-2", "db-3")
    assert facts.needed == ("db-2",)
    again = copy.with_late(behind=lambda: one("other", "db-4"))
    assert copy.behind == facts.behind == ("db-1",)
    assert again.behind == ("db-4",)
    assert again.needed == ("db-2", "db-3")
    assert made == {"needed": 1, "behind": 1, "other": 1}


def test_facts_that_were_made_at_once_may_have_late_ones_in_a_copy() -> None:
    made.clear()
    whole = CmdbFacts(behind=(), needed=("db-2",))
    late = whole.with_late(behind=lambda: one("behind", "db-1"))
    assert (late.behind, late.needed, whole.behind) == (("db-1",), ("db-2",), ())


def test_late_facts_equal_those_that_were_made_at_once(facts: CmdbFacts) -> None:
    assert facts == CmdbFacts(behind=("db-1",), needed=("db-2",))
    assert CmdbFacts.late({"needed": tuple}, behind=()) == CmdbFacts.late({"behind": tuple}, needed=())
    assert facts != CmdbFacts(behind=("db-2",), needed=("db-2",))


def test_what_is_no_fact_is_no_attribute(facts: CmdbFacts) -> None:
    with pytest.raises(AttributeError, match="beside"):
        facts.beside  # type: ignore[attr-defined]  # noqa: B018


def test_the_error_of_a_maker_is_not_taken_for_a_fact() -> None:
    def fails() -> tuple[str, ...]:
        raise OSError("git failed")

    late = CmdbFacts.late({"behind": fails}, needed=())
    for _ in range(2):
        with pytest.raises(OSError, match="git failed"):
            late.behind  # noqa: B018
