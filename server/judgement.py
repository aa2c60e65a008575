"""What is thought of a message, as the chat and the scorer answer it."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from server.bodies import Body

if TYPE_CHECKING:
    from nlpbot.fraud import judgement

__all__ = ["SCAM", "Judgement", "Span"]

SCAM = "Your parcel is held. Pay the fee today: http://parcel.example"
"""The example of a message that was received."""


class Span(Body):
    """A piece of the judged text that speaks for fraud."""

    start: int = Field(examples=[21])
    """Its first character, counted in code points from 0."""
    end: int = Field(examples=[38])
    """The character after its last."""
    weight: float = Field(examples=[2.4])
    """How much it speaks for fraud, in nats of log-odds."""


class Judgement(Body):
    """What is thought of a message. It never says that a message is safe."""

    verdict: Literal["honest", "unsure", "fraud", "too_short"] = Field(examples=["fraud"])
    """Whether signs of fraud were found; `honest` only means that none was, `too_short` that a word or two says
    nothing."""
    probability: float = Field(examples=[0.97])
    """That the message is fraud, from 0 to 1, calibrated on texts held out."""
    kind: str | None = Field(examples=["parcel_fee"])
    """The likeliest kind of fraud, or null."""
    kind_title: str | None = Field(examples=["Fake parcel notice"])
    """The kind in words, or null."""
    summary: str = Field(examples=["This looks like fraud. Don't do what it asks."])
    """The verdict in a sentence."""
    text: str = Field(examples=[SCAM])
    """What was judged; spans count its characters."""
    spans: list[Span]
    """The pieces that speak for fraud; empty where they weren't asked for."""
    advice: list[str] = Field(examples=[["Don't open the link. Type the company's address yourself or use its app."]])
    """What to do, a sentence each."""
    notice: str = Field(examples=["Judged by a model trained on this operator's own data: it can be wrong both ways."])
    """What the judgement rests on."""

    @classmethod
    def from_judged(cls, judged: "judgement.Judgement") -> "Judgement":
        """Return a judgement as it is answered."""
        return cls(
            verdict=judged.verdict,
            probability=judged.probability,
            kind=judged.kind,
            kind_title=judged.kind_title,
            summary=judged.summary,
            text=judged.text,
            spans=[Span(start=span.start, end=span.end, weight=span.weight) for span in judged.spans],
            advice=list(judged.advice),
            notice=judged.notice,
        )
