"""What `cmdb import` tells."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "import.counts": "{added:count} added, {changed:count} changed, {removed:count} removed, {unchanged:count} unchanged",
    "import.sizes": "{folder}: {items:plural item items}, {relations:plural dependency dependencies}",
    "import.written": "Written. Next: `changeflow check`.",
    "import.same": "Nothing to write: it is there already.",
    "import.dry": "Nothing was written (--dry-run).",
    "import.refused": "Nothing was written: correct the errors first.",
    "import.disk": ("{folder:code} cannot be written: {why:system}", "nothing was changed"),
    "import.one_path": (
        "{format:code} is read from one file or folder",
        "name it as PATH, without --nodes and --edges",
    ),
    "import.nothing:one_file": ("there is nothing to import", "name a file or folder"),
    "import.nothing:two_files": (
        "there is nothing to import",
        "name a file or folder, or --nodes FILE --edges FILE",
    ),
    "import.missing": ("{path:code} does not exist", "check the path"),
    "import.empty": (
        "{path:code} has no file of this format",
        "files are read whose names end in {suffixes:codes}, or in the same with `.gz`",
    ),
    "import.place": (
        "{path:code} is no place for items",
        "they lie below `cmdb/`, e.g. in `cmdb/imported`",
    ),
    "import.place:name": (
        "{path:code} is no place for items: {problem}",
        "the gate refuses files there; name another folder with --into",
    ),
    "import.place:nested": (
        "{path:code} is the folder of another import",
        "choose the folder above it, or one of its own below `cmdb/`",
    ),
    "import.place:submodule": (
        "{path:code} is a submodule",
        "items lie in the change repository itself; name another folder with --into",
    ),
    "import.link": (
        "{path:code} is a symbolic link",
        "links are never followed; name another folder with --into",
    ),
    "import.foreign": (
        "{path:code} was not written by an import",
        "move it to another folder below `cmdb/`, or import with another --into",
    ),
    "import.no_source": (
        "there is no source {name:code}, and no such file",
        "name a `ConfigurationSource` of `cmdb/sources/` by its id, or a file with one",
    ),
    "import.other_format": (
        "the source {name:code} has the format {format:code}, and {wanted:code} is imported",
        "name a source of the same format",
    ),
    "import.more": "and {count:count} more",
    "import.conflict": (
        "the {attribute} of {ci:shown} is {value:shown} in YAML and {other:shown} in the source"
    ),
}
