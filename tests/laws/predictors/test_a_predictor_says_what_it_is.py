LINE = 1000
"""Characters that an output prints at most; a topic's whole text has thousands."""


def test_a_predictor_says_what_it_is_in_a_line(case):
    shown = repr(case.trained())
    assert shown.startswith(f"{type(case.trained()).__name__}(")
    assert " at 0x" not in shown
    assert len(shown.splitlines()) == 1


def test_an_output_is_printed_in_a_line(case):
    for output in case.trained().predict(case.inputs()):
        assert len(repr(output)) < LINE
        assert len(repr(output).splitlines()) == 1
