"""Every network and what networks are made of; making text by them, step by step, is in `nlpbot.generation`.

Networks: `language_model`, `text_classifier`, `dual_encoder`, `sentence_encoder`, `sentence_classifier`,
`lenet`, `softmax_regression`. What
they are made of: `embedding`, `recurrent`, `attention`, `pooling`, `convolution`, `activations`, `dropout`,
`weight_drop`. A loss stands beside its network, or in `next_token_loss`, `sampled_softmax` and `image_loss`; each is
`loss_fn(model, batch, state) -> (loss, state)`.

Letters in shapes: B texts or images of a batch · T time steps, padding included · E numbers in a token's vector ·
H numbers in a state · V tokens in the vocabulary · L labels · C channels · F filters · Y, X height and width in pixels
(y, x after a convolution or pooling) · S numbers in a text's vector · A answers ·
D numbers by which a next token is scored · W different words of a batch · P parts of them · Q pairs of texts.
"""

from nlpbot.core.nn.activations import ActivationName, activation, step
from nlpbot.core.nn.attention import AttentionPooling
from nlpbot.core.nn.convolution import Convolution2d, convolved_size
from nlpbot.core.nn.dropout import LockedDropout
from nlpbot.core.nn.dual_encoder import DualEncoder, DualEncoderConfig, DualEncoderShape, contrastive_loss
from nlpbot.core.nn.embedding import Embedding
from nlpbot.core.nn.image_loss import image_loss, summed_image_loss
from nlpbot.core.nn.language_model import LanguageModel, LanguageModelConfig, LanguageModelShape, State
from nlpbot.core.nn.lenet import LeNet5, LeNet5Config, LeNet5Shape
from nlpbot.core.nn.next_token_loss import TokenLoss, detached, next_token_loss, with_state_resets
from nlpbot.core.nn.pooling import average_pool2d, masked_max, masked_mean, max_pool2d
from nlpbot.core.nn.recurrent import LSTMEncoder, length_mask, reverse_by_length
from nlpbot.core.nn.sampled_softmax import SampledSoftmax
from nlpbot.core.nn.sentence_classifier import (
    SentenceClassifier,
    SentenceClassifierConfig,
    sentence_classification_loss,
)
from nlpbot.core.nn.sentence_encoder import (
    EncoderBatch,
    SentenceEncoder,
    SentenceEncoderConfig,
    SentenceEncoderShape,
    TaughtEncoder,
    Words,
    sentence_loss,
)
from nlpbot.core.nn.softmax_regression import SoftmaxRegression, SoftmaxRegressionConfig
from nlpbot.core.nn.text_classifier import (
    TextClassifier,
    TextClassifierConfig,
    TextClassifierShape,
    classification_loss,
)

__all__ = [
    "ActivationName",
    "AttentionPooling",
    "Convolution2d",
    "DualEncoder",
    "DualEncoderConfig",
    "DualEncoderShape",
    "Embedding",
    "EncoderBatch",
    "LSTMEncoder",
    "LanguageModel",
    "LanguageModelConfig",
    "LanguageModelShape",
    "LeNet5",
    "LeNet5Config",
    "LeNet5Shape",
    "LockedDropout",
    "SampledSoftmax",
    "SentenceClassifier",
    "SentenceClassifierConfig",
    "SentenceEncoder",
    "SentenceEncoderConfig",
    "SentenceEncoderShape",
    "SoftmaxRegression",
    "SoftmaxRegressionConfig",
    "State",
    "TaughtEncoder",
    "TextClassifier",
    "TextClassifierConfig",
    "TextClassifierShape",
    "TokenLoss",
    "Words",
    "activation",
    "average_pool2d",
    "classification_loss",
    "contrastive_loss",
    "convolved_size",
    "detached",
    "image_loss",
    "length_mask",
    "masked_max",
    "masked_mean",
    "max_pool2d",
    "next_token_loss",
    "reverse_by_length",
    "sentence_classification_loss",
    "sentence_loss",
    "step",
    "summed_image_loss",
    "with_state_resets",
]
