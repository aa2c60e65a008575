"""Words. From files: `corpus`, `rows`, `records`, `columns`, `labelled`; what keeps together in `splits`.

To numbers: `normalize`, `words`, `tokenizer`, `vocabulary`, `message_reader`, `token_blocks`; `word2vec`.
What is found in them: `bm25`, `concepts`, `patterns`, `surface`, `language`; Korean in `particles` and `korean_stems`.
"""
