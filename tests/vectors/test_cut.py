from nlpbot.vectors.cut import said_twice


def test_wordssaid_twice_are_kept_whatever_their_particle(tmp_path):
    (tmp_path / "a.txt").write_text("택배가 왔다 택배를 받았다 once", encoding="utf-8")
    said = said_twice([tmp_path / "a.txt"])
    assert "택배" in said
    assert "once" not in said
