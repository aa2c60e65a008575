"""Scoring messages for fraud: probability, verdict, kind, and the words that made it so.

What is scored: `predictor` (with `thresholds`, `too_short`), learned in `train` from `data`, measured in `evaluate`.
What is said: `judgement`, in the words of `wording`. `synthetic` writes messages to train on; `config`, `run`,
`results` and `commands` are the command line.
"""

from typing import TYPE_CHECKING

from nlpbot.core.kernel.lazy_names import lazy_names

if TYPE_CHECKING:
    from nlpbot.fraud.predictor import FraudPredictor, Verdict

__all__ = ["FraudPredictor", "Verdict"]

__getattr__, __dir__ = lazy_names(__name__, {"predictor": __all__})
