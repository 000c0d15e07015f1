"""Help of commands in Chinese, a file for each: imported where it is shown."""
