"""The chatbot: answers from known topics, with context, memory, and an honest "I don't know"."""

from typing import TYPE_CHECKING

from nlpbot.core.lazy_names import lazy_names

if TYPE_CHECKING:
    from nlpbot.chat.predictor import ChatPredictor

__all__ = ["ChatPredictor"]

__getattr__, __dir__ = lazy_names(__name__, {"predictor": __all__})
