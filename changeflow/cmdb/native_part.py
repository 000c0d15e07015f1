"""Items of native YAML as a part of the CMDB, by numpy."""

from __future__ import annotations

from changeflow.cmdb.graph import FACTS
from changeflow.cmdb.native_columns import NativeItems
from changeflow.cmdb.origins import NATIVE
from changeflow.cmdb.wide_columns import MoreRows, NeedRows, OriginRows, Part
from changeflow.cmdb.wide_words import Texts, ints
from changeflow.numpy_alone import np


def part_of_natives(found: NativeItems) -> Part:
    """Return items of native YAML as a part of the CMDB; no two of them have one id."""
    items = ints(found.items)
    facts = ints(found.facts).reshape(len(items), len(FACTS))
    columns = {}
    for at, name in enumerate(FACTS):
        column = np.zeros(len(found.ids), dtype=np.int32)
        column[items] = facts[:, at]
        columns[name] = column
    bits, dependents = ints(found.bits), ints(found.dependents)
    none = np.zeros(0, dtype=np.int32)
    return Part(
        ids=Texts.of(found.ids),
        words=Texts.of(found.words),
        facts=columns,
        needs=NeedRows(
            dependents,
            ints(found.dependencies),
            ints(found.codes),
            ints(found.need_files),
            np.zeros_like(dependents),
        ),
        tipping=ints(found.tipping),
        rest_items=ints(found.rest_items),
        rest=Texts.of(found.rest),
        having={},
        sources=Texts.of([NATIVE] * len(found.paths)),
        paths=Texts.of(found.paths),
        rows=OriginRows(items, ints(found.files), np.zeros_like(items), bits),
        more=MoreRows(none, none, none),
    )
