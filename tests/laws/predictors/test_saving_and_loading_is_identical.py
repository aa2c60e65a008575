def test_saving_and_loading_is_identical(case, tmp_path):
    predictor, inputs = case.trained(), case.inputs()
    folder = case.write(predictor, tmp_path / "out")
    assert type(predictor).load(folder).predict(inputs) == predictor.predict(inputs)


def test_what_was_loaded_is_written_as_it_was(case, tmp_path):
    first = case.write(case.trained(), tmp_path / "first")
    again = case.write(type(case.trained()).load(first), tmp_path / "again")
    files = {path.relative_to(first): path.read_bytes() for path in first.rglob("*") if path.is_file()}
    assert {path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()} == files
