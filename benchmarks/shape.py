"""Measures the shape of the program's source text: rooms, lines, comments and imports.

Nothing is imported or run, and no module is named here except by its room: rooms come from the
folders of the package.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import networkx as nx

COLUMNS = 100
USE_CASES = "usecases"
TOP = "(top)"
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# Comments that tools read; they say nothing to a reader and stand where the tool wants them.
_FOR_TOOLS = ("# noqa", "# type:", "# fmt:", "# pragma:", "#!")

Modules = Mapping[str, str]
"""The text of every module by its dotted name, packages as `package.__init__`."""


@dataclass(frozen=True)
class Lines:
    """Counts over the lines of all modules."""

    all: int
    written: int
    """Lines that are not blank."""
    long: int
    """Lines over 100 columns, of any sort."""
    comprehensions: int
    conditionals: int
    own_line_comments: int
    trailing_comments: int
    tool_comments: int
    """Comments for ruff, mypy and the like, which stand where the tool wants them."""

    @property
    def long_percent(self) -> float:
        """Lines over 100 columns in percent of the lines that are not blank."""
        return 100 * self.long / self.written

    def per_thousand(self, count: int) -> float:
        """A count per 1,000 lines that are not blank."""
        return 1000 * count / self.written


def modules_of(package: Path) -> dict[str, str]:
    """Read every module of a package."""
    files = sorted(package.rglob("*.py"))
    return {_dotted(file.relative_to(package.parent)): file.read_text("utf-8") for file in files}


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts)


# -- rooms -------------------------------------------------------------------------------------


def room_of(module: str) -> str:
    """Name the room of a module: the folder below the package, or `(top)`."""
    _, *folders, _ = module.split(".")
    return folders[0] if folders else TOP


def room_shares(modules: Modules) -> dict[str, float]:
    """Share of every room in all lines, in percent, the biggest first."""
    counts: Counter[str] = Counter()
    for module, text in modules.items():
        counts[room_of(module)] += len(text.splitlines())
    total = counts.total()
    return {room: 100 * count / total for room, count in counts.most_common()}


# -- lines -------------------------------------------------------------------------------------


def lines_of(modules: Modules) -> Lines:
    """Count lines, dense expressions and comments."""
    counts: Counter[str] = Counter()
    for text in modules.values():
        counts.update(_counts(text))
    names = Lines.__dataclass_fields__
    return Lines(**{name: counts[name] for name in names})


def _counts(text: str) -> Counter[str]:
    nodes = list(ast.walk(ast.parse(text)))
    lines = text.splitlines()
    return _comments(text) + Counter(
        {
            "all": len(lines),
            "written": sum(bool(line.strip()) for line in lines),
            "long": sum(len(line) > COLUMNS for line in lines),
            "comprehensions": sum(isinstance(node, _COMPREHENSIONS) for node in nodes),
            "conditionals": sum(isinstance(node, ast.IfExp) for node in nodes),
        }
    )


def _comments(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        if token.string.startswith(_FOR_TOOLS):
            found["tool_comments"] += 1
        elif token.line[: token.start[1]].strip():
            found["trailing_comments"] += 1
        else:
            found["own_line_comments"] += 1
    return found


# -- imports -----------------------------------------------------------------------------------


def imports_of(modules: Modules) -> dict[str, set[str]]:
    """Modules of the package that each module imports, also inside functions.

    Imports for type checkers (`if TYPE_CHECKING:`) never happen, and are left out.
    """
    return {module: set(_imported(module, text, modules)) for module, text in modules.items()}


def _imported(module: str, text: str, modules: Modules) -> Iterator[str]:
    for node in _executed(ast.parse(text)):
        for name in _names(node, module):
            target = _module_named(name, modules)
            if target is not None and target != module:
                yield target


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree without what stands under `if TYPE_CHECKING:`."""
    yield node
    children = ast.iter_child_nodes(node)
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        children = iter(node.orelse)
    for child in children:
        yield from _executed(child)


def _names(node: ast.AST, module: str) -> list[str]:
    """Dotted names that an import statement may mean, the most exact ones."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        origin = node.module or ""
        if node.level:
            folder = module.split(".")[: -node.level]
            origin = ".".join([*folder, *filter(None, [node.module])])
        return [f"{origin}.{alias.name}" for alias in node.names]
    return []


def _module_named(name: str, modules: Modules) -> str | None:
    """Find the module that a name means: itself, its package, or what it is taken from."""
    while name:
        for candidate in (name, f"{name}.__init__"):
            if candidate in modules:
                return candidate
        name = name.rpartition(".")[0]
    return None


def circles(modules: Modules) -> list[list[str]]:
    """Groups of modules that import each other, each sorted, the biggest first."""
    graph = nx.DiGraph()
    for module, targets in imports_of(modules).items():
        graph.add_edges_from((module, target) for target in targets)
    groups = [sorted(group) for group in nx.strongly_connected_components(graph)]
    return sorted((group for group in groups if len(group) > 1), key=lambda one: (-len(one), one))


def uncalled_use_cases(modules: Modules) -> list[str]:
    """Modules of `usecases/` that only use cases import, or none at all."""
    called: set[str] = set()
    for module, targets in imports_of(modules).items():
        if room_of(module) != USE_CASES:
            called |= targets
    return [module for module in use_cases(modules) if module not in called]


def use_cases(modules: Modules) -> list[str]:
    """Every module of `usecases/` that holds code of its own."""
    inside = [module for module in modules if room_of(module) == USE_CASES]
    return [module for module in inside if not module.endswith(".__init__")]
