import json
import shutil

from nlpbot.core.bundles.manifest import read_manifest


def _as_toml(settings, table=""):
    """Plain settings as TOML; what is None isn't written."""
    lines, tables = [], []
    for key, value in settings.items():
        if isinstance(value, dict):
            tables.append(_as_toml(value, f"{table}.{key}" if table else key))
        elif value is not None:
            lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join([*([f"[{table}]"] if table else []), *lines, *tables, ""])


def _as_settings_file(training, manifest):
    """What the settings file of a training holds, beside what its bundle kept: the names of its files."""
    if training.family == "vectors":
        return {"corpus": list(manifest.data), "word2vec": manifest.settings}
    if training.family == "retrieval":
        return {**manifest.settings, "data": list(manifest.data)}
    return manifest.settings


def test_a_bundle_holds_all_the_settings_that_make_it_again(training, trained, nlpbot, made, tiny, tmp_path):
    bundle, _ = trained(training)
    shutil.copytree(tiny, tmp_path / "data")
    training.data.arguments(tmp_path / "data")  # writes what is not among them
    settings = tmp_path / "data" / "again.toml"
    settings.write_text(_as_toml(_as_settings_file(training, read_manifest(bundle))), encoding="utf-8")
    again = nlpbot(training.family, "train", settings, "--out", tmp_path / "again", *training.computes)
    assert again.exit_code == 0, again.stderr
    assert made(tmp_path / "again") == made(bundle)
