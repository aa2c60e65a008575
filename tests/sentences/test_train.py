import numpy as np
import torch

from nlpbot.core.nn import SentenceEncoder, SentenceEncoderConfig
from nlpbot.core.text.word2vec_settings import Word2VecSettings
from nlpbot.core.text.word_features import WordFeatures
from nlpbot.sentences.finding import finding_loss, lists_of
from nlpbot.sentences.lessons import Lessons, Taught
from nlpbot.sentences.train import _start_from, train_encoder

CPU = torch.device("cpu")


def test_what_is_learned_by_heart_is_found(lessons, vectors, settings):
    longer = settings.train.model_copy(update={"epochs": 60, "learning_rate": 0.02})
    trained = train_encoder(lessons, [], vectors, settings.model_copy(update={"train": longer}), CPU)
    lists = list(lists_of(lessons.questions))
    shorter = train_encoder(lessons, [], vectors, settings, CPU)
    assert finding_loss(trained.predictor.encoder, lists) < 0.6 * finding_loss(shorter.predictor.encoder, lists)


def test_held_questions_keep_the_best_weights(lessons, questions, vectors, settings):
    held = [question for question in questions if question.subject == "shop"]
    trained = train_encoder(lessons, held, vectors, settings, CPU)
    lists = list(lists_of(held))
    assert abs(finding_loss(trained.predictor.encoder, lists) - trained.run.valid_loss) < 1e-2  # 8 bits


def test_a_teacher_is_learned_from(lessons, vectors, settings):
    wordings = lessons.wordings.texts
    taught = np.random.default_rng(0).normal(size=(len(wordings), 5))
    taught = (taught / np.linalg.norm(taught, axis=1, keepdims=True)).astype(np.float16)
    pieces = Taught(["the cat sat on it", "where do you go"], {"use": taught[:2]})
    both = Lessons(pieces, lessons.questions, Taught(wordings, {"use": taught}))
    longer = settings.model_copy(update={"train": settings.train.model_copy(update={"epochs": 40})})
    losses = [train_encoder(both, [], vectors, some, CPU).run.train_loss for some in (settings, longer)]
    assert losses[1] < losses[0]


def test_each_language_gives_its_words_their_vectors(vectors):
    features = WordFeatures(["parcel", "택배", "nowhere"], ["<pa"], 4)
    network = SentenceEncoder(SentenceEncoderConfig(words=4, parts=2, embedding=8, hidden=2, size=2))
    before = network.words.table.weight.detach().clone()
    _start_from(network, features, vectors)
    after = network.words.table.weight.detach()
    assert [not torch.equal(old, new) for old, new in zip(before, after, strict=True)] == [False, True, True, False]


def test_word_vectors_are_trained_where_none_are_given(lessons, settings):
    small = settings.model_copy(update={"word2vec": Word2VecSettings(dim=6, min_count=1, epochs=1)})
    encoder = train_encoder(lessons, [], [], small, CPU).predictor.encoder
    assert encoder.network.config.embedding == 6
    assert "parcel" in encoder.features.words
