"""Compute recorded decisions again from their recorded inputs, with git and nothing else."""
