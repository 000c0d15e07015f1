"""Fetch GitHub's current descriptions of its APIs through npm, for the tests of the GitHub host.

    python tests/github/fetch_descriptions.py [FOLDER]

writes `api.github.com.json.gz` (REST, OpenAPI) and `schema.graphql.gz` into FOLDER, by default `build/github`, where the tests look
for them before they look at the shared data. Needs npm, whose configured registry is used; about 50 MB travel.
"""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

# npm package -> (file in it, file we keep)
PACKAGES = {
    "@octokit/openapi": ("package/generated/api.github.com.json", "api.github.com.json.gz"),
    "@octokit/graphql-schema": ("package/schema.graphql", "schema.graphql.gz"),
}
DEFAULT = Path(__file__).resolve().parents[2] / "build" / "github"


def fetch(package: str, member: str, target: Path, scratch: Path) -> str:
    """Keep one file of a package; returns the name of its archive, which holds the version."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not installed; the descriptions come as npm packages")
    done = subprocess.run([npm, "pack", "--silent", package], cwd=scratch, check=True, capture_output=True, text=True)
    archive = done.stdout.strip().splitlines()[-1]
    with tarfile.open(scratch / archive) as tar:
        file = tar.extractfile(member)
        if file is None:
            raise SystemExit(f"{package} no longer has {member}")
        with target.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
            shutil.copyfileobj(file, packed)
    return archive


def main(folder: Path) -> None:
    """Fetch both descriptions."""
    folder.mkdir(parents=True, exist_ok=True)
    for package, (member, name) in PACKAGES.items():
        with tempfile.TemporaryDirectory() as scratch:
            archive = fetch(package, member, folder / name, Path(scratch))
        sys.stdout.write(f"{folder / name} from {archive}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
