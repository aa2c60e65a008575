"""Drawings of any size share a batch."""

from pathlib import Path

import numpy as np

from nlpbot.core.serving.engine import Engine
from nlpbot.vision.predictor import VisionPredictor
from nlpbot.vision.service import VisionService


def test_it_gives_what_the_predictor_gives(tiny_home: Path) -> None:
    predictor = VisionPredictor.load(tiny_home / "bundles" / "vision" / "0001", device="cpu")
    drawings = [np.eye(side, dtype=np.float32) for side in (28, 9, 40)]
    engine = Engine()
    service = VisionService.on(engine, predictor)
    engine.start()
    found = [future.result(20).label for future in service.recognise.submit_all(drawings)]
    engine.close()
    assert found == [predictor.predict([drawing])[0].label for drawing in drawings]
