"""Text that `init` and `new` write: files as they appear, `@@name@@` stands for a value, `dot-x` for `.x`."""
