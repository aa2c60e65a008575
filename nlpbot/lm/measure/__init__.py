"""How a language model reads a text: plainly, learning from it, or with a cache of what came lately; its figures."""
