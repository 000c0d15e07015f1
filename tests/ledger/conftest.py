from tests.git_isolation import fresh_git, keys
from tests.standins import stand_in, without_library

__all__ = ["fresh_git", "keys", "stand_in", "without_library"]
