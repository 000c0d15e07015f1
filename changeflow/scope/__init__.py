"""What a branch touches: from changed files, by what belongs to items, to the items."""
