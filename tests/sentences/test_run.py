import json


def test_the_bundle_says_what_it_was_made_of_and_how_good_it_is(bundle):
    folder, report = bundle
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["kind"] == "sentences"
    assert {"en/library.yaml", "ko/shop.yaml"} <= {"/".join(name.split("/")[-2:]) for name in manifest["data"]}
    assert manifest["metrics"]["right_first"] == report["right_first"]
    assert report["baseline"]["name"] == "bm25"
    assert "shop held out" in report["protocol"]
