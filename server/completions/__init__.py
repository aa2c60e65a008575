"""/v1/completions: a language model writes on from a prompt."""
