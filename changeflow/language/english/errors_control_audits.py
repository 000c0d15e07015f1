"""What goes wrong with the folder of an audit."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "audit_out.seed": (
        "a seed is text on one line, without hidden characters, of 200 characters at most",
        "`--seed` takes any word that the auditor did not choose for its result, such as a day",
    ),
    "audit_out.taken": (
        "`{folder}` is not empty and no earlier audit; nothing was written",
        "name a new folder: an audit overwrites nothing that it did not write itself",
    ),
    "audit_out.changed": (
        (
            "`{folder}` has an earlier audit that was changed since: {paths:most_codes 5}; nothing "
            "was written"
        ),
        "name a new folder, so that notes of the auditor are kept",
    ),
    "audit_out.no_folder": (
        "`{folder}` is no folder",
        "name a new folder",
    ),
    "audit_out.unwritten": (
        "`{folder}` cannot be written, and is as it was: {why:system}",
        "",
    ),
}
