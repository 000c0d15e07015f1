"""Judge pull requests and record the merged ones."""
