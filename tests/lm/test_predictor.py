import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.text.tokenizer import CharacterTokenizer, SubwordTokenizer, WordTokenizer
from nlpbot.generation import GeneratedToken, Sampling
from nlpbot.lm import LmPredictor
from nlpbot.lm.generate import GenerationOptions, best_texts, sample_texts
from nlpbot.lm.predictor import MAX_PROMPT_TOKENS, GenerateRequest

TEXTS = ["가나다 hello world. 안녕하세요 🙂 hello hello"]
TOKENIZERS = {
    "char": CharacterTokenizer.train(TEXTS),
    "word": WordTokenizer.train(TEXTS),
    "subword": SubwordTokenizer.train(TEXTS, size=280),
}


def asking(prompt, **sampling):
    return GenerateRequest(prompt, Sampling(**sampling))


def test_several_prompts_together_equal_each_alone(rhymer):
    requests = [asking("the ", seed=n, max_tokens=20 + n, temperature=1.2) for n in range(4)]
    assert rhymer.predict(requests) == [rhymer.predict([request])[0] for request in requests]
    assert rhymer.predict([]) == []


def test_a_prompt_may_be_a_text_alone(rhymer):
    assert rhymer.predict(["the ", asking("dog ", seed=3)]) == rhymer.predict([asking("the "), asking("dog ", seed=3)])


@pytest.mark.parametrize(
    ("prompts", "says"), [("the ", "found one prompt"), (iter(["the ", None]), r"prompts\[1\]: None")]
)
def test_what_is_no_list_of_prompts_is_refused(rhymer, prompts, says):
    with pytest.raises(TypeError, match=says):
        rhymer.predict(prompts)


def test_a_stream_s_pieces_joined_are_the_text(rhymer):
    request = asking("the dog ", seed=5, max_tokens=30, temperature=2.0)
    pieces = list(rhymer.stream(request))
    assert "".join(piece.text for piece in pieces) == rhymer.predict([request])[0]
    assert sum(len(piece.tokens) for piece in pieces) == 30
    assert all(made.log_probability <= 0 for piece in pieces for made in piece.tokens)


def test_a_stop_token_ends_a_text(rhymer):
    [free] = rhymer.predict([asking("the ", temperature=0, max_tokens=40)])
    letter = free[7]
    stop = frozenset(rhymer.tokenizer.encode(letter))
    [stopped] = rhymer.predict([asking("the ", temperature=0, max_tokens=40, stop=stop)])
    assert stopped == free[: free.index(letter) + 1]


def test_a_long_prompt_is_read_from_its_end(rhymer):
    ids = rhymer.prompt(asking("a" * MAX_PROMPT_TOKENS + "b")).ids
    assert len(ids) == MAX_PROMPT_TOKENS
    assert rhymer.tokenizer.decode(ids[-2:]) == "ab"


def network(vocabulary):
    return LanguageModel(LanguageModelConfig(vocabulary=vocabulary, embedding=2, hidden=2))


@pytest.mark.parametrize("name", ["char", "subword"])
@given(text=st.text(max_size=30))
def test_pieces_give_any_text_back_whole_characters_at_a_time(name, text):
    tokenizer = TOKENIZERS[name]
    predictor = LmPredictor(network(len(tokenizer.vocabulary)), tokenizer, torch.device("cpu"))
    made = [GeneratedToken(token, 0.0) for token in tokenizer.encode(text)]
    pieces = list(predictor.pieces(made, asking("가a")))
    assert "".join(piece.text for piece in pieces) == tokenizer.decode([m.token for m in made])
    assert [m for piece in pieces for m in piece.tokens] == made
    if "\ufffd" not in text:
        assert not any("\ufffd" in piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("prompt", "text"),
    [("hello", " hello world. hello"), ("hello ", "hello world. hello"), ("hello\n", "hello world. hello")],
)
def test_words_come_with_the_spaces_between_them(prompt, text):
    tokenizer = TOKENIZERS["word"]
    predictor = LmPredictor(network(len(tokenizer.vocabulary)), tokenizer, torch.device("cpu"))
    made = [GeneratedToken(token, 0.0) for token in tokenizer.encode("hello world. hello")]
    assert "".join(piece.text for piece in predictor.pieces(made, asking(prompt))) == text


@pytest.mark.parametrize("beams", [None, 2])
def test_a_text_never_says_that_a_word_is_unknown(beams):
    tokenizer = TOKENIZERS["word"]
    predictor = LmPredictor(network(len(tokenizer.vocabulary)), tokenizer, torch.device("cpu"))
    unknown = tokenizer.vocabulary.unknown_id
    torch.nn.init.constant_(predictor.model.head.bias[unknown : unknown + 1], 20.0)
    write = sample_texts if beams is None else best_texts
    [text] = write(predictor, "hello", GenerationOptions(Sampling(max_tokens=50), beams=beams))
    assert "<unk>" not in text.text
    assert predictor.model.head.bias[unknown] == 20


def test_what_was_saved_says_the_same(rhymer, rhyme_run):
    again = LmPredictor.load(rhyme_run[0], device="cpu")
    request = asking("the ", seed=3, max_tokens=50)
    assert again.predict([request]) == rhymer.predict([request])


def test_a_tokenizer_that_does_not_fit_is_refused(tmp_path):
    predictor = LmPredictor(network(5), TOKENIZERS["char"], torch.device("cpu"))
    draft = BundleDraft.start(tmp_path / "b")
    draft.finish(Manifest(kind="lm", config=predictor.save(draft)))
    with pytest.raises(BundleError, match="tokenizer doesn't fit the network"):
        LmPredictor.load(tmp_path / "b", device="cpu")


def written(predictor, folder, **changed):
    draft = BundleDraft.start(folder)
    return draft.finish(Manifest(kind="lm", config={**predictor.save(draft), **changed}))


def test_a_bundle_keeps_how_its_weights_are_multiplied(rhymer, tmp_path):
    whole = LmPredictor(rhymer.model, rhymer.tokenizer, rhymer.device, decoding="int8")
    again = LmPredictor.load(written(whole, tmp_path / "b"), device="cpu")
    assert again.decoding == "int8"
    assert chance(again) == chance(whole) != chance(rhymer)


def chance(predictor):
    """The log-probability of the likeliest token after a word."""
    stepper = predictor.stepper(slots=1)
    slot = stepper.admit(predictor.prompt(asking("the ", temperature=0)))
    while not (found := stepper.step()):
        pass
    return found[slot][0].log_probability


def test_a_bundle_from_before_that_choice_multiplies_floats(rhymer, tmp_path):
    folder = tmp_path / "b"
    draft = BundleDraft.start(folder)
    config = rhymer.save(draft)
    del config["decoding"]
    draft.finish(Manifest(kind="lm", config=config))
    assert LmPredictor.load(folder, device="cpu").decoding == "float32"


def test_a_way_of_multiplying_that_is_not_known_is_refused(rhymer, tmp_path):
    with pytest.raises(BundleError, match="decoding: 'int4' found; one of float32, float16, bfloat16, int8 expected"):
        LmPredictor.load(written(rhymer, tmp_path / "b", decoding="int4"), device="cpu")
