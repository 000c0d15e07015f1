"""Change and release automation in the GitOps way."""

__version__ = "0.1.0"
