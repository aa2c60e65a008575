"""Vectors that come along easily: fewer words, in 8 bits, in a bundle that says what the whole one was made of."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import torch

from nlpbot.core.bundles.bundle import BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.hashes import hashes_of
from nlpbot.core.kernel.targets import check_free
from nlpbot.core.text.corpus import read_text, whole_words
from nlpbot.core.text.korean_stems import without_particle
from nlpbot.core.text.words import word_texts
from nlpbot.vectors.predictor import VectorsPredictor
from nlpbot.vectors.results import ImportedVectors

__all__ = ["cut_bundle", "said_twice"]


def cut_bundle(
    bundle: Path, out: Path, *, words: int, keep: Sequence[Path] = (), force: bool = False
) -> ImportedVectors:
    """Write a bundle of fewer words, in 8 bits, that says what the whole one was made of.

    Args:
        bundle: of the vectors.
        out: the bundle to be written.
        words: that stay, the most frequent.
        keep: files or folders of texts; words that come there twice or more stay before others.
        force: whether a bundle that exists is replaced.
    """
    check_free(out, force=force)
    whole = open_bundle(bundle, kind=VectorsPredictor.kind)
    vectors = VectorsPredictor.from_bundle(whole, torch.device("cpu")).vectors
    files = [file for path in keep for file in (sorted(path.rglob("*.*")) if path.is_dir() else [path])]
    predictor = VectorsPredictor(vectors.cut(words, said_twice(files)))
    draft = BundleDraft.start(out, force=force)
    config = predictor.save(draft)
    manifest = whole.manifest
    protocol = f"{manifest.protocol}; then cut to {config['words']:,} of {len(vectors.words):,} words, in 8 bits"
    metrics = {**manifest.metrics, "words": config["words"]}
    draft.finish(
        Manifest(
            kind=predictor.kind,
            config=config,
            settings=manifest.settings,
            metrics=metrics,
            seconds=manifest.seconds,
            protocol=protocol,
            data={**manifest.data, **hashes_of(files)},
        )
    )
    return ImportedVectors(out, words=config["words"], dim=config["dim"])


def said_twice(files: Sequence[Path]) -> set[str]:
    """Return the words that come twice or more in some files, Korean ones with and without their particles."""
    said: Counter[str] = Counter()
    for file in files:
        for text in whole_words(read_text(file)):
            for word in word_texts(text):
                said.update((word, *without_particle(word)))
    return {word for word, count in said.items() if count > 1}
