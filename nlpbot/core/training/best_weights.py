"""Keep the weights that did best on validation, and say when waiting for better ones is over."""

from torch import Tensor, nn

__all__ = ["BestWeights"]


class BestWeights:
    """The weights of the lowest validation loss so far.

    Args:
        model: whose weights are kept.
        patience: how many updates in a row may bring nothing better; None waits for ever.
    """

    def __init__(self, model: nn.Module, *, patience: int | None = None) -> None:
        self.model = model
        self.patience = patience
        self.loss = float("inf")
        self.since_best = 0
        self._weights: dict[str, Tensor] = {}

    def update(self, valid_loss: float) -> bool:
        """Take note of a validation loss; return whether it is worth going on."""
        if valid_loss < self.loss:
            self.loss, self.since_best = valid_loss, 0
            self._weights = {name: value.detach().clone() for name, value in self.model.state_dict().items()}
        else:
            self.since_best += 1
        return self.patience is None or self.since_best < self.patience

    def restore(self) -> None:
        """Put the best weights back into the model; without any update it keeps its own."""
        if self._weights:
            self.model.load_state_dict(self._weights)

    def tensors(self) -> dict[str, Tensor]:
        """Return the best weights, for a checkpoint."""
        return self._weights

    def load(self, tensors: dict[str, Tensor], *, loss: float, since_best: int) -> None:
        """Go on from a checkpoint."""
        self._weights, self.loss, self.since_best = tensors, loss, since_best
