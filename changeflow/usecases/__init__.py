"""One verb per module. They take ports, return results and never print."""
