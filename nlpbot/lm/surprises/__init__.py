"""What surprised a language model in a text: scores a line, and words coloured by how unlikely they were."""
