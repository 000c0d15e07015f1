"""What `cmdb import` tells."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "import.counts": "{added} added, {changed} changed, {removed} removed, {unchanged} unchanged",
    "import.sizes": "{folder}: {items:plural item items}, {relations:plural dependency dependencies}",
    "import.written": "Written. Next: `changeflow check`.",
    "import.same": "Nothing to write: it is there already.",
    "import.dry": "Nothing was written (--dry-run).",
    "import.refused": "Nothing was written: correct the errors first.",
    "import.more": "and {count} more",
    "import.conflict": (
        "the {attribute} of {ci:shown} is {value:shown} in YAML and {other:shown} in the source"
    ),
}
