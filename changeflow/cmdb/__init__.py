"""The configuration items as a graph, and what a change to some of them can break."""
