"""The sentences in Chinese, with the terms of docs/glossary.md and full-width punctuation."""
