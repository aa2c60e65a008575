from nlpbot.generation import GeneratedToken, Prompt, Sampling


def test_a_token_comes_without_alternatives_unless_they_were_asked_for():
    assert GeneratedToken(3, -0.5) == (3, -0.5, ())


def test_prompts_of_the_same_tokens_and_sampling_are_equal():
    assert Prompt((1, 2), Sampling(seed=3)) == Prompt((1, 2), Sampling(seed=3))
    assert Prompt((1, 2), Sampling(seed=3)) != Prompt((1, 2), Sampling(seed=4))
