"""Streams that are drawn give what the predictor gives, and so do searches."""

from nlpbot.core.serving.engine import Engine
from nlpbot.generation import BeamSearch, Sampling, beam_search
from nlpbot.lm.predictor import GenerateRequest, LmPredictor
from nlpbot.lm.service import LmService

REQUESTS = [GenerateRequest(text, Sampling(max_tokens=9, seed=seed)) for seed, text in enumerate(("the ", "", "a"))]


def test_it_gives_what_the_predictor_gives(rhymer: LmPredictor) -> None:
    engine = Engine()
    service = LmService.on(engine, rhymer, beams=4)
    engine.start()
    streams = [service.draw.stream(rhymer.prompt(request)) for request in REQUESTS]
    search = BeamSearch(rhymer.prompt(REQUESTS[0]), beams=4)
    (found,) = service.search.stream(search)
    texts = ["".join(piece.text for piece in rhymer.pieces(s, r)) for s, r in zip(streams, REQUESTS, strict=True)]
    engine.close()
    assert texts == rhymer.predict(REQUESTS)
    best = beam_search(rhymer.generation_model(), search, decoding=rhymer.decoding)
    assert [each.tokens for each in found] == [each.tokens for each in best]
