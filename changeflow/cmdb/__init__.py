"""The configuration items as a graph, and the items that a change to some of them can break."""
