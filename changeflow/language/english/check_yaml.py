"""What `check` finds in a text before it is a document."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "yaml-size": (
        "the file has {size:count} bytes, {limit:count} are allowed here",
        "split it, or move bulky text elsewhere",
    ),
    "yaml-size:text": "a single text of {size:count} characters; {limit:count} are allowed",
    "yaml-encoding": (
        "the file is not UTF-8: byte {byte} cannot stand here",
        "save it as UTF-8 without BOM",
    ),
    "yaml-encoding:mark": (
        "the file starts with a byte order mark",
        "save it as UTF-8 without BOM",
    ),
    "yaml-empty": ("the file is empty", "write a document, or remove the file"),
    "yaml-empty:comments": ("the file has comments only", "write a document, or remove the file"),
    "yaml-root:nothing": (
        "document {number} is empty",
        "a document is a mapping that starts with `apiVersion: changeflow/v1`",
    ),
    "yaml-root:value": (
        "document {number} is a single value",
        "a document is a mapping that starts with `apiVersion: changeflow/v1`",
    ),
    "yaml-root:list": (
        "document {number} is a list",
        "a document is a mapping that starts with `apiVersion: changeflow/v1`",
    ),
    "yaml-root:conflict": (
        "`{marker}` is git's mark of a merge that is not finished",
        (
            "decide what is to stand here, and delete the lines that begin with <<<<<<<, "
            "=======, >>>>>>> or |||||||"
        ),
    ),
    "yaml-root:colon": (
        "`{mark}` ({character}) is not the colon of YAML",
        "write `:` and a space between a key and its value",
    ),
    "yaml-documents": ("a second document begins here; one is allowed", "one document per file"),
    "yaml-duplicate-key": ("the key {key:code} is here twice", "keep one of them"),
    "yaml-duplicate-key:seen": (
        "the key {key:code} is here twice; it is on line {line}, column {column} already",
        "keep one of them",
    ),
    "yaml-key": ("the key {key:code} is not text", 'put it in quotes: "{key}"'),
    "yaml-key:empty": ("the key `(empty)` is not text", 'put it in quotes: ""'),
    "yaml-key:structure": ("a list or mapping cannot be a key", "keys are text"),
    "yaml-merge-key": ("merge keys (`<<`) are not allowed", "write the keys out"),
    "yaml-cut-off": (
        "the text ends before `{rest}`: a space and `#` begin a comment",
        (
            "put the text in quotes; write `# ` with a space where a comment is meant: "
            '"{value} {rest}"'
        ),
    ),
    "yaml-ambiguous:truth": (
        "{value:code} is text here, but a truth value to older YAML tools",
        'put it in quotes: "{value}"',
    ),
    "yaml-ambiguous:number": (
        "{value:code} is text here, but a number in another base to older YAML tools",
        'put it in quotes: "{value}"',
    ),
    "yaml-number": ("the number {value:code} is too large", "put it in quotes if it is a name"),
    "yaml-number:endless": (
        "{value:code} is not a finite number",
        "write a number, or put text in quotes",
    ),
    "yaml-depth": ("nested deeper than {levels} levels", "no document needs that; look for a slip"),
    "yaml-directive": ("directives (`%...`) are not allowed", "remove the line"),
    "yaml-anchor": ("anchors (`&{name}`) are not allowed", "remove it"),
    "yaml-anchor:alias": ("aliases (`*{name}`) are not allowed", "write the value out"),
    "yaml-tag": ("tags ({tag:code}) are not allowed", "remove it; put text in quotes"),
    "yaml-character": (
        "the character {character} is not allowed: it is invisible or drives terminals",
        "delete it, or write what it means",
    ),
    "yaml-syntax": ("not valid YAML: {problem:sentences}", "{what_now:sentences}"),
    "yaml-syntax:within": (
        "not valid YAML: {problem:sentences} ({context:sentences})",
        "{what_now:sentences}",
    ),
    "yaml-syntax:other": ("not valid YAML: {problem}", "{what_now:sentences}"),
    "yaml-syntax:conflict": (
        "not valid YAML: `{marker}` is git's mark of a merge that is not finished",
        (
            "decide what is to stand here, and delete the lines that begin with <<<<<<<, "
            "=======, >>>>>>> or |||||||"
        ),
    ),
    "yaml-syntax:colon": (
        "not valid YAML: `{mark}` ({character}) is not the colon of YAML",
        "write `:` and a space between a key and its value",
    ),
    "yaml-syntax:comma": (
        "not valid YAML: `{mark}` ({character}) is not the comma of YAML",
        "write `,` and a space between entries in brackets",
    ),
    "yaml-syntax:comment": ("not valid YAML: a comment needs a space before `#`", "add the space"),
    # -- what the parser says
    "parser.control": "control characters are not allowed",
    "parser.no_token": "found character that cannot start any token",
    "parser.colon": "could not find expected ':'",
    "parser.key": "did not find expected key",
    "parser.dash": "did not find expected '-' indicator",
    "parser.list_end": "did not find expected ',' or ']'",
    "parser.mapping_end": "did not find expected ',' or '}}'",
    "parser.content": "did not find expected node content",
    "parser.document_start": "did not find expected <document start>",
    "parser.document_end": "found unexpected document indicator",
    "parser.stream_end": "found unexpected end of stream",
    "parser.mapping_here": "mapping values are not allowed in this context",
    "parser.key_here": "mapping keys are not allowed in this context",
    "parser.entry_here": "block sequence entries are not allowed in this context",
    "parser.tab_indent": "found a tab character where an indentation space is expected",
    "parser.tab": "found a tab character that violates indentation",
    "parser.indicator_zero": "found an indentation indicator equal to 0",
    "parser.comment_end": "did not find expected comment or line break",
    "parser.space": "did not find expected whitespace",
    "parser.space_or_end": "did not find expected whitespace or line break",
    "parser.escape": "found unknown escape character",
    "parser.hexadecimal": "did not find expected hexdecimal number",
    "parser.code_point": "found invalid Unicode character escape code",
    "parser.plain_colon": "found unexpected ':'",
    "parser.name": "did not find expected alphabetic or numeric character",
    "parser.directive": "found unknown directive name",
    "parser.directive_name": "could not find expected directive name",
    "parser.directive_letter": "found unexpected non-alphabetical character",
    "parser.version": "did not find expected version number",
    "parser.version_digit": "did not find expected digit or '.' character",
    "parser.version_long": "found extremely long version number",
    "parser.version_other": "found incompatible YAML document",
    "parser.version_twice": "found duplicate %YAML directive",
    "parser.tag_twice": "found duplicate %TAG directive",
    "parser.tag_handle": "found undefined tag handle",
    "parser.tag_sign": "did not find expected '!'",
    "parser.tag_close": "did not find the expected '>'",
    "parser.tag_uri": "did not find expected tag URI",
    "parser.tag_octet": "did not find URI escaped octet",
    "parser.tag_leading": "found an incorrect leading UTF-8 octet",
    "parser.tag_trailing": "found an incorrect trailing UTF-8 octet",
    "parser.in_tag_directive": "while parsing a %TAG directive",
    "parser.in_tag_directive_text": "while scanning a %TAG directive",
    "parser.in_yaml_directive": "while scanning a %YAML directive",
    "parser.in_directive": "while scanning a directive",
    "parser.in_list": "while parsing a block collection",
    "parser.in_mapping": "while parsing a block mapping",
    "parser.in_block_node": "while parsing a block node",
    "parser.in_flow_mapping": "while parsing a flow mapping",
    "parser.in_flow_node": "while parsing a flow node",
    "parser.in_flow_list": "while parsing a flow sequence",
    "parser.in_node": "while parsing a node",
    "parser.in_escape": "while parsing a quoted scalar",
    "parser.in_tag": "while parsing a tag",
    "parser.in_tag_text": "while scanning a tag",
    "parser.in_block_text": "while scanning a block scalar",
    "parser.in_plain_text": "while scanning a plain scalar",
    "parser.in_quotes": "while scanning a quoted scalar",
    "parser.in_key": "while scanning a simple key",
    "parser.in_alias": "while scanning an alias",
    "parser.in_anchor": "while scanning an anchor",
    "parser.in_token": "while scanning for the next token",
}
