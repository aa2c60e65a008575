"""The loss of networks that recognise images."""

from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["image_loss", "summed_image_loss"]

ImageBatch = tuple[Float[Tensor, "B C Y X"], Int[Tensor, " B"]]


def image_loss(model: nn.Module, batch: ImageBatch, state: None) -> tuple[Float[Tensor, ""], None]:
    """Return the mean cross-entropy of (images, labels), in nats an image."""
    images, labels = batch
    return F.cross_entropy(model(images), labels), state


def summed_image_loss(model: nn.Module, batch: ImageBatch, state: None) -> tuple[Float[Tensor, ""], None]:
    """Return the cross-entropy summed over the batch, as the textbook's MNIST program has it."""
    images, labels = batch
    return F.cross_entropy(model(images), labels, reduction="sum"), state
