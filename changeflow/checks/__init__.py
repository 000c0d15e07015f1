"""The rules of `check`: a module for each subject, `run` applies them, `catalogue` lists them."""
