"""What a command or the bot calls: a folder for each subject, a file for each verb.

They return results and never print.
"""
