from nlpbot.core.text.word_counts import WordCounts


def test_words_are_counted():
    counts = WordCounts()
    counts.add(["a", "b", "a"])
    counts.add(iter(["b", "a"]))
    assert counts.kept == {"a": 3, "b": 2}


def test_of_too_many_kinds_the_rarest_are_forgotten():
    counts = WordCounts(kinds=3)
    for text in ("a a a b b c", "d e a b", "b f"):
        counts.add(text.split())
    assert counts.kept == {"a": 4, "b": 4, "f": 1}
