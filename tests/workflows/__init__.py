"""What runs on GitHub: the action, the workflows, and the way an application's repository asks the gate."""
