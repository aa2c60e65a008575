"""Settings of a chatbot."""

from pydantic import Field

from nlpbot.core.kernel.config import Settings
from nlpbot.retrieval.config import RetrievalSettings

__all__ = ["ChatSettings"]


class ChatSettings(Settings):
    """Settings of a chatbot."""

    topics: tuple[str, ...] = ()
    """Files of topics (.yaml) or of questions and answers (.csv, .tsv, .jsonl), relative to the settings file."""
    out_of_scope: tuple[str, ...] = ()
    """Files of questions, one a line, that it must not claim to know."""
    concepts: str | None = None
    """File of words that mean nearly the same, by language and concept; it helps where questions are few."""
    hotlines: str | None = None
    """File of contact points that fill the placeholders of answers."""
    phrases: str | None = None
    """File of what it says around its answers (.yaml); what is not in it comes along with nlpbot."""
    urgent: str | None = None
    """File of urgent cases and the topics that answer them (.yaml), in place of those that come along with nlpbot."""
    confident_mistakes: float = Field(0.1, gt=0, lt=1)
    """Fraction of questions out of scope that may be answered as if known, on questions held out."""
    retrieval: RetrievalSettings | None = None
    """How the retriever is trained; chosen from the number of questions where it is not given."""
    seed: int = Field(0, ge=0)
    """The same seed gives the same chatbot."""
