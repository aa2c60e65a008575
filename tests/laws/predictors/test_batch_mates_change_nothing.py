def test_one_by_one_equals_together(case, nearly):
    inputs = case.inputs()
    alone = [case.predict([one])[0] for one in inputs]
    assert case.predict(inputs) == nearly(alone)


def test_batch_mates_change_nothing(case, nearly):
    first, *others = case.inputs()
    alone = case.predict([first])[0]
    assert case.predict([first, first]) == nearly([alone, alone])
    assert case.predict([*others, first, *others])[len(others)] == nearly(alone)


def test_the_order_of_inputs_is_the_order_of_outputs(case, nearly):
    inputs = case.inputs()
    assert case.predict(inputs[::-1]) == nearly(case.predict(inputs)[::-1])
    assert case.predict(inputs[:1]) != nearly(case.predict(inputs[1:2])), "outputs that are all alike prove nothing"


def test_nothing_in_gives_nothing_out(case):
    assert case.predict([]) == []
