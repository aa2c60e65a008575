import torch

from nlpbot.core.bundles.bundle import BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.config import parse_settings
from nlpbot.core.kernel.tensor_files import load_weights


def test_saving_and_loading_is_identical(network, evaluated, tmp_path):
    model, rows = network.build(), network.rows()
    draft = BundleDraft.start(tmp_path / "out")
    draft.write_tensors("network.safetensors", model.state_dict())
    draft.finish(Manifest(kind="laws", config=network.config.model_dump(mode="json")))

    bundle = open_bundle(tmp_path / "out", kind="laws")
    config = parse_settings(bundle.manifest.config, type(network.config), where="manifest.json")
    loaded = network.cls(config)
    load_weights(loaded, bundle.read_tensors("network.safetensors"), where=bundle.folder)
    assert config == network.config
    for ours, expected in zip(evaluated(network, loaded, rows), evaluated(network, model, rows), strict=True):
        assert torch.equal(ours, expected)
