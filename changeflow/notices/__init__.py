"""What people have to be told of changes, and who. Pure: messages are sent by `notifiers`."""
