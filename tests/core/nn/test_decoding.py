import random

import pytest
import torch

from nlpbot.core.nn import LanguageModel, LanguageModelConfig, LanguageModelStepper, Prompt, Sampling

SHAPES = {
    "one layer": {"embedding": 6},
    "two layers": {"embedding": 6, "layers": 2},
    "one-hot": {"embedding": 0},
    "tied": {"embedding": 6, "tied": True},
    "tied, equal widths": {"embedding": 10, "tied": True},
}
GREEDY = Sampling(temperature=0.0, max_tokens=12)


@pytest.fixture(params=SHAPES.values(), ids=SHAPES.keys())
def model(request):
    torch.manual_seed(0)
    model = LanguageModel(LanguageModelConfig(vocabulary=11, hidden=10, **request.param)).eval()
    with torch.no_grad():  # far apart scores, so that the likeliest token is clear
        model.head.weight *= 20
    return model


def plain_logits(model, ids):
    with torch.inference_mode():
        return model(torch.tensor([ids]))[0][0, -1]


def plain_tokens(model, prompt, count):
    ids = list(prompt)
    for _ in range(count):
        ids.append(int(plain_logits(model, ids).argmax()))
    return ids[len(prompt) :]


def decoded(stepper, prompts):
    """All tokens of some prompts, made together to their end."""
    slots = [stepper.admit(prompt) for prompt in prompts]
    tokens = {slot: [] for slot in slots}
    while made := stepper.step():
        for slot, (token, last) in made.items():
            tokens[slot].append(token.token)
            if last:
                stepper.release(slot)
    return [tokens[slot] for slot in slots]


def test_scores_stay_those_of_the_plain_model_while_others_join_and_leave(model):
    rng = random.Random(0)
    stepper, texts = LanguageModelStepper(model, slots=4), {}
    for _ in range(60):
        if len(texts) < 4 and rng.random() < 0.5:
            prompt = tuple(rng.choices(range(11), k=rng.randint(1, 6)))
            texts[stepper.admit(Prompt(prompt, Sampling(seed=rng.randint(0, 9))))] = list(prompt)
        if texts and rng.random() < 0.2:
            gone = rng.choice(list(texts))
            stepper.release(gone)
            del texts[gone]
        for slot, (made, _) in stepper.step().items():
            wanted = plain_logits(model, texts[slot]).log_softmax(dim=-1)
            assert made.log_probability == pytest.approx(float(wanted[made.token]), abs=1e-4)
            texts[slot].append(made.token)


def test_all_scores_of_a_step_equal_the_plain_models(model):
    stepper = LanguageModelStepper(model, slots=2)
    slots = [stepper.admit(Prompt((1, 2, 3), GREEDY)), stepper.admit(Prompt((4,), GREEDY))]
    with torch.inference_mode():
        logits = stepper.logits(slots)
    assert torch.allclose(logits[0], plain_logits(model, [1, 2, 3]), atol=1e-4)
    assert torch.allclose(logits[1], plain_logits(model, [4]), atol=1e-4)


def test_greedy_tokens_are_the_plain_models_alone_and_together(model):
    prompts = [(1, 2, 3), (4,), (5, 6)]
    wanted = [plain_tokens(model, prompt, 12) for prompt in prompts]
    requests = [Prompt(prompt, GREEDY) for prompt in prompts]
    assert decoded(LanguageModelStepper(model, slots=3), requests) == wanted
    assert [decoded(LanguageModelStepper(model, slots=1), [request])[0] for request in requests] == wanted


def test_a_seed_gives_the_same_tokens_whatever_runs_beside_it(model):
    mine = Prompt((1, 2), Sampling(seed=7, max_tokens=20))
    others = [Prompt((3,), Sampling(seed=seed, max_tokens=5)) for seed in (7, 8)]
    alone = decoded(LanguageModelStepper(model), [mine])[0]
    assert decoded(LanguageModelStepper(model), [others[0], mine, others[1]])[1] == alone


def test_a_slot_used_before_remembers_nothing(model):
    stepper = LanguageModelStepper(model, slots=1)
    request = Prompt((1,), GREEDY)
    first = decoded(stepper, [request])
    decoded(stepper, [Prompt((9, 8, 7), Sampling(max_tokens=30))])
    assert decoded(stepper, [request]) == first


def small():
    torch.manual_seed(0)
    return LanguageModel(LanguageModelConfig(vocabulary=11, hidden=4, embedding=3))


def test_another_seed_gives_other_tokens():
    one, two = (Prompt((1,), Sampling(seed=seed, max_tokens=20)) for seed in (1, 2))
    assert decoded(LanguageModelStepper(small()), [one]) != decoded(LanguageModelStepper(small()), [two])


def test_a_stream_ends_after_a_stop_token_or_its_most_tokens():
    likeliest = plain_tokens(small(), (1,), 1)[0]
    stopping = Prompt((1,), Sampling(temperature=0.0, stop=frozenset({likeliest})))
    assert decoded(LanguageModelStepper(small()), [stopping]) == [[likeliest]]
    assert len(decoded(LanguageModelStepper(small()), [Prompt((1,), Sampling(max_tokens=3))])[0]) == 3


def test_a_prompt_that_cannot_be_read_takes_no_slot():
    stepper = LanguageModelStepper(small(), slots=1)
    with pytest.raises(ValueError, match="at least one token"):
        stepper.admit(Prompt((), GREEDY))
    with pytest.raises(IndexError):
        stepper.admit(Prompt((99, 1), GREEDY))
    stepper.admit(Prompt((1,), GREEDY))
    with pytest.raises(IndexError):
        stepper.admit(Prompt((1,), GREEDY))


def test_no_streams_make_no_tokens():
    assert LanguageModelStepper(small()).step() == {}
