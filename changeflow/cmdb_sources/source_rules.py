"""The rules about sources of the CMDB, for the reference pages and SARIF."""

from __future__ import annotations

from typing import Final

from changeflow.model.finding_rules import FindingRule

RULES: Final = (
    FindingRule(
        "source-file", "error", "A file of a source is missing, no plain file, or too large."
    ),
    FindingRule(
        "source-not-pinned",
        "error",
        "A file outside of the repository has no `sha256`, so it could change unseen.",
    ),
    FindingRule("source-digest", "error", "A file is not the one whose `sha256` the source names."),
    FindingRule("source-archive", "error", "A file is an archive, or a damaged gzip file."),
    FindingRule("source-size", "error", "A file is larger than its format may be."),
    FindingRule("source-encoding", "error", "A file is neither UTF-8 nor marked as UTF-16."),
    FindingRule("source-empty", "error", "A file holds nothing."),
    FindingRule(
        "source-column", "error", "A table lacks a column that it needs, or a row its cell."
    ),
    FindingRule("source-format", "error", "A file is not what the format of its source is."),
    FindingRule("source-relation", "warning", "The direction of a relation is not known."),
    FindingRule("source-row", "error", "A row cannot be read."),
    FindingRule(
        "source-duplicate-id",
        "error",
        "Two rows of a source have one id; of an export, the first counts.",
    ),
    FindingRule(
        "source-unknown-item",
        "error",
        "A dependency names an item that neither a source nor native YAML has. It is a warning "
        "where an export is a part of a larger system.",
    ),
    FindingRule("source-group-min", "error", "A group needs more members than it has."),
    FindingRule("source-conflict", "warning", "Two sources say different things of an item."),
    FindingRule(
        "source-described",
        "warning",
        "An imported item is described by other YAML already, and left as it is.",
    ),
    FindingRule("source-value", "warning", "A value is not understood, and counts as unknown."),
    FindingRule("source-self-dependency", "warning", "An item depends on itself."),
    FindingRule("source-shortened", "warning", "A text is longer than an item may have."),
    FindingRule("source-more", "error", "There are more findings of one rule in a file."),
)
