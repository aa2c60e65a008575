import pytest

from nlpbot.generation import GeneratedToken, Prompt, Sampling
from nlpbot.generation.continuations import continuations, stream_continuation


class Counting:
    """A stepper that counts up from each prompt's last token, a step after the others where its prompt is longer."""

    def __init__(self, slots=3, *, fails_at=None):
        self.free, self.live, self.fails_at = list(range(slots))[::-1], {}, fails_at

    def admit(self, prompt):
        slot = self.free.pop()
        self.live[slot] = [prompt.ids[-1], prompt.sampling.max_tokens, len(prompt.ids) - 1]
        return slot

    def step(self):
        found = {}
        for slot, state in self.live.items():
            if state[2]:
                state[2] -= 1
                continue
            state[0], state[1] = state[0] + 1, state[1] - 1
            token = ArithmeticError("poison") if state[0] == self.fails_at else GeneratedToken(state[0], -1.0)
            found[slot] = token, state[1] == 0
        return found

    def release(self, slot):
        del self.live[slot]
        self.free.append(slot)


def prompt(*ids, max_tokens=3):
    return Prompt(ids, Sampling(max_tokens=max_tokens))


def test_each_prompt_is_continued_to_its_end_and_its_slot_is_free_again():
    stepper = Counting()
    found = continuations(stepper, [prompt(1), prompt(7, 7, 10, max_tokens=1), prompt(20, max_tokens=2)])
    assert [[made.token for made in tokens] for tokens in found] == [[2, 3, 4], [11], [21, 22]]
    assert not stepper.live
    assert continuations(stepper, []) == []


def test_a_text_ends_sooner_where_a_condition_says_so():
    stepper = Counting()
    found = continuations(stepper, [prompt(1), prompt(5)], stop_when=lambda tokens: tokens[-1].token == 3)
    assert [[made.token for made in tokens] for tokens in found] == [[2, 3], [6, 7, 8]]
    assert not stepper.live


def test_a_stream_comes_token_by_token():
    stepper = Counting(slots=1)
    tokens = stream_continuation(stepper, prompt(7, 7, 1))
    assert next(tokens).token == 2
    assert [made.token for made in tokens] == [3, 4]
    assert not stepper.live


def test_the_error_of_a_stream_is_raised():
    with pytest.raises(ArithmeticError, match="poison"):
        continuations(Counting(fails_at=3), [prompt(1), prompt(7)])
    with pytest.raises(ArithmeticError, match="poison"):
        list(stream_continuation(Counting(fails_at=3), prompt(1)))
