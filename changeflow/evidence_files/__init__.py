"""Files that CI makes as evidence: what they say, and what they prove."""
