"""Classification, assessment, decision, approvals, satisfiability and lifecycle."""
