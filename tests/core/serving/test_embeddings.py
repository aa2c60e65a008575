from nlpbot.core.serving.embeddings import Embeddings, TextEmbedding
from nlpbot.core.serving.engine import Engine


def test_an_encoder_is_a_lane_and_a_size():
    engine = Engine()
    served = Embeddings(engine.add_lane(lambda texts: [TextEmbedding((1.0, 0.0), len(text)) for text in texts]), 2)
    engine.start()
    try:
        (made,) = [future.result(20) for future in served.encode.submit_all(["hello"])]
    finally:
        engine.close()
    assert (made.vector, made.tokens, served.size) == ((1.0, 0.0), 5, 2)
