"""Texts that stand in code, for tests which hold tables and code together."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path


def our_files(folder: Path, pattern: str) -> list[Path]:
    """Files of a folder by pattern, sorted, without packages of others that npm or pip put there."""
    return [path for path in sorted(folder.rglob(pattern)) if not {"node_modules", ".venv"} & set(path.parts)]


def texts_beside_rows(path: Path) -> Iterator[str]:
    """Texts of a module, without the ids with which rows of rules begin."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    rows = {
        id(call.args[0])
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("FindingRule", "_rule")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in rows:
            yield node.value
