from tests.git_isolation import fresh_git, keys

__all__ = ["fresh_git", "keys"]
