"""Serve a fraud scorer: messages in, verdicts out."""

from collections.abc import Generator, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch

from nlpbot.classify.attribution import Span, attribute
from nlpbot.classify.predictor import ClassifyPredictor
from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.bundles.predictor import Predictor, save_part
from nlpbot.core.bundles.values import kept_values
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.kernel.slices import finished
from nlpbot.core.text.given import given_texts
from nlpbot.core.text.message_reader import plain
from nlpbot.fraud.data import FRAUD, kind_of
from nlpbot.fraud.thresholds import Thresholds, VerdictName
from nlpbot.fraud.too_short import is_too_short
from nlpbot.fraud.wording import Wording, wording_files

__all__ = ["FraudPredictor", "Verdict"]

SUSPECT = ("unsure", "fraud")
WORDING = "wording.json"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is thought of a message.

    Attributes:
        verdict: honest means no sign of fraud was found, never that a message is safe; too_short that it holds too
            little to be judged.
        probability: that it is fraud, calibrated on texts held out; of one too short it says little.
        kind: the likeliest kind of fraud, or None where kinds were not given or the verdict is honest or too_short.
        spans: pieces of the original that speak for fraud; empty unless asked for.
    """

    verdict: VerdictName
    probability: float
    kind: str | None = None
    spans: tuple[Span, ...] = ()


class FraudPredictor(Predictor):
    """A trained fraud scorer.

    Args:
        detector: tells fraud from honest.
        kinds: a second opinion, which tells kinds of fraud and of honest messages apart, or None.
        thresholds: where a probability becomes a verdict.
        synthetic: whether it was trained on messages that nobody received.
        wording: what is said of its verdicts.
    """

    kind = "fraud"

    def __init__(
        self,
        detector: ClassifyPredictor,
        kinds: ClassifyPredictor | None,
        thresholds: Thresholds,
        *,
        synthetic: bool,
        wording: Wording,
    ) -> None:
        self.detector = detector
        self.kinds = kinds
        self.thresholds = thresholds
        self.synthetic = synthetic
        self.wording = wording
        self._column = detector.names.index(FRAUD)

    def __repr__(self) -> str:
        kinds = len(self.kinds.names) if self.kinds is not None else "no"
        data = "synthetic messages" if self.synthetic else "messages"
        return f"FraudPredictor({' + '.join(self.detector.members)}, {kinds} kinds, trained on {data})"

    def predict(self, messages: Iterable[str]) -> list[Verdict]:
        """Return a verdict for each message, in the same order, without spans.

        What the detector calls fraud but looks most like a kind of honest message is "unsure": somebody who asks about
        a scam uses its words.

        Raises:
            TypeError: one message was given bare, or a value is no text.
        """
        messages = given_texts(messages, what="message")
        read = [plain(message) for message in messages]
        probabilities = self.detector.probabilities_of_plain(read)[:, self._column].tolist()
        verdicts = [
            Verdict("too_short" if is_too_short(message) else self.thresholds.verdict(p), p)
            for message, p in zip(messages, probabilities, strict=True)
        ]
        suspects = [index for index, verdict in enumerate(verdicts) if verdict.verdict in SUSPECT]
        if self.kinds is None or not suspects:
            return verdicts
        opinions = self.kinds.probabilities_of_plain([read[index] for index in suspects])
        for index, row in zip(suspects, opinions, strict=True):
            ranked = [kind_of(self.kinds.names[number]) for number in np.argsort(-row, kind="stable")]
            verdict = verdicts[index].verdict if ranked[0] is not None else "unsure"
            kind = next((kind for kind in ranked if kind is not None), None)
            verdicts[index] = replace(verdicts[index], verdict=verdict, kind=kind)
        return verdicts

    def explain(self, messages: Iterable[str]) -> list[Verdict]:
        """Return verdicts with the pieces that speak for fraud; some ten times the work of `predict`."""
        messages = given_texts(messages, what="message")
        verdicts = zip(messages, self.predict(messages), strict=True)
        return [finished(self._explained(message, verdict)) for message, verdict in verdicts]

    def explaining(self, message: str) -> Generator[None, None, Verdict]:
        """Return the verdict on a message with the pieces that speak for fraud.

        Yields:
            between slices of the work, so that others may have their turn.
        """
        [verdict] = self.predict([message])
        yield
        return (yield from self._explained(message, verdict))

    def _explained(self, message: str, verdict: Verdict) -> Generator[None, None, Verdict]:
        if verdict.verdict not in SUSPECT:
            return verdict
        spans = yield from attribute(self.detector, message, [FRAUD])
        return replace(verdict, spans=tuple(spans))

    @property
    def named_thresholds(self) -> dict[str, float]:
        """Where a probability becomes a verdict, by name."""
        return asdict(self.thresholds)

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write everything into a bundle, and return what its config must hold."""
        save_part(draft, "detector", self.detector)
        if self.kinds is not None:
            save_part(draft, "kinds", self.kinds)
        draft.write_json(WORDING, self.wording.model_dump(mode="json"))
        return {"synthetic": self.synthetic}

    @classmethod
    def from_bundle(cls, bundle: Bundle, device: torch.device) -> "FraudPredictor":
        """Return the scorer of an opened bundle.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """
        detector = ClassifyPredictor.from_part(bundle, "detector", device)
        has_kinds = "kinds" in bundle.manifest.parts
        kinds = ClassifyPredictor.from_part(bundle, "kinds", device) if has_kinds else None
        values: dict[str, Any] = bundle.manifest.thresholds
        try:
            thresholds = Thresholds(values["unsure_from"], values["fraud_from"])
        except KeyError as error:
            raise BundleError(f"{bundle.folder}: threshold {error} is missing; train it again") from error
        if FRAUD not in detector.names:
            raise BundleError(f"{bundle.folder}: knows no label {FRAUD}; train it again")
        return cls(
            detector,
            kinds,
            thresholds,
            synthetic=bool(bundle.manifest.config.get("synthetic")),
            wording=kept_values(bundle, WORDING, Wording, default=wording_files()[0]),
        )
