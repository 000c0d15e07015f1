"""Risk scores whose every point is explained."""
