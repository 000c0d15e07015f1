"""The rules of `check`, one module for each subject; `run` asks them, `catalogue` lists them all."""
