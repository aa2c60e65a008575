"""Texts as vectors, by the sentence encoder that comes along or by one of one's own; `nlpbot.sentences` trains them."""

from typing import TYPE_CHECKING

from nlpbot.core.kernel.lazy_names import lazy_names

if TYPE_CHECKING:
    from nlpbot.encoding.encoder import Encoder

__all__ = ["Encoder"]

__getattr__, __dir__ = lazy_names(__name__, {"encoder": __all__})
