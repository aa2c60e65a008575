"""Serve a text classifier: texts in, labels with calibrated probabilities out."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from nlpbot.classify.encoder_member import EncoderMember
from nlpbot.classify.members import LinearMember, LstmMember, Member
from nlpbot.classify.occlusion import Piece, Scores
from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.bundles.predictor import Predictor
from nlpbot.core.classical.calibration import Calibration
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.given import given_texts
from nlpbot.core.text.message_reader import plain

__all__ = ["ClassifyPredictor", "Prediction"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """The likeliest label of a text, its probability, and that of every label."""

    label: str
    probability: float
    probabilities: dict[str, float] = field(repr=False)


class ClassifyPredictor(Predictor):
    """A trained text classifier.

    Args:
        names: the labels, by number.
        members: the models whose scores are blended, by name.
        calibration: from scores to probabilities, the members in the same order.
    """

    kind = "classify"

    def __init__(self, names: Sequence[str], members: Mapping[str, Member], calibration: Calibration) -> None:
        self.names = tuple(names)
        self.members = dict(members)
        self.calibration = calibration

    def __repr__(self) -> str:
        return f"ClassifyPredictor({' + '.join(self.members)}, {len(self.names)} labels)"

    def predict(self, texts: Iterable[str]) -> list[Prediction]:
        """Return a prediction for each text, in the same order.

        Raises:
            TypeError: one text was given bare, or a value is no text.
        """
        rows = self.probabilities(texts)
        best = rows.argmax(axis=1) if len(rows) else []
        return [
            Prediction(self.names[k], float(row[k]), dict(zip(self.names, map(float, row), strict=True)))
            for row, k in zip(rows, best, strict=True)
        ]

    def probabilities(self, texts: Iterable[str]) -> Float[ndarray, "N L"]:
        """Return the probability of each label, of shape (texts, labels)."""
        return self.probabilities_of_plain([plain(text) for text in given_texts(texts)])

    def probabilities_of_plain(self, read: Sequence[str]) -> Float[ndarray, "N L"]:
        """Return the probability of each label, of shape (texts, labels), for texts that `plain` has read."""
        if not read:
            return np.zeros((0, len(self.names)))
        return self.calibration.probabilities([member.scores(read) for member in self.members.values()])

    def probabilities_without(self, text: str, pieces: Sequence[Piece]) -> Generator[None, None, Scores]:
        """Return the probability of each label for a text, as `plain` reads it, without each of its pieces.

        Yields:
            between slices of the work, so that others may have their turn.
        """
        scores: list[Scores] = []
        for member in self.members.values():
            found = yield from member.scores_without(text, pieces)
            scores.append(found)
        return self.calibration.probabilities(scores)

    def without_parts(self) -> "dict[str, ClassifyPredictor]":
        """Return what is left without each member, where there are several; as they were stacked, not calibrated."""
        if len(self.members) < 2:
            return {}
        weights = dict(zip(self.members, self.calibration.weights, strict=True))
        left = {name: [other for other in self.members if other != name] for name in self.members}
        return {
            name: ClassifyPredictor(
                self.names,
                {other: self.members[other] for other in others},
                Calibration(tuple(weights[other] for other in others), self.calibration.bias),
            )
            for name, others in left.items()
        }

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write everything into a bundle, and return what its config must hold for `from_bundle`."""
        members = {name: member.save(draft) for name, member in self.members.items()}
        draft.write_json(
            "calibration.json", {"weights": list(self.calibration.weights), "bias": list(self.calibration.bias)}
        )
        return {"labels": list(self.names), "members": members}

    @classmethod
    def from_bundle(cls, bundle: Bundle, device: torch.device) -> "ClassifyPredictor":
        """Return the classifier of an opened bundle.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """
        config, blend = bundle.manifest.config, bundle.read_json("calibration.json")
        try:
            members: dict[str, Member] = {}
            if "linear" in config["members"]:
                members["linear"] = LinearMember.load(bundle)
            if "lstm" in config["members"]:
                members["lstm"] = LstmMember.load(bundle, config["members"]["lstm"], device)
            if "encoder" in config["members"]:
                members["encoder"] = EncoderMember.load(bundle, config["members"]["encoder"], device)
            calibration = Calibration(tuple(blend["weights"]), tuple(blend["bias"]))
            names = config["labels"]
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"{bundle.folder}: damaged: {error}; train it again") from error
        if len(calibration.weights) != len(members) or len(calibration.bias) != len(names):
            raise BundleError(f"{bundle.folder}: calibration doesn't fit the members; train it again")
        return cls(names, members, calibration)
