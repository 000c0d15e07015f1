"""Build the columns of the CMDB's graph with Spark, and follow dependencies there, on this machine.

    python benchmarks/spark_reach.py [--item libc6] [--edges FILE] [--cores 2]

Needs the extra `spark` and Java (Debian: `apt install default-jre-headless`). Spark talks to itself
on the loopback only, shows no page, and ends with the program. Three things are printed:

- whether the columns that Spark builds of a list of edges are, byte for byte, those that
  `changeflow cmdb export --target columns` writes of it;
- how many items Spark reaches from the item, by joining the frontier with the edges until nothing
  is new (what GraphFrames does, without its jar);
- how many `changeflow impact` reaches.

Exit code 1 if they differ. docs/guides/cmdb-on-an-engine.md says when this is worth it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from array import array
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql.types import LongType, StringType, StructField, StructType

from changeflow.cmdb.graph import HARD, Graph
from changeflow.cmdb.impact import blast_radius
from changeflow.cmdb_sources.collect import collect
from changeflow.cmdb_sources.export_table import EXPORTS, Exported, write_with
from changeflow.cmdb_sources.identifiers import id_of
from changeflow.cmdb_sources.merge import Merged
from changeflow.cmdb_sources.rows import SourceFile
from changeflow.cmdb_sources.table import SourceSpec
from changeflow.model.impact_weights import ImpactWeights

PROJECT = Path(__file__).resolve().parent.parent
DEBIAN = Path("graphs") / "debian_depends_edges.tsv.gz"
COMPARED = ("ids.utf8", "id_ends.i32", "first.i32", "dependents.i32", "codes.i32")


def session(cores: int) -> SparkSession:
    """Return a Spark of this machine alone."""
    # workers are Pythons of their own, which read the rules about ids from here
    os.environ["PYTHONPATH"] = os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    builder = SparkSession.builder.master(f"local[{cores}]").appName("changeflow")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.sql.shuffle.partitions": str(2 * cores),
        "spark.sql.session.timeZone": "UTC",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def numbered(spark: SparkSession, path: Path) -> tuple[DataFrame, DataFrame]:
    """Return the ids with their numbers in sorted order, and the edges by number.

    Spark sorts texts by their UTF-8 bytes, as the snapshot does.
    """
    to_id = f.udf(id_of, StringType(), useArrow=False)
    lines = spark.read.csv(str(path), sep="\t", schema="dependent string, dependency string")
    named = lines.select(
        to_id("dependent").alias("dependent"), to_id("dependency").alias("dependency")
    )
    named = named.distinct().cache()
    every = named.select(f.col("dependent").alias("id"))
    every = every.union(named.select("dependency")).distinct().orderBy("id")
    schema = StructType([StructField("id", StringType()), StructField("number", LongType())])
    pairs = every.rdd.zipWithIndex().map(lambda pair: (pair[0][0], pair[1]))
    ids = spark.createDataFrame(pairs, schema).cache()
    ends = named
    for name in ("dependent", "dependency"):
        numbers = ids.select(f.col("id").alias(name), f.col("number").alias(f"{name}_number"))
        ends = ends.join(numbers, name)
    edges = ends.select(f.col("dependency_number").alias("u"), f.col("dependent_number").alias("v"))
    return ids, edges.cache()


def columns_of(ids: DataFrame, edges: DataFrame) -> dict[str, bytes]:
    """Return the columns: texts with their ends, and the compressed sparse rows of dependents."""
    texts = [row.id.encode() for row in ids.orderBy("number").toLocalIterator()]
    rows = array("i"), array("i")
    degrees = array("i", bytes(4 * len(texts)))
    for row in edges.orderBy("u", "v").toLocalIterator():
        degrees[row.u] += 1
        rows[0].append(row.v)
        rows[1].append(HARD)
    ends = array("i", accumulate(map(len, texts), initial=0))
    found = {"id_ends.i32": ends, "first.i32": array("i", accumulate(degrees, initial=0))}
    found |= {"dependents.i32": rows[0], "codes.i32": rows[1]}
    return {"ids.utf8": b"".join(texts), **{name: little(one) for name, one in found.items()}}


def little(numbers: array[int]) -> bytes:
    """Return integers of 32 bits, the lowest byte first."""
    if sys.byteorder != "little":
        numbers.byteswap()
    return numbers.tobytes()


def reached(ids: DataFrame, edges: DataFrame, item: str) -> tuple[int, int]:
    """Return how many items need an item in the end, and in how many steps they were found."""
    start = ids.where(ids.id == item).select("number").localCheckpoint()
    seen, frontier, steps = start, start, 0
    while frontier.count():
        steps += 1
        beside = frontier.join(edges, frontier.number == edges.u).select(f.col("v").alias("number"))
        # cut off from what led here, or each plan would hold all plans before it
        frontier = beside.distinct().join(seen, "number", "left_anti").localCheckpoint()
        seen = seen.union(frontier).localCheckpoint()
    return seen.count() - 1, steps


def ours(path: Path) -> tuple[Graph, dict[str, bytes]]:
    """Return the graph of our own reader and the columns of our own export."""
    source = SourceFile(path.name, path.read_bytes())
    rows, _ = collect("edges", SourceSpec("edges"), [source])
    items = Merged({}, [rows], {}).items

    def walk() -> Iterator[Any]:
        yield from (items[ci] for ci in sorted(items))

    graph = Graph.of(items.values())
    files: dict[str, bytes] = {}
    for name, data in write_with(EXPORTS["columns"], Exported(walk, (), graph)):
        files[name] = files.get(name, b"") + data
    return graph, files


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    data = os.environ.get("CHANGEFLOW_SHARED_DATA", PROJECT.parent / "shared" / "data")
    parser.add_argument("--edges", type=Path, default=Path(data) / DEBIAN)
    parser.add_argument("--item", default="libc6")
    parser.add_argument("--cores", type=int, default=2)
    options = parser.parse_args()
    graph, files = ours(options.edges)
    wanted = blast_radius([id_of(options.item)], graph, ImpactWeights(), most=1).affected_total
    spark = session(options.cores)
    try:
        began = time.monotonic()
        ids, edges = numbered(spark, options.edges)
        built = columns_of(ids, edges)
        after = time.monotonic()
        found, steps = reached(ids, edges, id_of(options.item))
        ended = time.monotonic()
        sizes = f"{ids.count():,} items, {edges.count():,} dependencies"
    finally:
        spark.stop()
    differing = [name for name in COMPARED if built[name] != files[name]]
    print(f"{sizes}; Spark built the columns in {after - began:.1f} s")
    print("columns that differ from the export:", ", ".join(differing) or "none")
    print(f"{options.item}: Spark reaches {found:,} in {steps} steps, {ended - after:.1f} s")
    print(f"{options.item}: impact reaches {wanted:,}")
    return 0 if not differing and found == wanted else 1


if __name__ == "__main__":
    raise SystemExit(main())
