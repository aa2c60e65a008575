import pytest
import torch

from nlpbot.core.nn import DualEncoderShape
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.labelled import Pair
from nlpbot.core.text.word2vec_settings import Word2VecSettings
from nlpbot.core.training.config import TrainSettings
from nlpbot.retrieval.config import RetrievalSettings
from nlpbot.retrieval.data import topics_of_pairs
from nlpbot.retrieval.encoder import Encoder
from nlpbot.retrieval.index import DenseIndex, SparseIndex
from nlpbot.retrieval.predictor import RetrievalPredictor
from nlpbot.retrieval.train import train_retriever

PARCEL, LINK, POSTBOX = "It comes on Friday.", "Type the address yourself.", "금요일에 옵니다."
QUESTIONS = {
    PARCEL: [
        "where is my parcel",
        "when does the parcel come",
        "parcel late again",
        "track my parcel",
        "no parcel yet",
    ],
    LINK: [
        "is this link safe",
        "can i open the link",
        "what about this link",
        "strange link in a text",
        "check a link",
    ],
    POSTBOX: ["택배 언제 와요", "택배가 안 와요", "내 택배 어디", "택배 조회", "택배 늦어요"],
}
TABLE = "question\tanswer\n" + "".join(f"{q}\t{answer}\n" for answer, asked in QUESTIONS.items() for q in asked)


@pytest.fixture(scope="session")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("faq") / "faq.tsv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def topics():
    return topics_of_pairs([Pair(q, answer) for answer, asked in QUESTIONS.items() for q in asked])


@pytest.fixture(scope="session")
def settings():
    return RetrievalSettings(
        network=DualEncoderShape(hidden=8, size=8),
        word2vec=Word2VecSettings(dim=8, epochs=1, min_count=1),
        train=TrainSettings(epochs=2, batch_size=8),
    )


@pytest.fixture(scope="session")
def trained(topics, settings):
    return train_retriever(topics, settings, torch.device("cpu"))


@pytest.fixture(scope="session")
def encoder(topics, settings):
    return Encoder.fit(topics, settings, torch.device("cpu"), concepts=Concepts())


@pytest.fixture(scope="session")
def blended(topics, encoder):
    """A retriever of both parts, whatever they are worth."""
    sparse, dense = SparseIndex.build(topics, encoder.concepts), DenseIndex.build(topics, encoder)
    return RetrievalPredictor(topics, sparse, dense, weight=0.4)
