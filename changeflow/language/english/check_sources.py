"""What is found in sources of the CMDB and in the files that they read."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "source.not_plain:link": "{path:code} is a symbolic link",
    "source.not_plain:other": "{path:code} is no plain file",
    "source.too_much": (
        "with {path:code} the files of the source have more than {most} bytes together, and are not read",
        "divide them among several sources",
    ),
    "source-files:none": (
        "the source names no file",
        "add `path`, or `nodes` and `edges` where the format has two files",
    ),
    "source-files:both": (
        "the source names `path` as well as `nodes` or `edges`",
        "name the files either way, not both",
    ),
    "source-files:path": (
        "a source of the format {format:code} has one `path`, not `nodes` and `edges`",
        "write `path`; it may be a folder",
    ),
    "source-files:digest": (
        "one `sha256` cannot be that of two files",
        "write `nodes` and `edges` below `sha256`, each with its digest",
    ),
    "source-files:mapping": (
        "`mapping` is for CSV, and this source has the format {format:code}",
        "remove it; other formats have names of their own",
    ),
    "source-file": (
        "the source {source:code} cannot be read: {problem:sentences}",
        "correct the path, or remove the source",
    ),
    "source-not-pinned": (
        "{path:shown} lies outside of the repository and has no `sha256`",
        "move it below `cmdb/exports/`, or add the digest that `sha256sum` prints",
    ),
    "source-digest": (
        "{path:shown} is not the file that the source {source:code} means: its digest is {found}",
        "look at what changed, then correct `sha256`",
    ),
    "source-archive": (
        "the file is a {archive} archive",
        "unpack it; only gzip is read as it is",
    ),
    "source-archive:workbook": (
        "the file is a workbook of a spreadsheet program, not CSV",
        "open it, save each sheet as `CSV UTF-8` (Save As), and read that file",
    ),
    "source-archive:broken": ("the gzip file is damaged or cut off", "export it again"),
    "source-size": (
        "the file has, unpacked, more than {limit:count} bytes",
        "split it, or export it as CSV, which may be larger than other formats",
    ),
    "source-encoding": (
        "the file is not UTF-8: byte {byte} cannot stand here",
        "save it as UTF-8; `iconv -f WINDOWS-1252 -t UTF-8` converts it",
    ),
    "source-empty": ("the file holds nothing", "export it again, or remove the source"),
    "source-format": (
        "this is not {wanted:sentences}: {problem:sentences}",
        "compare the file with the format that the source names",
    ),
    "foreign.format:backstage": "a Backstage catalogue",
    "foreign.format:kubernetes": "a Kubernetes manifest",
    "foreign.format:terraform": "`terraform show -json` of a state or plan",
    "foreign.format:compose": "a compose file",
    "foreign.format:netbox": "an export of NetBox",
    "foreign.format:servicenow": "an export of ServiceNow",
    "foreign.format:graphml": "GraphML",
    "foreign.format:json": "JSON",
    "foreign.format:yaml": "YAML",
    "foreign.format:xml": "XML",
    "foreign.problem:no_values": "neither `values` nor `planned_values`",
    "foreign.problem:no_entity": "no entity that is an item",
    "foreign.problem:no_entity_name": "no `metadata.name`",
    "foreign.problem:no_object": "no `kind`, `apiVersion` or `metadata.name`",
    "foreign.problem:no_records": "neither `result` nor `records`",
    "foreign.problem:no_results": "neither objects with `model`, `pk` and `fields` nor `results`",
    "foreign.problem:no_services": "no `services`",
    "foreign.problem:no_graph": "no `graph`",
    "foreign.problem:undirected": "its edges have no direction",
    "foreign.problem:undirected_edge": "an edge has no direction",
    "foreign.problem:declaration": "it declares a document type or an entity",
    "foreign.problem:encoding": "it declares an encoding that is not read; save it as UTF-8",
    "foreign.problem:too_deep": "nested too deeply",
    "foreign.problem:too_much_merged": "its merge keys (`<<`) copy too much",
    "foreign.problem:no_mapping": "no mapping",
    "foreign.problem:library": "{said}",
    "source-column": (
        "there is no value for {column:code} here; this row has {columns:list}",
        "rename the column, or say under `mapping` of a source what it is called",
    ),
    "source-row:cells": (
        "the row has {cells} cells, the header {columns}",
        "put a text that has the separator in it in quotes",
    ),
    "source-row:syntax": (
        "the row cannot be read: {problem:sentences}",
        "look for a quotation mark that is not closed",
    ),
    "source-row:column_twice": ("two columns are called {column:shown}", "rename one of them"),
    "source-row:strength": ("{value:shown} is no strength", "write `hard` or `soft`, or nothing"),
    "source-row:min": (
        "{value:shown} is not how many members must remain",
        "write a whole number from 1 on",
    ),
    "source-row:edge": (
        "the line has not two names",
        "each line is an item and what it depends on, separated as in the first line",
    ),
    "source-row:many": (
        "{id:code} has more than {most} dependencies",
        "depend on what they have in common",
    ),
    "source-row:name": ("the row has no name", "give it a name, or leave it out of the export"),
    "source-row:extends": (
        "the service {name:shown} extends {base:shown}, which is in none of these files",
        "import the folder in which both files lie, or what `docker compose config` prints",
    ),
    "source-row:ambiguous": (
        "several items are called {name:shown}, so it is not clear which one is meant",
        "export the ids of the relations (`sys_id`), not the names",
    ),
    "source-duplicate-id": (
        "{id:shown} stands already in {path}, line {line}",
        "remove one of the rows, or give one another id",
    ),
    "source-unknown-item": (
        "{ci:shown} is in no source and no YAML: its dependency with {other:shown} is left out",
        "add the item, or correct the name",
    ),
    "source-group-min": (
        "the group {group:shown} of {id:shown} needs {min} members and has {members}",
        "lower `min`, or list all members",
    ),
    "source-conflict": (
        "the {attribute} of {id:shown} is {other:shown} here; {value:shown} in {path} counts",
        "correct one of them, or raise the `precedence` of the source that is right",
    ),
    "source-described": (
        "{id:shown} is described in {path} already, and is left as it is there",
        "remove it there to have it imported",
    ),
    "source-value:words": (
        "the {attribute} {value:shown} of {id:shown} is not known, and counts as unknown",
        "{what_now:sentences}",
    ),
    "source-value:id": (
        "the {attribute} {value:shown} of {id:shown} is not an id, so it counts as unknown",
        "{what_now:sentences}",
    ),
    "source-relation": (
        "the relation {type:shown} is unknown: {dependent:shown} counts as needing {dependency:shown}",
        "if it means nothing for failures, leave it out of the export",
    ),
    "source-self-dependency": ("{ci:shown} depends on itself; that is left out", "remove the row"),
    "source-shortened": (
        "the {attribute} of {id:shown} has {characters:count} characters and is cut",
        "shorten it where it comes from",
    ),
    "source-more": ("{count:count} more findings like this one ({of}) in this file", ""),
}
