"""What GitHub did not answer, by its reason code."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "github.base_gone": "{message}",
    "github.budget": "{message}",
    "github.clock_skew": "{message}",
    "github.conflict": "{message}",
    "github.deadline": "{message}",
    "github.failed": "{message}",
    "github.fetch_needed": "{message}",
    "github.forbidden": "{message}",
    "github.garbled": "{message}",
    "github.graphql": "{message}",
    "github.incomplete": "{message}",
    "github.invisible": "{message}",
    "github.moved": "{message}",
    "github.no_merge_base": "{message}",
    "github.no_server_time": "{message}",
    "github.not_found": "{message}",
    "github.not_offered": "{message}",
    "github.other_host": "{message}",
    "github.other_repository": "{message}",
    "github.primary_limit": "{message}",
    "github.rejected": "{message}",
    "github.secondary_limit": "{message}",
    "github.server_error": "{message}",
    "github.unauthorised": "{message}",
    "github.unexpected": "{message}",
    "github.unreachable": "{message}",
}
