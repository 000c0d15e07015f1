"""Files that `init` and `new` write: `@@name@@` stands for a value, `dot-x` for `.x`."""
