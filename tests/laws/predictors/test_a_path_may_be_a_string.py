def test_a_bundle_is_opened_by_a_string_as_by_a_path(case, tmp_path):
    folder = case.write(case.trained(), tmp_path / "out")
    inputs = case.inputs()[:1]
    cls = type(case.trained())
    assert cls.load(str(folder)).predict(inputs) == cls.load(folder).predict(inputs)
