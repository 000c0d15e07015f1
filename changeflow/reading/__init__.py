"""From a place in git to records: what judges, what is judged, the evidence, other changes, pull requests."""
