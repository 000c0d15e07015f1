"""A late dataclass behaves as the library's own does."""

from __future__ import annotations

import copy
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, is_dataclass, replace
from typing import Any

import pytest

from changeflow.model.late_dataclass import late_dataclass


@late_dataclass(frozen=True)
class Late:
    """A class with every kind of field."""

    ci: str
    score: float = 1.0
    labels: dict[str, str] = field(default_factory=dict)
    quiet: int = field(default=0, compare=False, repr=False)

    @property
    def fails(self) -> bool:
        return self.score == 1.0


@dataclass(frozen=True)
class Usual:
    """The same, made by the library."""

    ci: str
    score: float = 1.0
    labels: dict[str, str] = field(default_factory=dict)
    quiet: int = field(default=0, compare=False, repr=False)


@late_dataclass(frozen=True)
class Nothing:
    pass


@late_dataclass(frozen=True)
class Checked:
    size: int

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError(self.size)

    def __repr__(self) -> str:
        return "its own"


@pytest.mark.parametrize(
    "given", [{"ci": "db"}, {"ci": "db", "score": 0.5, "labels": {"a": "b"}, "quiet": 3}]
)
def test_it_holds_and_shows_what_the_librarys_own_holds(given: dict[str, Any]) -> None:
    late, usual = Late(**given), Usual(**given)
    assert asdict(late) == asdict(usual)
    assert repr(late) == repr(usual).replace("Usual", "Late")
    assert [one.name for one in fields(Late)] == [one.name for one in fields(Usual)]
    assert Late.__match_args__ == Usual.__match_args__  # type: ignore[attr-defined]


def test_two_are_equal_as_their_compared_fields_are() -> None:
    assert Late("db", quiet=1) == Late("db", quiet=2)
    assert Late("db") != Late("api")
    assert Late("db") != Usual("db")
    assert len({Checked(1), Checked(1), Checked(2)}) == 2
    assert Nothing() == Nothing()


def test_no_two_share_what_a_factory_made() -> None:
    assert Late("db").labels is not Late("db").labels


def test_it_is_frozen() -> None:
    one = Late("db")
    with pytest.raises(FrozenInstanceError):
        one.ci = "api"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del one.ci
    assert one.fails


@pytest.mark.parametrize("given", [{}, {"ci": "db", "what": 1}])
def test_wrong_arguments_are_refused_as_the_library_refuses_them(given: dict[str, Any]) -> None:
    with pytest.raises(TypeError) as late:
        Late(**given)
    with pytest.raises(TypeError) as usual:
        Usual(**given)
    assert str(late.value) == str(usual.value).replace("Usual", "Late")


def test_it_can_be_replaced_and_copied() -> None:
    one = Late("db", labels={"a": "b"})
    assert replace(one, score=0.5) == Late("db", 0.5, {"a": "b"})
    assert copy.copy(one) == copy.deepcopy(one) == one
    assert copy.deepcopy(one).labels is not one.labels
    assert is_dataclass(one)


def test_a_frozen_dataclass_of_the_library_may_inherit_from_it() -> None:
    @dataclass(frozen=True)
    class Child(Late):
        more: int = 0

    assert Child("db", more=2).more == 2


def test_what_a_class_says_itself_is_kept() -> None:
    with pytest.raises(ValueError, match="-1"):
        Checked(-1)
    assert repr(Checked(1)) == "its own"


def test_a_match_takes_it_apart() -> None:
    match Late("db", 0.5):
        case Late(ci, score=score):
            assert (ci, score) == ("db", 0.5)
        case _:
            raise AssertionError


def test_only_a_frozen_one_can_be_made_late() -> None:
    with pytest.raises(TypeError):
        late_dataclass(frozen=False)
