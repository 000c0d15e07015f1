"""Begin: a repository, a change, the schemas."""
