"""A static site of the register: pages of changes, items, the schedule and measures, and a search."""
