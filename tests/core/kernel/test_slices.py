from nlpbot.core.kernel.slices import finished


def test_work_is_done_to_its_end_and_its_result_returned():
    done = []

    def work():
        for step in range(3):
            done.append(step)
            yield
        return "result"

    assert finished(work()) == "result"
    assert done == [0, 1, 2]
