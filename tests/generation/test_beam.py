from itertools import pairwise, product

import pytest
import torch

from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.generation import BeamSearch, BeamStepper, Prompt, Sampling, beam, beam_search
from nlpbot.generation.repetition import History
from nlpbot.generation.torch_step import TorchStep

PROMPT = (1, 2)
TOKENS = 5


@pytest.fixture(params=[1, 2], ids=["one layer", "two layers"])
def model(request):
    torch.manual_seed(1)
    model = LanguageModel(LanguageModelConfig(vocabulary=TOKENS, embedding=6, hidden=7, layers=request.param)).eval()
    with torch.no_grad():  # far apart scores, so that the best text is clear
        model.head.weight *= 8
    return model


def total(model, made, *, prompt=PROMPT, penalty=1.0):
    """The log-probability of some tokens after the prompt, by the plain model."""
    with torch.inference_mode():
        logits = model(torch.tensor([[*prompt, *made]]))[0][0]
    found = 0.0
    for place, token in enumerate(made):
        history = [*prompt, *made[:place]]
        penalised = History(penalty=penalty).after(*history).penalise_repetition(logits[len(history) - 1])
        found += float(penalised.log_softmax(dim=0)[token])
    return found


def searched(model, *, beams, length_penalty=0.6, stop_when=None, **sampling):
    asked = Prompt(PROMPT, Sampling(**{"max_tokens": 4, **sampling}))
    found = beam_search(model, BeamSearch(asked, beams, length_penalty, stop_when))
    return [tuple(made.token for made in hypothesis.tokens) for hypothesis in found], found


def test_with_kind_for_all_the_best_texts_are_those_of_a_full_search(model):
    expected = sorted(product(range(TOKENS), repeat=3), key=lambda made: -total(model, made))
    assert searched(model, beams=TOKENS**3, max_tokens=3)[0] == expected


@pytest.mark.parametrize("way", ["onnx float32", "onnx int8", "torch float32"])
def test_a_search_that_starts_from_a_state_finds_the_continuations_of_the_text_that_made_it(model, way, monkeypatch):
    maker, decoding = way.split()
    if maker == "torch":
        monkeypatch.setattr(beam, "quickest_step", lambda model, *, rows, **_: TorchStep(model, rows=rows))
    text, sampling = (3, 0, 4, 1), Sampling(max_tokens=4)
    with torch.inference_mode():
        state = model(torch.tensor([text]))[1]
    prompts = Prompt(text + PROMPT, sampling), Prompt(PROMPT, sampling, state)
    whole, ours = (beam_search(model, BeamSearch(prompt, 3), decoding=decoding) for prompt in prompts)
    found, expected = ([[made.token for made in each.tokens] for each in hypotheses] for hypotheses in (ours, whole))
    assert found == expected
    assert [each.score for each in ours] == pytest.approx([each.score for each in whole], abs=1e-4)


def test_one_beam_takes_the_likeliest_each_time(model):
    greedy = []
    for _ in range(4):
        greedy.append(max(range(TOKENS), key=lambda token: total(model, [*greedy, token])))
    assert searched(model, beams=1)[0] == [tuple(greedy)]


def test_scores_and_log_probabilities_are_the_plain_models(model):
    for hypothesis in searched(model, beams=3, length_penalty=0.5)[1]:
        tokens = [made.token for made in hypothesis.tokens]
        assert sum(made.log_probability for made in hypothesis.tokens) == pytest.approx(total(model, tokens), abs=1e-4)
        assert hypothesis.score == pytest.approx(total(model, tokens) / 1.5**0.5, abs=1e-4)


def test_the_likeliest_tokens_stand_beside_those_of_a_text(model):
    [hypothesis] = searched(model, beams=1, alternatives=2)[1]
    for made in hypothesis.tokens:  # of one beam, the likeliest each time
        assert len(made.alternatives) == 2
        assert made.alternatives[0] == (made.token, pytest.approx(made.log_probability))


def test_texts_come_best_first_and_the_same_each_time(model):
    texts, found = searched(model, beams=4)
    assert len(set(texts)) == 4
    assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)
    assert searched(model, beams=4) == (texts, found)


def ending_texts(longest):
    """All texts that end with token 0, or with none and are as long as they may be."""
    free = range(1, TOKENS)
    ended = [(*made, 0) for length in range(longest) for made in product(free, repeat=length)]
    return ended + list(product(free, repeat=longest))


@pytest.mark.parametrize("alpha", [0.0, 0.6, 3.0])
def test_texts_that_end_early_are_weighed_by_their_length(model, alpha):
    expected = max(ending_texts(3), key=lambda made: total(model, made) / ((5 + len(made)) / 6) ** alpha)
    found = searched(model, beams=200, length_penalty=alpha, max_tokens=3, stop=frozenset({0}))[0]
    assert found[0] == expected
    assert set(found) <= set(ending_texts(3))


@pytest.fixture
def forgetful():
    """A model that gives the tokens the same chances whatever came before."""
    model = LanguageModel(LanguageModelConfig(vocabulary=TOKENS, embedding=3, hidden=3))
    with torch.no_grad():
        model.head.weight.zero_()
        model.head.bias.copy_(torch.tensor([0.6, 0.2, 0.15, 0.03, 0.02]).log())
    return model


def test_a_text_that_has_ended_does_not_stop_the_search_for_a_better_one(forgetful):
    short, long = (
        searched(forgetful, beams=1, length_penalty=alpha, max_tokens=9, stop=frozenset({0}))[0] for alpha in (0.0, 5.0)
    )
    assert short == [(0,)]
    assert long == [(*[1] * 8, 0)]


def test_where_the_best_texts_end_as_many_go_on(forgetful):
    found = searched(forgetful, beams=2, length_penalty=20.0, max_tokens=2, stop=frozenset({0}))[0]
    assert found == [(1, 0), (2, 0)]


def test_texts_end_where_the_caller_says(model):
    free = searched(model, beams=1)[0][0]
    assert searched(model, beams=1, stop_when=lambda tokens: len(tokens) == 2)[0] == [free[:2]]


def test_a_penalty_works_within_beams(model):
    expected = max(product(range(TOKENS), repeat=3), key=lambda made: total(model, made, penalty=4.0))
    texts, found = searched(model, beams=TOKENS**3, max_tokens=3, repetition_penalty=4.0)
    assert texts[0] == expected
    own = sum(made.log_probability for made in found[0].tokens)
    assert own == pytest.approx(total(model, expected), abs=1e-4)


def test_no_n_gram_comes_twice_within_beams(model):
    for made in searched(model, beams=3, max_tokens=5, no_repeat_ngram=2)[0]:
        text = (*PROMPT, *made)
        pairs = list(pairwise(text))
        assert len(pairs) == len(set(pairs))


def test_what_makes_no_sense_is_refused(model):
    for wrong in ({"beams": 0}, {"beams": 1, "length_penalty": -1.0}, {"beams": 1, "length_penalty": float("nan")}):
        with pytest.raises(ValueError, match="beams from 1, length_penalty from 0"):
            searched(model, **wrong)
    with pytest.raises(ValueError, match="at least one token"):
        BeamSearch(Prompt((), Sampling()), beams=1)


def test_a_search_that_is_given_up_leaves_nothing_to_the_next(model):
    search = BeamSearch(Prompt(PROMPT, Sampling(max_tokens=4)), beams=3)
    stepper = BeamStepper(model, beams=5)
    slot = stepper.admit(BeamSearch(Prompt((3, 4, 0), Sampling()), beams=5))
    assert [stepper.step() for _ in range(6)] == [{}] * 6
    stepper.release(slot)
    assert stepper.step() == {}
    slot, steps = stepper.admit(search), 0
    while not (found := stepper.step()):
        steps += 1
    assert steps == len(PROMPT) + 3
    assert found == {slot: (beam_search(model, search), True)}
