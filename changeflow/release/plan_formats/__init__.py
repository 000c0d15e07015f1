"""What programs print of what will happen, made comparable: a file for each format of a plan."""
