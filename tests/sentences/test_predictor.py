import numpy as np


def test_texts_become_vectors_in_their_order(trained):
    predictor = trained.predictor
    found = predictor.predict(["where is my parcel", "언제 와요", ""])
    assert [each.tokens for each in found] == [4, 2, 1]
    assert np.allclose(found[1].vector, predictor.encoder.encode(["언제 와요"])[0], atol=1e-5)
    assert predictor.predict([]) == []


def test_it_says_what_it_is(trained):
    assert "8 numbers a text" in repr(trained.predictor)
