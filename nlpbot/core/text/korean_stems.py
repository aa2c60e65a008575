"""Korean words without their particles: which words take them is learned from how a corpus uses them.

Korean writes particles right onto a noun, 학교가, 학교에서, 학교까지, so that each form alone is rare. No dictionary is
needed to part them: a noun comes with many particles, and by itself.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from nlpbot.core.text.particles import particle

__all__ = ["KoreanStems", "without_particle"]

FITTING = """
    은/는 이/가 을/를 과/와 으로/로 이나/나 이라/라 이라는/라는 이라고/라고 이란/란 으로는/로는 으로도/로도 으로서/로서
    으로써/로써 으로의/로의 과의/와의 과는/와는 이야/야 이며/며 이자/자
"""
"""Particles of which one form follows a final consonant, and the other none."""
ALIKE = """
    의 에 에서 에게 에게서 한테 께서 도 만 까지 부터 보다 처럼 마다 조차 밖에 뿐 에는 에도 에만 에서는 에서도 에서의
    에게는 에게도 까지의 까지는 부터의 만의 만이 만을 들 들은 들이 들을 들의 들과 들도 들에게 들에 들로
"""
"""Particles of one form, and what follows the plural's 들."""
PAIRS = [(first, second) for first, _, second in (pair.partition("/") for pair in FITTING.split())]
EITHER = frozenset(ALIKE.split())
PAIR_OF = {form: pair for pair in PAIRS for form in pair}
LONGEST = max(map(len, [*PAIR_OF, *EITHER]))
SHORTEST_STEM = 2
"""Syllables; of one there are many that only look like it: 나이, 고의."""
FEWEST_PARTICLES = 3
LEAST_ALONE = 0.1
"""Times that a stem comes by itself for each time that it takes a particle, at least; a verb's hardly does."""


class KoreanStems:
    """Words of a corpus that take particles.

    Args:
        counts: how often each word comes.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        with_particle: Counter[str] = Counter()
        kinds: Counter[str] = Counter()
        for word, count in counts.items():
            for stem in without_particle(word):
                with_particle[stem] += count
                kinds[stem] += 1
        self._stems = frozenset(
            stem
            for stem, kind in kinds.items()
            if kind >= FEWEST_PARTICLES and counts.get(stem, 0) >= LEAST_ALONE * with_particle[stem]
        )

    def split(self, word: str) -> list[str]:
        """Return a word as its stem and its particle, the longest that fits, or as it is."""
        stem = next((stem for stem in without_particle(word) if stem in self._stems), word)
        return [stem, word[len(stem) :]] if stem != word else [word]


def without_particle(word: str) -> Iterator[str]:
    """Yield what is left of a word for each particle that it can end in, the shortest rest first."""
    for size in range(min(LONGEST, len(word) - SHORTEST_STEM), 0, -1):
        stem, ending = word[:-size], word[-size:]
        pair = PAIR_OF.get(ending)
        if ending in EITHER or (pair is not None and particle(stem, pair) == ending):
            yield stem
