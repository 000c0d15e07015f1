"""The engines that compute measures."""

from typing import Final, Literal, get_args

EngineName = Literal["duckdb", "spark"]
ENGINES: Final[tuple[EngineName, ...]] = get_args(EngineName)
