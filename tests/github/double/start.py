"""Start a double: where GitHub's descriptions are, and a server over a world that keeps to them."""

from __future__ import annotations

from pathlib import Path

from github.double.contract import contract
from github.double.graph import schema
from github.double.server import Double
from github.double.world import World

FETCHED = Path(__file__).resolve().parents[3] / "build" / "github"


def descriptions(shared_data: Path | None) -> Path | None:
    """The folder with GitHub's descriptions: freshly fetched ones (`tests/github/fetch_descriptions.py`), or the shared data."""
    folders = [FETCHED, *([shared_data / "github"] if shared_data else [])]
    return next((folder for folder in folders if (folder / "schema.graphql.gz").is_file()), None)


def double_of(world: World, folder: Path, prefix: str = "/api/v3") -> Double:
    """A double that is not yet running: use it in `with`, and look at `problems` at the end."""
    return Double(world, contract(folder / "api.github.com.json.gz"), schema(folder / "schema.graphql.gz"), prefix)
