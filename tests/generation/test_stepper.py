import random

import pytest
import torch

from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.generation import LanguageModelStepper, Prompt, Sampling, prompt_reading
from nlpbot.generation import stepper as stepper_module
from nlpbot.generation.onnx_graph import LEAST_INT8_HEAD
from nlpbot.generation.torch_step import TorchStep

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
    tokens, live = {slot: [] for slot in slots}, set(slots)
    while live:
        for slot, (token, last) in stepper.step().items():
            tokens[slot].append(token.token)
            if last:
                stepper.release(slot)
                live.remove(slot)
    return [tokens[slot] for slot in slots]


class Watched(LanguageModelStepper):
    """A stepper that keeps the scores by which each stream's last token was chosen."""

    def step(self):
        made = super().step()
        scores = self._step.scores(len(self._rows)) if self._rows else ()
        self.seen = {stream.slot: scores[stream.row].clone() for stream in self._rows}
        return made


def scores_alone(model, prompt, way):
    """The scores of each token of a stream that nobody runs beside."""
    stepper, scores, last = Watched(model, slots=1, decoding=way), [], False
    slot = stepper.admit(prompt)
    while not last:
        if found := stepper.step():
            scores.append(stepper.seen[slot])
            last = found[slot][1]
    return scores


def random_prompt(rng, seed):
    ids = tuple(rng.choices(range(11), k=rng.randint(1, 9)))
    temperature, top_k = rng.choice([(0.0, 0), (0.0, 3), (1.0, 0), (1.0, 3)])
    return Prompt(ids, Sampling(temperature=temperature, top_k=top_k, seed=seed, max_tokens=rng.randint(1, 15)))


@pytest.mark.parametrize("way", ["float32", "int8"])
def test_under_joins_leaves_and_cancellations_scores_stay_those_of_a_stream_alone(model, way, monkeypatch):
    """The law: within 1e-4; and where two scores are further apart than that, the likeliest token is the same."""
    monkeypatch.setattr(prompt_reading, "PIECE_TOKENS", 3)
    rng = random.Random(0)
    stepper, prompts, scores, tokens = Watched(model, slots=5, decoding=way), {}, {}, {}
    for number in range(80):
        if len(prompts) < 5 and rng.random() < 0.5:
            prompt = random_prompt(rng, number)
            slot = stepper.admit(prompt)
            prompts[slot], scores[slot], tokens[slot] = prompt, [], []
        for slot, (made, last) in stepper.step().items():
            scores[slot].append(stepper.seen[slot])
            tokens[slot].append(made.token)
            if last or rng.random() < 0.05:  # a reader that has gone
                stepper.release(slot)
                prompt = prompts.pop(slot)
                alone = scores_alone(model, prompt, way)
                for together, expected, token in zip(scores.pop(slot), alone, tokens.pop(slot), strict=False):
                    assert torch.allclose(together, expected, atol=1e-4, rtol=0)
                    best, second = expected.topk(2).values
                    if prompt.sampling.temperature == 0 and best - second > 1e-4:
                        assert token == int(expected.argmax())


@pytest.mark.parametrize("thread_count", [1, 2])
@pytest.mark.parametrize("way", ["float32", "int8"])
def test_a_large_model_s_scores_are_those_of_a_stream_alone_whatever_the_threads(way, thread_count):
    torch.manual_seed(0)
    model = LanguageModel(LanguageModelConfig(vocabulary=600, embedding=64, hidden=512)).eval()
    assert model.head.weight.numel() >= LEAST_INT8_HEAD
    prompts = [Prompt((n, n + 1, n + 2), Sampling(temperature=0, max_tokens=40)) for n in range(0, 64, 2)]
    stepper = Watched(model, slots=32, decoding=way, thread_count=thread_count)
    scores = {stepper.admit(prompt): [] for prompt in prompts}
    live = set(scores)
    while live:
        for slot, (_, last) in stepper.step().items():
            scores[slot].append(stepper.seen[slot])
            if last:
                stepper.release(slot)
                live.remove(slot)
    for together, prompt in zip(list(scores.values())[::8], prompts[::8], strict=True):
        torch.testing.assert_close(together, scores_alone(model, prompt, way), atol=1e-4, rtol=0)


def test_a_stream_s_scores_are_the_plain_models(model):
    stepper = Watched(model, slots=3)
    texts = {stepper.admit(Prompt(ids, Sampling(seed=1))): list(ids) for ids in [(1, 2, 3), (4,), (5, 6)]}
    for _ in range(9):
        for slot, (made, _) in stepper.step().items():
            expected = plain_logits(model, texts[slot])
            assert torch.allclose(stepper.seen[slot], expected, atol=1e-4)
            assert made.log_probability == pytest.approx(float(expected.log_softmax(dim=-1)[made.token]), abs=1e-4)
            texts[slot].append(made.token)


@pytest.mark.parametrize("way", ["onnx float32", "onnx int8", "torch float32"])
def test_a_stream_that_starts_from_a_state_continues_the_text_that_made_it(model, way, monkeypatch):
    maker, decoding = way.split()
    if maker == "torch":
        monkeypatch.setattr(stepper_module, "quickest_step", lambda model, *, rows, **_: TorchStep(model, rows=rows))
    text, rest = (3, 1, 4, 1, 5), (9, 2)
    with torch.inference_mode():
        state = model(torch.tensor([text]))[1]
    whole = [scores_alone(model, Prompt(ids, GREEDY), decoding) for ids in [(7,), text + rest, (8, 2, 1)]]
    stepper = Watched(model, slots=3, decoding=decoding)
    slots = [
        stepper.admit(each) for each in [Prompt((7,), GREEDY), Prompt(rest, GREEDY, state), Prompt((8, 2, 1), GREEDY)]
    ]
    scores, live = {slot: [] for slot in slots}, set(slots)
    while live:
        for slot, (_, last) in stepper.step().items():
            scores[slot].append(stepper.seen[slot])
            live -= {slot} if last else set()
            if last:
                stepper.release(slot)
    for slot, alone in zip(slots, whole, strict=True):
        torch.testing.assert_close(torch.stack(scores[slot]), torch.stack(alone), atol=1e-4, rtol=0)


def test_a_state_that_does_not_fit_takes_no_slot(model):
    stepper = LanguageModelStepper(model, slots=1)
    with pytest.raises(ValueError, match="initial state"):
        stepper.admit(Prompt((1,), GREEDY, []))
    stepper.admit(Prompt((1,), GREEDY))


def test_prompts_are_read_a_piece_at_a_time_in_turns_while_others_make_tokens(model, monkeypatch):
    monkeypatch.setattr(prompt_reading, "PIECE_TOKENS", 4)
    stepper = LanguageModelStepper(model, slots=4)
    short, long = stepper.admit(Prompt((1,), GREEDY)), stepper.admit(Prompt((2,) * 12, GREEDY))
    assert [sorted(stepper.step()) for _ in range(4)] == [[short]] * 2 + [sorted([short, long])] * 2
    longest, last = stepper.admit(Prompt((3,) * 14, GREEDY)), stepper.admit(Prompt((3, 4), GREEDY))
    assert [set(stepper.step()) - {short, long} for _ in range(5)] == [set(), *[{last}] * 3, {last, longest}]


def test_a_stream_that_leaves_while_its_prompt_is_read_leaves_nothing_behind(model, monkeypatch):
    monkeypatch.setattr(prompt_reading, "PIECE_TOKENS", 2)
    stepper, mine = LanguageModelStepper(model, slots=2), Prompt((1, 2), GREEDY)
    alone = decoded(LanguageModelStepper(model, slots=1), [mine])
    for _ in range(3):
        gone = stepper.admit(Prompt((3,) * 9, GREEDY))
        assert stepper.step() == {}
        stepper.release(gone)
    assert decoded(stepper, [mine]) == alone


@pytest.mark.parametrize("where", ["choose", "likeliest"])
def test_a_stream_that_fails_harms_no_other(model, monkeypatch, where):
    whole = getattr(stepper_module, where)

    bad = Prompt((3,), Sampling(top_k=3, alternatives=13))

    def poisoned(logits, asked, *rest):
        if asked in (bad.sampling, bad.sampling.alternatives):
            raise ArithmeticError("poison")
        return whole(logits, asked, *rest)

    sound = [Prompt((n,), Sampling(top_k=3, seed=n, max_tokens=12)) for n in (1, 2)]
    alone = [decoded(LanguageModelStepper(model), [prompt])[0] for prompt in sound]
    monkeypatch.setattr(stepper_module, where, poisoned)
    stepper = LanguageModelStepper(model, slots=3)
    slots = [stepper.admit(prompt) for prompt in (sound[0], bad, sound[1])]
    first = stepper.step()
    assert first.keys() == set(slots)
    error, last = first[slots[1]]
    assert isinstance(error, ArithmeticError)
    assert last
    stepper.release(slots[1])
    made = {slot: [first[slot][0].token] for slot in (slots[0], slots[2])}
    for _ in range(11):
        for slot, (each, _) in stepper.step().items():
            made[slot].append(each.token)
    assert list(made.values()) == alone


def test_a_stream_that_fails_while_its_prompt_is_read_harms_no_other(model, monkeypatch):
    stepper = LanguageModelStepper(model, slots=2)
    bad, good = stepper.admit(Prompt((3, 2), GREEDY)), stepper.admit(Prompt((1, 2), GREEDY))
    read = prompt_reading.PromptReader.read

    def poisoned(reader):
        if reader is stepper._live[bad].reader:
            raise MemoryError("poison")
        return read(reader)

    monkeypatch.setattr(prompt_reading.PromptReader, "read", poisoned)
    made = stepper.step()
    assert isinstance(made[bad][0], MemoryError)
    stepper.release(bad)
    tokens = [made[good][0].token, *(stepper.step()[good][0].token for _ in range(11))]
    assert tokens == plain_tokens(model, (1, 2), 12)


def test_greedy_tokens_are_the_plain_models_alone_and_together(model):
    prompts = [(1, 2, 3), (4,), (5, 6)]
    expected = [plain_tokens(model, prompt, 12) for prompt in prompts]
    requests = [Prompt(prompt, GREEDY) for prompt in prompts]
    assert decoded(LanguageModelStepper(model, slots=3), requests) == expected
    assert [decoded(LanguageModelStepper(model, slots=1), [request])[0] for request in requests] == expected


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
    for ids in [(99, 1), (1, 11), (-1,)]:
        with pytest.raises(IndexError, match="0 to 10 expected"):
            stepper.admit(Prompt(ids, GREEDY))
    stepper.admit(Prompt((1,), GREEDY))
    with pytest.raises(IndexError):
        stepper.admit(Prompt((1,), GREEDY))


def test_it_says_how_weights_are_multiplied():
    assert LanguageModelStepper(small()).decoding == "float32"
    assert LanguageModelStepper(small(), decoding="int8").decoding == "int8"


def test_no_streams_make_no_tokens():
    assert LanguageModelStepper(small()).step() == {}


@pytest.fixture(params=[False, True], ids=["kernels", "graphs"])
def on_a_device(request, torch_step, monkeypatch):
    """Makes steppers that run torch on the device, kernel by kernel or as graphs."""

    def make(model, *, slots):
        def step(model, *, rows, **_):
            return torch_step(model, graphs=request.param, rows=rows)

        monkeypatch.setattr(stepper_module, "quickest_step", step)
        return LanguageModelStepper(model, slots=slots)

    return make


def test_greedy_tokens_on_a_device_are_those_of_the_cpu(model, on_a_device, device):
    prompts = [(1, 2, 3), (4,), (5, 6)]
    expected = [plain_tokens(model, prompt, 12) for prompt in prompts]
    stepper = on_a_device(model.to(device), slots=3)
    assert decoded(stepper, [Prompt(prompt, GREEDY) for prompt in prompts]) == expected


@pytest.mark.parametrize("more", [{}, {"top_k": 5}, {"repetition_penalty": 1.3, "no_repeat_ngram": 3}], ids=str)
def test_a_seed_repeats_on_a_device_whatever_runs_beside_it(on_a_device, device, more):
    mine = Prompt((1, 2), Sampling(seed=7, max_tokens=20, **more))
    others = [Prompt((3,), Sampling(seed=seed, max_tokens=5)) for seed in (7, 8)]
    model = small().to(device)
    alone = decoded(on_a_device(model, slots=1), [mine])[0]
    assert decoded(on_a_device(model, slots=3), [others[0], mine, others[1]])[1] == alone
    assert decoded(on_a_device(model, slots=1), [mine])[0] == alone
    assert decoded(on_a_device(model, slots=1), [Prompt((1, 2), Sampling(seed=8, max_tokens=20, **more))])[0] != alone
