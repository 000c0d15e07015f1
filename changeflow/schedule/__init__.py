"""Windows, freezes and conflicts."""
