"""Every network and what networks are made of; making text by them, step by step, is in `nlpbot.generation`.

Networks: `language_model`, `text_classifier`, `dual_encoder`, `lenet`, `softmax_regression`. What they are made of:
`embedding`, `recurrent`, `attention`, `pooling`, `convolution`, `activations`, `dropout`, `weight_drop`.

Letters in shapes: B texts or images of a batch · T time steps, padding included · E numbers in a token's vector ·
H numbers in a state · V tokens in the vocabulary · L labels · C channels · F filters · Y, X height and width in pixels
(y, x after a convolution or pooling) · S numbers in a text's vector · A answers ·
D numbers by which a next token is scored.
"""

from nlpbot.core.nn.activations import ActivationName, activation, step
from nlpbot.core.nn.attention import AttentionPooling
from nlpbot.core.nn.convolution import Convolution2d, convolved_size
from nlpbot.core.nn.dropout import LockedDropout
from nlpbot.core.nn.dual_encoder import DualEncoder, DualEncoderConfig
from nlpbot.core.nn.embedding import Embedding
from nlpbot.core.nn.language_model import LanguageModel, LanguageModelConfig, State
from nlpbot.core.nn.lenet import LeNet5, LeNet5Config
from nlpbot.core.nn.pooling import average_pool2d, masked_max, masked_mean, max_pool2d
from nlpbot.core.nn.recurrent import LSTMEncoder, length_mask, reverse_by_length
from nlpbot.core.nn.softmax_regression import SoftmaxRegression, SoftmaxRegressionConfig
from nlpbot.core.nn.text_classifier import TextClassifier, TextClassifierConfig

__all__ = [
    "ActivationName",
    "AttentionPooling",
    "Convolution2d",
    "DualEncoder",
    "DualEncoderConfig",
    "Embedding",
    "LSTMEncoder",
    "LanguageModel",
    "LanguageModelConfig",
    "LeNet5",
    "LeNet5Config",
    "LockedDropout",
    "SoftmaxRegression",
    "SoftmaxRegressionConfig",
    "State",
    "TextClassifier",
    "TextClassifierConfig",
    "activation",
    "average_pool2d",
    "convolved_size",
    "length_mask",
    "masked_max",
    "masked_mean",
    "max_pool2d",
    "reverse_by_length",
    "step",
]
