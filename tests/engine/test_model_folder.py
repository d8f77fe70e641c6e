import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.chat.ports import ModelInfo
from bot.engine.model_folder import REQUIRED, REQUIRED_OF_VISION, read_model_folder
from bot.errors import ModelError


@pytest.fixture
def folder(tiny_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model, tmp_path / "phi3-instruct" / "int4"))


def edit(folder: Path, name: str = "config.json", **changes: Any) -> None:
    path = folder / name
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**config, **changes}), encoding="utf-8")


def test_an_exported_model_is_read(folder: Path) -> None:
    model = read_model_folder(folder)
    assert model.name == "phi3-instruct/int4"
    assert model.architecture == "Phi3ForCausalLM"
    assert model.context_length == 4096
    assert model.sliding_window == 2047
    assert model.eos_ids == {600, 601, 607}
    assert model.size == sum(file.stat().st_size for file in folder.iterdir())
    assert not model.is_demo


def test_the_precision_is_that_of_the_weights(folder: Path) -> None:
    """Of the layers' 327,680 weights ratio 0.6 makes 4 bits; embeddings and head, 163,840, have 8."""
    assert read_model_folder(folder).precision == "int8 (63 %), int4 (36 %)"


def test_it_is_known_how_many_weights_share_a_scale(folder: Path) -> None:
    """In 4 bits a group of them, in 8 bits a row: of the hidden size 128, and of the intermediate 256."""
    assert read_model_folder(folder).weight_groups == {128, 256}


def test_weights_that_are_mostly_no_integers_have_no_groups(folder: Path) -> None:
    xml = folder / "openvino_model.xml"
    xml.write_bytes(re.sub(rb'element_type="[ui]\d"', b'element_type="f16"', xml.read_bytes()))
    assert read_model_folder(folder).weight_groups == frozenset()


def test_the_context_can_be_limited_not_widened(folder: Path) -> None:
    model = read_model_folder(folder)
    assert model.info("optimum", "CPU", 512) == ModelInfo(
        name="phi3-instruct/int4",
        architecture="Phi3ForCausalLM",
        precision=model.precision,
        device="CPU",
        engine="optimum",
        context_length=512,
        sliding_window=2047,
        sampling=model.sampling,
    )
    assert model.info("optimum", "CPU", 100_000).context_length == 4096
    assert model.info("optimum", "CPU").context_length == 4096


def test_how_tokens_are_chosen_is_in_the_models_generation_config(folder: Path) -> None:
    assert read_model_folder(folder).sampling.temperature == 0
    edit(folder, "generation_config.json", do_sample=True, temperature=0.3)
    model = read_model_folder(folder)
    assert model.sampling.temperature == 0.3
    assert model.info("genai", "CPU").sampling == model.sampling


@pytest.mark.parametrize(
    "changes", [{"sliding_window": None}, {"use_sliding_window": False}, {"sliding_window": 262144}]
)
def test_a_window_that_limits_nothing_is_none(folder: Path, changes: dict[str, Any]) -> None:
    edit(folder, **changes)
    assert read_model_folder(folder).sliding_window is None


def test_a_published_model_keeps_its_name(folder: Path) -> None:
    edit(folder, _name_or_path="microsoft/Phi-3-mini-4k-instruct")
    assert read_model_folder(folder).name == "microsoft/Phi-3-mini-4k-instruct"


def test_end_tokens_come_from_both_files(folder: Path) -> None:
    (folder / "generation_config.json").unlink()
    assert read_model_folder(folder).eos_ids == {600}
    edit(folder, eos_token_id=[1, 2])
    assert read_model_folder(folder).eos_ids == {1, 2}
    edit(folder, eos_token_id=None)
    assert read_model_folder(folder).eos_ids == frozenset()


def test_the_demo_model_says_so_itself(folder: Path) -> None:
    edit(folder, ovbot_demo=True)
    assert read_model_folder(folder).info("genai", "CPU").is_demo


def test_a_missing_folder_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model folder .*nowhere.*ovbot model pull"):
        read_model_folder(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("files", "given", "expected"),
    [
        (
            ["config.json", "model-00001.safetensors"],
            "",
            "Convert it: ovbot model export '{folder}'",
        ),
        (["config.json", "pytorch_model.bin"], "config.json", "Convert it: ovbot model export '{folder}'"),
        (
            ["model.gguf"],
            "",
            "holds a GGUF file, the format of llama.cpp. Make a model folder of it: "
            "ovbot model import '{folder}/model.gguf'",
        ),
        (["b.gguf", "a.gguf"], "", "of one of them: ovbot model import '{folder}/a.gguf'"),
        (
            ["MODEL.GGUF"],
            "MODEL.GGUF",
            "is a GGUF file, the format of llama.cpp. Make a model folder of it: "
            "ovbot model import '{folder}/MODEL.GGUF'",
        ),
        (list(REQUIRED), "openvino_model.xml", "is one file of the model in {folder}: name that folder."),
        (
            ["notes.txt"],
            "notes.txt",
            "is a file; a model is a folder that holds config.json, ",
        ),
        (
            ["int4/openvino_model.xml", "int8/openvino_model.xml"],
            "",
            "name one of them, such as {folder}/int4.",
        ),
        (["notes.txt"], "", "is no complete OpenVINO model: config.json, openvino_model.xml, "),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="other quotes and slashes")
def test_what_is_no_model_is_told_with_the_command_that_makes_one_of_it(
    tmp_path: Path, files: list[str], given: str, expected: str
) -> None:
    folder = tmp_path / "my model"
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    with pytest.raises(ModelError) as caught:
        read_model_folder(folder / given)
    line = str(caught.value)
    assert line.startswith(str(folder / given))
    assert expected.format(folder=folder) in line
    assert "\n" not in line


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_file_is_told_with_what_to_do(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=rf"{name} missing.*ovbot model pull") as caught:
        read_model_folder(folder)
    assert "\n" not in str(caught.value)


def test_a_path_that_cannot_be_looked_at_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot be read \(.*\): check the path"):
        read_model_folder(tmp_path / ("long" * 100))


@pytest.mark.parametrize("content", ["", "{", "[]", "\udcff"])
def test_a_broken_file_is_told(folder: Path, content: str) -> None:
    (folder / "config.json").write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(ModelError, match=r"config\.json"):
        read_model_folder(folder)


def test_a_model_of_another_kind_is_refused(folder: Path) -> None:
    edit(folder, max_position_embeddings=None)
    with pytest.raises(ModelError, match="not a text model"):
        read_model_folder(folder)


def test_fields_of_the_wrong_type_are_passed_over(folder: Path) -> None:
    edit(folder, architectures="Phi3ForCausalLM", eos_token_id=["a", {}, 3])
    (folder / "generation_config.json").unlink()
    model = read_model_folder(folder)
    assert model.architecture == "phi3"
    assert model.eos_ids == {3}


def make_vision(folder: Path) -> None:
    """Give a folder the files of a vision-language model, with the language model of a text model."""
    for ending in (".xml", ".bin"):
        (folder / f"openvino_model{ending}").rename(folder / f"openvino_language_model{ending}")
    for name in REQUIRED_OF_VISION:
        (folder / name).touch()
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    sizes = {"max_position_embeddings": config.pop("max_position_embeddings"), "eos_token_id": 77}
    text = {"text_config": sizes, "architectures": ["LlavaForConditionalGeneration"]}
    (folder / "config.json").write_text(json.dumps({**config, **text}), encoding="utf-8")


def test_a_vision_language_model_is_read_by_its_language_model(folder: Path) -> None:
    text = read_model_folder(folder)
    make_vision(folder)
    model = read_model_folder(folder)
    assert (text.is_vision, text.info("genai", "CPU").sees) == (False, False)
    assert (model.is_vision, model.info("genai", "CPU").sees) == (True, True)
    assert model.architecture == "LlavaForConditionalGeneration"
    assert (model.context_length, model.precision) == (text.context_length, text.precision)
    assert 77 in model.eos_ids


@pytest.mark.parametrize("name", set(REQUIRED_OF_VISION) - {"openvino_language_model.xml"})
def test_a_vision_language_model_that_lacks_a_file_is_refused(folder: Path, name: str) -> None:
    make_vision(folder)
    (folder / name).unlink()
    with pytest.raises(ModelError, match=re.escape(f"{name} missing")):
        read_model_folder(folder)


def test_a_preprocessor_config_within_another_file_is_pointed_to(folder: Path) -> None:
    make_vision(folder)
    (folder / "preprocessor_config.json").unlink()
    (folder / "processor_config.json").write_text('{"image_processor": {}}', encoding="utf-8")
    with pytest.raises(
        ModelError, match=r'Make that file of the value of "image_processor" in .*processor_config'
    ):
        read_model_folder(folder)
