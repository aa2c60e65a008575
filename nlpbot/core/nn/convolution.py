"""Convolution: a small filter slid over an image, with stride and padding."""

from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["Convolution2d", "convolved_size"]


def convolved_size(size: int, kernel: int, *, stride: int = 1, padding: int = 0) -> int:
    """Return the length of one side after a convolution or pooling.

    >>> convolved_size(4, 3), convolved_size(4, 3, padding=1), convolved_size(28, 2, stride=2)
    (2, 4, 14)
    """
    return (size + 2 * padding - kernel) // stride + 1


class Convolution2d(nn.Module):
    """A bank of filters over an image.

    The worked example of the textbook: a 3 by 3 filter over a 4 by 4 image, without and with padding.

    >>> import torch
    >>> image = torch.tensor([[1.0, 2, 3, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 3, 0, 1]])[None, None]
    >>> kernel = torch.tensor([[2.0, 0, 1], [0, 1, 2], [1, 0, 2]])[None, None]
    >>> def convolved(padding: int) -> list[list[int]]:
    ...     layer = Convolution2d(1, 1, kernel=3, padding=padding, bias=False)
    ...     layer.filters.weight = torch.nn.Parameter(kernel)
    ...     return layer(image)[0, 0].int().tolist()
    >>> convolved(padding=0)
    [[15, 16], [6, 15]]
    >>> convolved(padding=1)
    [[7, 12, 10, 2], [4, 15, 16, 10], [10, 6, 15, 6], [8, 10, 4, 3]]

    Args:
        inputs: channels of the image.
        outputs: filters.
        kernel: side of a filter, in pixels.
        stride: pixels from one place to the next.
        padding: rows and columns of zeros put around the image.
        bias: whether each filter adds a number of its own.

    Source: LeCun et al. 1989, Backpropagation applied to handwritten zip code recognition.
    """

    def __init__(
        self, inputs: int, outputs: int, *, kernel: int, stride: int = 1, padding: int = 0, bias: bool = True
    ) -> None:
        super().__init__()
        self.filters = nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=padding, bias=bias)

    def forward(self, x: Float[Tensor, "B C Y X"]) -> Float[Tensor, "B F y x"]:
        """Return what each filter finds at each place."""
        out: Tensor = self.filters(x)
        return out
