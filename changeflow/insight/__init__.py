"""What the past says: records of changes and their outcomes, facts, scores tested against them."""
