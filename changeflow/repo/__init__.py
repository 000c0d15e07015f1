"""git and the work tree: the only place that runs git."""
