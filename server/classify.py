"""/api/classify: texts get labels with probabilities, by a classifier of one's own."""

from typing import TYPE_CHECKING, Annotated

from flask import Blueprint, Response
from pydantic import Field

from nlpbot.parts import CLASSIFY
from server.bodies import MAX_BATCH, Body, Storable, Text, Whole, with_example
from server.config import ServerSettings
from server.engines import Engines
from server.exchange import answer, body_as
from server.models import chosen
from server.operations import Operation
from server.security import require_key
from server.waiting import outputs_of

if TYPE_CHECKING:
    from nlpbot.classify import predictor

__all__ = ["OPERATIONS", "ClassifyRequest", "ClassifyResponse", "LabelProbability", "Prediction", "classify_blueprint"]

MAX_LABELS = 1000
EXAMPLE = "will it rain tomorrow"


class ClassifyRequest(Body):
    """Texts to classify."""

    model_config = with_example(texts=[EXAMPLE], top=3)

    texts: Annotated[list[Text], Field(min_length=1, max_length=MAX_BATCH)] = Field(examples=[[EXAMPLE]])
    """What to classify, each by itself."""
    model: Storable | None = Field(None, examples=["intents"])
    """The classifier, by the name of its slot; it may be left out where it is clear which one is meant."""
    top: Whole = Field(5, ge=1, le=MAX_LABELS, examples=[3])
    """How many of the likeliest labels to name with each text."""


class LabelProbability(Body):
    """A label, and how likely it is."""

    label: str = Field(examples=["weather"])
    """Its name."""
    probability: float = Field(examples=[0.91])
    """From 0 to 1, calibrated on texts held out."""


class Prediction(Body):
    """What a text is."""

    label: str = Field(examples=["weather"])
    """The likeliest label."""
    probability: float = Field(examples=[0.91])
    """Its probability, from 0 to 1, calibrated on texts held out."""
    probabilities: list[LabelProbability]
    """The likeliest labels, this one first."""

    @classmethod
    def from_predicted(cls, predicted: "predictor.Prediction", top: int) -> "Prediction":
        """Return a prediction as it is answered, with so many of its labels."""
        likeliest = sorted(predicted.probabilities.items(), key=lambda pair: -pair[1])[:top]
        return cls(
            label=predicted.label,
            probability=predicted.probability,
            probabilities=[LabelProbability(label=label, probability=value) for label, value in likeliest],
        )


class ClassifyResponse(Body):
    """What texts are."""

    predictions: list[Prediction]
    """One for each text, in the same order."""


OPERATIONS = (Operation("/api/classify", "post", "Classify texts.", ClassifyRequest, ClassifyResponse, access="key"),)


def classify_blueprint(engines: Engines, settings: ServerSettings) -> Blueprint:
    """Return the route of text classifiers."""
    blueprint = Blueprint("classify", __name__)

    @blueprint.post("/api/classify")
    def classify() -> Response:
        require_key(settings)
        body = body_as(ClassifyRequest)
        predicted = outputs_of(chosen(engines, CLASSIFY, body.model).predict, body.texts)
        return answer(ClassifyResponse(predictions=[Prediction.from_predicted(each, body.top) for each in predicted]))

    return blueprint
