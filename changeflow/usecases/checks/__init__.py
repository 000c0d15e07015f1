"""The rules of `check`, one module per group; `catalogue` lists them all."""
