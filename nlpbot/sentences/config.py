"""Settings of a sentence encoder."""

from pydantic import Field

from nlpbot.core.kernel.config import Settings
from nlpbot.core.nn.sentence_encoder import SentenceEncoderShape
from nlpbot.core.text.word2vec_settings import Word2VecSettings
from nlpbot.core.training.config import TrainSettings
from nlpbot.sentences.teachers import TeacherName

__all__ = ["PiecesSettings", "SentencesSettings", "WordsSettings"]


class PiecesSettings(Settings):
    """A large text, in pieces of which the teacher's vectors are learned."""

    corpus: str
    """Text file, relative to the settings file, or a name of the catalogue."""
    count: int = Field(ge=1)
    """Pieces of it."""


class WordsSettings(Settings):
    """What a text is read by."""

    words: int = Field(28_000, ge=100)
    """Most words of a language that are known."""
    parts: int = Field(18_000, ge=100)
    """Most parts of words, of 3 to 5 letters, of a language."""
    max_tokens: int = Field(64, ge=4)
    """Words read of a text."""


class SentencesSettings(Settings):
    """Settings of a sentence encoder."""

    paraphrases: str
    """Folder of questions in many wordings, relative to the settings file, or a name of the catalogue."""
    held_out: tuple[str, ...] = ()
    """Subjects of the paraphrases that only measure how good it is."""
    vectors: tuple[str, ...] = ()
    """Bundles of word vectors that it starts from, one a language, relative to the settings file; without any they are
    trained on the paraphrases and pieces, as `word2vec` says."""
    word2vec: Word2VecSettings = Word2VecSettings(min_count=2)
    """How word vectors are trained where none are given."""
    pieces: tuple[PiecesSettings, ...] = ()
    """Large texts."""
    teachers: tuple[TeacherName, ...] = ("use", "e5")
    """Whose vectors of the paraphrases are learned, and those of the pieces from the first; none leaves pieces out."""
    pairs: int = Field(128, ge=2)
    """Pairs of wordings in a mini-batch, beside `train.batch_size` pieces."""
    reading: WordsSettings = WordsSettings()
    """What a text is read by."""
    network: SentenceEncoderShape = SentenceEncoderShape()
    """The shape of the network."""
    words_first: TrainSettings | None = None
    """How words are learned first, without their order, which is several times as quick; None leaves that out."""
    train: TrainSettings = TrainSettings(minutes=30, batch_size=256)
    """How the network is trained then."""
    seed: int = Field(0, ge=0)
    """The same seed gives the same encoder."""
