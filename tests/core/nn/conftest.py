"""A small language model, and what it says of short texts step by step and at once."""

import pytest
import torch

from nlpbot.core.nn import LanguageModel, LanguageModelConfig


@pytest.fixture
def network():
    """Makes a model of 11 tokens and 10 numbers a state."""

    def make(**shape):
        torch.manual_seed(0)
        model = LanguageModel(LanguageModelConfig(vocabulary=11, hidden=10, **shape)).eval()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if "bias" in name:  # zeros, as they begin, would hide a gate in the wrong place
                    parameter.normal_()
        return model

    return make


@pytest.fixture
def after():
    """Makes a step read texts of one length, and tells the scores at their ends."""

    def read(step, texts):
        for tokens in zip(*texts, strict=True):
            step.advance(tokens)
        return step.scores(len(texts)).clone()

    return read


@pytest.fixture
def plain():
    """The same by the model itself."""

    def read(model, texts):
        with torch.inference_mode():
            return model(torch.tensor(texts))[0][:, -1]

    return read
