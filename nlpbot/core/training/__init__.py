"""Training: mini-batch, gradient, update, repeat, over any network.

`fit` is the loop; `TrainingRun` stands on it and is what families use: validation, best weights, averages, curves,
checkpoints and resuming. `batches` makes mini-batches of rows. No file here knows what a text or an image is.
"""

from nlpbot.core.training.averaging import MovingAverage
from nlpbot.core.training.batches import ShuffledBatches, length_bucketed, pad, shuffled
from nlpbot.core.training.best_weights import BestWeights
from nlpbot.core.training.checkpoint import Checkpoint
from nlpbot.core.training.config import TrainSettings
from nlpbot.core.training.curves import Curves, Point, overfitting_starts, read_curves
from nlpbot.core.training.loop import Batches, Finish, LossFunction, Report, fit
from nlpbot.core.training.nest import Nest, move
from nlpbot.core.training.run import TrainingRun, Validation
from nlpbot.core.training.run_folder import RunFolder, RunResult

__all__ = [
    "Batches",
    "BestWeights",
    "Checkpoint",
    "Curves",
    "Finish",
    "LossFunction",
    "MovingAverage",
    "Nest",
    "Point",
    "Report",
    "RunFolder",
    "RunResult",
    "ShuffledBatches",
    "TrainSettings",
    "TrainingRun",
    "Validation",
    "fit",
    "length_bucketed",
    "move",
    "overfitting_starts",
    "pad",
    "read_curves",
    "shuffled",
]
