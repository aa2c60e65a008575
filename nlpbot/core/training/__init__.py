"""Training: mini-batch, gradient, update, repeat; best weights, checkpoints and curves."""

from nlpbot.core.training.averaging import MovingAverage
from nlpbot.core.training.best_weights import BestWeights
from nlpbot.core.training.checkpoint import Checkpoint
from nlpbot.core.training.config import TrainSettings
from nlpbot.core.training.curves import Curves, Point, overfitting_starts, read_curves
from nlpbot.core.training.loop import Batches, Report, fit, move
from nlpbot.core.training.losses import (
    classification_loss,
    contrastive_loss,
    forgetful,
    image_loss,
    next_token_loss,
    summed_image_loss,
)
from nlpbot.core.training.metrics import bits_per_character, perplexity
from nlpbot.core.training.sampled_softmax import SampledSoftmax

__all__ = [
    "Batches",
    "BestWeights",
    "Checkpoint",
    "Curves",
    "MovingAverage",
    "Point",
    "Report",
    "SampledSoftmax",
    "TrainSettings",
    "bits_per_character",
    "classification_loss",
    "contrastive_loss",
    "fit",
    "forgetful",
    "image_loss",
    "move",
    "next_token_loss",
    "overfitting_starts",
    "perplexity",
    "read_curves",
    "summed_image_loss",
]
