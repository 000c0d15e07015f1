"""The whole cycle in a temporary repository, told as a story.

Every act asserts what it tells.
"""
