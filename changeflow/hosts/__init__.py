"""Code hosts: where opinions and checks come from."""
