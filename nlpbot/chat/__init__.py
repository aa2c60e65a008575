"""The chatbot: answers from known topics, with context, memory, and an honest "I don't know".

What is known: `data`, `predictor` (with `intents`, `opinions`, `blend`), learned in `train` and `choice`, measured in
`evaluate`. What is said: `dialogue`, a pure policy over `state`, `memory`, `urgent` and `phrases`.
`config`, `run` and `commands` are the command line.
"""

from typing import TYPE_CHECKING

from nlpbot.core.kernel.lazy_names import lazy_names

if TYPE_CHECKING:
    from nlpbot.chat.predictor import ChatPredictor

__all__ = ["ChatPredictor"]

__getattr__, __dir__ = lazy_names(__name__, {"predictor": __all__})
