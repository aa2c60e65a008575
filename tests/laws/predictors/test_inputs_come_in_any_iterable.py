import numpy as np
import pytest


def test_tuples_arrays_and_generators_are_read_as_lists_are(case):
    inputs = case.inputs()
    expected = case.predict(inputs)
    array = np.empty(len(inputs), dtype=object)
    array[:] = inputs
    for given in (tuple(inputs), array, (each for each in inputs)):
        assert case.predict(given) == expected


@pytest.mark.parametrize("value", [None, 7, float("nan")])
def test_what_is_no_text_is_named_with_its_place(text_case, value):
    with pytest.raises(TypeError, match=r"\[1\]: (None|7|nan) found"):
        text_case.trained().predict(each for each in (text_case.inputs()[0], value))
