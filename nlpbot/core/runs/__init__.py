"""A run from options to a bundle, the same for every family: what it is given, what made it, and how good it is."""
