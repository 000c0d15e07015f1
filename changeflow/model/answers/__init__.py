"""Answers of changeflow: results of the core, and shapes of the JSON answers.

An answer's schema is named `changeflow/<name>/v1`, and a file holds the records of one command.

Every key of an answer is always present. `schemas/answers/` is generated from these records.
"""
