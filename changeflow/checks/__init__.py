"""The rules of `check`, one module for each kind of document; `catalogue` lists them all."""
