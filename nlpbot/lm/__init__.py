"""Language models: train on any text, evaluate, generate.

`data` and `prepare` make a text tokens; `train` and `validation` learn it, `baseline` counts its n-grams, `summary`
shows both side by side. `measure` reads texts, `surprises` says what surprised it there, `curve` what more text would
bring; `generate` and `decoding` write.
"""

from typing import TYPE_CHECKING

from nlpbot.core.kernel.lazy_names import lazy_names

if TYPE_CHECKING:
    from nlpbot.lm.predictor import GenerateRequest, LmPredictor

__all__ = ["GenerateRequest", "LmPredictor"]

__getattr__, __dir__ = lazy_names(__name__, {"predictor": __all__})
