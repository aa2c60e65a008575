"""Whether more text would help: the same training on fractions of it, and a power law through what it reached."""
