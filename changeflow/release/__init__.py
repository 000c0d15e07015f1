"""Releases, pure: the plan, the machine that reads the journal and says what comes next, claims, and the review's facts."""
