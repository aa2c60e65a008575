"""A chatbot's knowledge on the engine: questions of all languages share batches."""

from dataclasses import dataclass
from typing import NamedTuple

from nlpbot.chat.phrases import Phrases
from nlpbot.chat.predictor import ChatPredictor, Guess
from nlpbot.chat.urgent import UrgentCases
from nlpbot.core.serving.engine import Engine
from nlpbot.core.serving.lane import Lane
from nlpbot.core.serving.sizes import text_size
from nlpbot.core.text.language import Language
from nlpbot.retrieval.data import Topic

__all__ = ["ChatService", "Question"]


class Question(NamedTuple):
    """A question, and the language that its answer is to have."""

    text: str
    language: Language


@dataclass(frozen=True)
class ChatService:
    """A chatbot's knowledge that is served.

    Attributes:
        find: from questions to the topics that may answer them.
        topics: all that it knows.
        phrases: what is said around answers.
        urgent_cases: what is answered before anything is looked up.
    """

    find: Lane[Question, Guess]
    topics: tuple[Topic, ...]
    phrases: Phrases
    urgent_cases: UrgentCases

    @classmethod
    def on(cls, engine: Engine, predictor: ChatPredictor) -> "ChatService":
        """Return the service of a predictor that runs on an engine."""

        def find(questions: list[Question]) -> list[Guess]:
            languages = [question.language for question in questions]
            return predictor.predict([question.text for question in questions], language=languages)

        lane = engine.add_lane(find, max_batch=8, size=lambda question: text_size(question.text))
        return cls(lane, predictor.topics, predictor.phrases, predictor.urgent_cases)
