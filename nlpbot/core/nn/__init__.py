"""Every network and what networks are made of.

Letters in shapes: B texts or images of a batch · T time steps, padding included · E numbers in a token's vector ·
H numbers in a state · V tokens in the vocabulary · L labels · C channels · F filters · Y, X height and width in pixels
(y, x after a convolution or pooling) · S numbers in a text's vector · A answers ·
D numbers by which a next token is scored.
"""

from nlpbot.core.nn.activations import ActivationName, activation, step
from nlpbot.core.nn.attention import AttentionPooling
from nlpbot.core.nn.beam import BeamSearch, BeamStepper, Hypothesis, beam_search
from nlpbot.core.nn.convolution import Convolution2d, convolved_size
from nlpbot.core.nn.decoding import Ends, LanguageModelStepper, Made, Prompt
from nlpbot.core.nn.dropout import LockedDropout
from nlpbot.core.nn.dual_encoder import DualEncoder, DualEncoderConfig
from nlpbot.core.nn.embedding import Embedding
from nlpbot.core.nn.language_model import LanguageModel, LanguageModelConfig, State
from nlpbot.core.nn.lenet import LeNet5, LeNet5Config
from nlpbot.core.nn.onnx_graph import DecodingName
from nlpbot.core.nn.onnx_session import adds_exactly
from nlpbot.core.nn.pooling import average_pool2d, masked_max, masked_mean, max_pool2d
from nlpbot.core.nn.recurrent import LSTMEncoder, length_mask, reverse_by_length
from nlpbot.core.nn.recurrent_step import RecurrentStep, quickest_step
from nlpbot.core.nn.sampling import Sampling
from nlpbot.core.nn.softmax_regression import SoftmaxRegression, SoftmaxRegressionConfig
from nlpbot.core.nn.text_classifier import TextClassifier, TextClassifierConfig

__all__ = [
    "ActivationName",
    "AttentionPooling",
    "BeamSearch",
    "BeamStepper",
    "Convolution2d",
    "DecodingName",
    "DualEncoder",
    "DualEncoderConfig",
    "Embedding",
    "Ends",
    "Hypothesis",
    "LSTMEncoder",
    "LanguageModel",
    "LanguageModelConfig",
    "LanguageModelStepper",
    "LeNet5",
    "LeNet5Config",
    "LockedDropout",
    "Made",
    "Prompt",
    "RecurrentStep",
    "Sampling",
    "SoftmaxRegression",
    "SoftmaxRegressionConfig",
    "State",
    "TextClassifier",
    "TextClassifierConfig",
    "activation",
    "adds_exactly",
    "average_pool2d",
    "beam_search",
    "convolved_size",
    "length_mask",
    "masked_max",
    "masked_mean",
    "max_pool2d",
    "quickest_step",
    "reverse_by_length",
    "step",
]
