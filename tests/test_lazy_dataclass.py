"""Dataclasses whose constructor is compiled late can do what those of the standard library can."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, field, fields, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from changeflow import lazy_dataclass

PACKAGE = Path(lazy_dataclass.__file__).parent
NAN = float("nan")


def classes(dataclass: Callable[..., Any]) -> dict[str, type[Any]]:
    """The same classes, made by one decorator."""

    @dataclass(frozen=True, slots=True)
    class Point:
        """A point."""

        x: float
        y: float = 0.0
        names: tuple[str, ...] = ()
        seen: dict[str, int] = field(default_factory=dict, compare=False, repr=False)

    @dataclass
    class Pile:
        known: ClassVar[int] = 3
        name: str
        found: list[int] = field(default_factory=list)

    @dataclass(frozen=True)
    class Base:
        first: int
        folder: str = field(init=False)
        limit: int = field(default=7, init=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "folder", f"at {self.first}")

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Further:
        one: int
        other: str = "-"
        again: list[int] = field(default_factory=lambda: [4])

    @dataclass(frozen=True)
    class Own:
        value: int

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own)

        def __hash__(self) -> int:
            return 5

        def __repr__(self) -> str:
            return "its own words"

    @dataclass(frozen=True)
    class Derived(Base):
        second: str = "two"

    @dataclass(frozen=True, slots=True)
    class One:
        value: Any

    @dataclass(frozen=True, slots=True)
    class Empty:
        pass

    @dataclass(frozen=True, eq=False)
    class Itself:
        value: int

    made = (Point, Pile, Base, Further, Own, Derived, One, Empty, Itself)
    return {kind.__name__: kind for kind in made}


OURS, THEIRS = classes(lazy_dataclass.dataclass), classes(dataclasses.dataclass)
GIVEN: tuple[tuple[str, tuple[Any, ...], dict[str, Any]], ...] = (
    ("Point", (1.0,), {}),
    ("Point", (1.0, 2.0), {"names": ("a",), "seen": {"b": 1}}),
    ("Point", (NAN,), {}),
    ("Pile", ("p",), {}),
    ("Pile", ("p", [1]), {}),
    ("Base", (3,), {}),
    ("Further", (), {"one": 1}),
    ("Further", (), {"one": 1, "other": "x", "again": []}),
    ("Own", (1,), {}),
    ("Derived", (1,), {}),
    ("Derived", (1, "b"), {}),
    ("One", (NAN,), {}),
    ("One", (None,), {}),
    ("Empty", (), {}),
)
WRONG: tuple[tuple[str, tuple[Any, ...], dict[str, Any]], ...] = (
    ("Point", (), {}),
    ("Point", (1, 2, 3, 4, 5), {}),
    ("Further", (1,), {}),
    ("Base", (1, "at 2"), {}),
    ("Empty", (1,), {}),
    ("Pile", ("p",), {"known": 4}),
)


def told(kind: type[Any], given: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
    """What can be seen of a record."""
    one, other = kind(*given, **named), kind(*given, **named)
    found = [
        repr(one), one == other, one != other, one == 3, asdict(one), one.__match_args__,
        [entry.name for entry in fields(kind)], list(inspect.signature(kind).parameters),
        replace(one) == one, copy.deepcopy(one) == other, hasattr(one, "__dict__"),
        dataclasses.is_dataclass(one),
    ]  # fmt: skip
    try:
        found.append(hash(one) == hash(other))
    except TypeError as error:
        found.append(re.sub(r".*unhashable", "unhashable", str(error)))
    return found


@pytest.mark.parametrize(("name", "given", "named"), GIVEN)
def test_a_record_is_what_the_standard_library_makes(
    name: str, given: tuple[Any, ...], named: dict[str, Any]
) -> None:
    # repr: a number that is not equal to itself
    assert repr(told(OURS[name], given, named)) == repr(told(THEIRS[name], given, named))


@pytest.mark.parametrize(("name", "given", "named"), WRONG)
def test_a_wrong_call_is_refused(
    name: str, given: tuple[Any, ...], named: dict[str, Any]
) -> None:
    said = []
    for kinds in (OURS, THEIRS):
        with pytest.raises(TypeError) as refused:
            kinds[name](*given, **named)
        said.append(str(refused.value).partition(".<locals>.")[2])
    assert said[0] == said[1] != ""


@pytest.mark.parametrize("name", ["Point", "Base", "One"])
def test_a_frozen_record_stays_what_it_is(name: str) -> None:
    one = OURS[name](1)
    entry = fields(one)[0].name
    with pytest.raises(FrozenInstanceError, match=f"cannot assign to field '{entry}'"):
        setattr(one, entry, 2)
    with pytest.raises(FrozenInstanceError, match=f"cannot delete field '{entry}'"):
        delattr(one, entry)
    assert getattr(one, entry) == 1


def test_a_record_that_is_compared_as_an_object_is_equal_to_itself_alone() -> None:
    one, other = OURS["Itself"](1), OURS["Itself"](1)
    assert one != other
    assert len({one, other}) == 2


def test_equal_records_of_two_classes_are_not_equal() -> None:
    assert OURS["Base"](1) != OURS["Derived"](1)
    assert OURS["Empty"]() != OURS["One"](1)


@lazy_dataclass.dataclass(frozen=True, slots=True)
class Sent:
    """A record that goes to another process."""

    number: int
    words: tuple[str, ...] = ()


def test_a_record_goes_to_another_process() -> None:
    one = Sent(1, ("a",))
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - its own bytes


def test_a_record_that_was_put_together_without_its_constructor_is_compared() -> None:
    made = []
    for _ in range(2):
        one = object.__new__(classes(lazy_dataclass.dataclass)["One"])
        object.__setattr__(one, "value", 4)
        made.append(one)
    assert made[0] == made[0]
    assert hash(made[0]) == hash(made[1])
    assert made[0].value == 4


def test_the_constructor_is_compiled_when_it_is_called() -> None:
    kind = classes(lazy_dataclass.dataclass)["Point"]
    before = kind.__init__
    kind(1.0)
    after = kind.__init__
    assert before is not after
    kind(2.0)
    assert kind.__init__ is after


def test_all_of_the_program_takes_its_dataclasses_from_there() -> None:
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        taken = re.findall(r"^\s*from dataclasses import (.*)$", path.read_text("utf-8"), re.MULTILINE)
        if path.name != "lazy_dataclass.py" and any("dataclass" in re.findall(r"\w+", names) for names in taken):
            wrong.append(f"{path.relative_to(PACKAGE)}: take `dataclass` from `changeflow.lazy_dataclass`")
    assert wrong == []
