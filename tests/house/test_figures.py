"""The figures of the house that need no command: how they are counted, and that none gets worse."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import pytest

from benchmarks import shape
from tests.conftest import PROJECT

# What each figure may be at most: today's value, or what is wanted once that is reached (`make house` prints both). Lower a limit
# when its figure has become better.
LIMITS: dict[str, float] = {
    "biggest room's share of the code, in %": 20.0,
    "lines over 100 columns, in %": 0.5,
    "comprehensions per 1,000 lines": 18.0,
    "conditional expressions per 1,000 lines": 14.0,
    "trailing comments for each own-line one": 1.0,
    "circles of imports": 0,
    "modules of usecases/ that nothing outside imports": 0,
}


class Counted:
    """The modules, and their lines, which are counted once for the figures that are taken of them: it takes seconds."""

    def __init__(self, modules: shape.Modules) -> None:
        self.modules = modules

    @cached_property
    def lines(self) -> shape.Lines:
        return shape.lines_of(self.modules)

    def per_thousand(self, name: str) -> float:
        return self.lines.per_thousand(getattr(self.lines, name))


FIGURES: dict[str, Callable[[Counted], float]] = {
    "biggest room's share of the code, in %": lambda code: max(shape.room_shares(code.modules).values()),
    "lines over 100 columns, in %": lambda code: code.lines.long_percent,
    "comprehensions per 1,000 lines": lambda code: code.per_thousand("comprehensions"),
    "conditional expressions per 1,000 lines": lambda code: code.per_thousand("conditionals"),
    "trailing comments for each own-line one": lambda code: trailing_share(code.lines),
    "circles of imports": lambda code: len(shape.circles(code.modules)),
    "modules of usecases/ that nothing outside imports": lambda code: len(shape.uncalled_use_cases(code.modules)),
}


def trailing_share(lines: shape.Lines) -> float:
    return lines.trailing_comments / lines.own_line_comments


@pytest.fixture(scope="module")
def code() -> Counted:
    return Counted(shape.modules_of(PROJECT / "changeflow"))


@pytest.mark.parametrize("figure", LIMITS)
def test_no_figure_gets_worse(figure: str, code: Counted) -> None:
    assert FIGURES[figure](code) <= LIMITS[figure], f"see `make house`: {figure}"


# -- how it is counted -----------------------------------------------------------------------------------------------------


def test_rooms_are_the_folders_below_the_package() -> None:
    modules = {"p.__init__": "", "p.top": "1\n", "p.a.__init__": "1\n", "p.a.b.c": "1\n1\n", "p.d.e": "1\n"}
    assert shape.room_shares(modules) == {"a": 60, "(top)": 20, "d": 20}


def test_lines_are_long_from_101_columns_on_and_blank_ones_do_not_count() -> None:
    lines = shape.lines_of({"p.a": f"x = '{'y' * 95}'\nx = '{'y' * 94}'\n\n   \n# {'ü' * 98}\n"})
    assert (lines.all, lines.written, lines.long) == (5, 3, 1)


def test_every_sort_of_comprehension_and_each_conditional_expression_counts() -> None:
    text = "a = [x for x in y]\nb = {x for x in y}\nc = {x: x for x in y}\nd = sum(x for x in y)\ne = 1 if a else 2 if b else 3\n"
    lines = shape.lines_of({"p.a": text})
    assert (lines.comprehensions, lines.conditionals) == (4, 2)
    assert lines.per_thousand(lines.comprehensions) == 800


def test_comments_are_told_apart_by_what_stands_before_them_and_those_for_tools_are_neither() -> None:
    text = "# own\nx = 1  # trailing\nif x:\n    # own\n    y = '# text'  # noqa: F841\n# fmt: off\n"
    lines = shape.lines_of({"p.a": text})
    assert (lines.own_line_comments, lines.trailing_comments, lines.tool_comments) == (2, 1, 2)


def test_a_circle_is_found_behind_an_import_inside_a_function_and_not_where_only_types_are_checked() -> None:
    modules = {
        "p.__init__": "",
        "p.a.__init__": "",
        "p.a.one": "from p.a import two\n",
        "p.a.two": "def f():\n    import p.three\n",
        "p.three": "from p.a.one import name\n",
        "p.four": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import p.five\nelse:\n    import p.three\n",
        "p.five": "from . import four\n",
    }
    assert shape.circles(modules) == [["p.a.one", "p.a.two", "p.three"]]
    assert shape.imports_of(modules)["p.four"] == {"p.three"}
    assert shape.imports_of(modules)["p.five"] == {"p.four"}


def test_a_use_case_that_only_use_cases_import_is_named() -> None:
    modules = {
        "p.usecases.__init__": "",
        "p.usecases.gate.__init__": "",
        "p.usecases.gate.decide": "from p.usecases import shared\n",
        "p.usecases.shared": "",
        "p.usecases.never": "",
        "p.cli.gate": "def command():\n    from p.usecases.gate.decide import decide\n",
    }
    assert shape.uncalled_use_cases(modules) == ["p.usecases.shared", "p.usecases.never"]
    assert len(shape.use_cases(modules)) == 3
