"""Settings of a fraud scorer."""

from pydantic import Field

from nlpbot.classify.config import ClassifySettings
from nlpbot.core.kernel.config import Settings

__all__ = ["POSITIVE_LABELS", "FraudSettings"]

POSITIVE_LABELS = ("fraud", "scam", "spam", "smishing", "phishing", "1", "true")
"""Labels that mean fraud where none are named."""


class FraudSettings(Settings):
    """Settings of a fraud scorer."""

    data: tuple[str, ...] = ()
    """Labelled files, relative to the settings file."""
    positive: tuple[str, ...] = POSITIVE_LABELS
    """Labels that mean fraud; all others mean honest."""
    false_alarm_rate: float = Field(0.01, gt=0, lt=1)
    """Fraction of honest messages that may be called fraud, on texts held out."""
    miss_rate: float = Field(0.02, gt=0, lt=1)
    """Fraction of frauds that may be called honest, on texts held out; between the two lies "unsure"."""
    synthetic: bool = False
    """Whether the data was written for training rather than received by people; the card says so."""
    wording: str | None = None
    """File of what is said of verdicts and kinds (.yaml); what is not in it comes along with nlpbot."""
    classify: ClassifySettings | None = None
    """How the classifier is trained; chosen from the size and language of the data where it is not given."""
