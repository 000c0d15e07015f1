"""The repository: the one place that makes paths of names, if they cannot lead elsewhere."""

from __future__ import annotations

import re

from changeflow import errors
from changeflow.lazy_dataclass import dataclass


@dataclass(frozen=True)
class Repository:
    """A repository by owner and name."""

    owner: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Repository:
        """Return `owner/name`, as in `GITHUB_REPOSITORY`.

        Raises:
            errors.UsageError: when the text is nothing of the kind.
        """
        found = re.fullmatch(r"([A-Za-z0-9_-]{1,100})/([A-Za-z0-9._-]{1,100})", text, re.ASCII)
        if found is None or found[2] in (".", ".."):
            raise errors.UsageError.of("hub.repository_form", text=text[:100])
        return cls(found[1], found[2])

    @property
    def path(self) -> str:
        """Tell where it is in the REST API."""
        return f"/repos/{self.owner}/{self.name}"

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}"
