"""Words: reading corpora, normalising, tokenizing, vocabularies, word vectors, patterns and batches."""
