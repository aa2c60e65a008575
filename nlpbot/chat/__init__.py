"""The chatbot: answers from known topics, with context, memory, and an honest "I don't know"."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlpbot.chat.predictor import ChatPredictor

__all__ = ["ChatPredictor"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from nlpbot.chat import predictor

        return getattr(predictor, name)
    raise AttributeError(name)
