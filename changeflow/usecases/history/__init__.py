"""The past of a team: import records of other systems, and show what is there."""
