from nlpbot.generation import GeneratedToken, Prompt, Sampling


def test_a_token_comes_without_alternatives_unless_they_were_asked_for():
    assert GeneratedToken(3, -0.5) == (3, -0.5, ())


def test_a_prompt_starts_from_nothing_read_unless_it_brings_a_state():
    assert Prompt((1, 2), Sampling()).state is None
