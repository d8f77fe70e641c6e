"""Vision-language models: requests whose prompts are text with pictures in it.

openvino-genai 2026.4 takes no ids there. It reads the text and encodes the pictures when a request is added,
and splits prompts over steps by itself. What it caches then is right as long as a prompt that has been begun
is read to its end and no other is new meanwhile, so both is seen to here; see also `batch_runner`. A picture
counts as many tokens as one of the largest size, which is measured: pictures become squares, for which no
model takes more tokens than for a larger one.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import openvino as ov
import openvino_genai as genai
from PIL import Image
from tokenizers import Tokenizer

from bot.chat.ports import SamplingParams
from bot.chat.turns import IMAGE_SIDE
from bot.engine.genai.batch_runner import BatchRequest, BatchRunner, require_memory
from bot.engine.genai.kv_pool import KvPool
from bot.engine.genai.pipeline import NATIVE_ERRORS, GenerationConfigs, load_batching, run_error
from bot.engine.genai.prompt_text import PromptTexts
from bot.engine.genai.protocol import AddRequest, WorkerConfig
from bot.errors import EngineError

# The pipeline renders a template around each prompt, and then adds no control tokens of its own.
_AS_IT_IS = "{{ messages[0]['content'] }}"
_SMALLEST_SIDE = 224
_BLOCK_TOKENS = (16, 32)


class VisionRunner(BatchRunner):
    """Runs requests with pictures on a continuous batching pipeline, of which `BatchRunner` does the most.

    A prompt that is cancelled while it is read ends when it is read.
    """

    def __init__(self, config: WorkerConfig, pool: KvPool, configs: GenerationConfigs | None = None) -> None:
        assert config.controls is not None
        vocabulary = Tokenizer.from_file(str(Path(config.model_dir, "tokenizer.json")))
        self._texts = PromptTexts(
            config.controls, lambda ids: str(vocabulary.decode(ids, skip_special_tokens=False)), self._read
        )
        super().__init__(config, pool, configs)

    def add(self, add: AddRequest) -> None:
        """Take a request in."""
        self._waiting.append(BatchRequest(add, prefilled=0, reused=None))

    def _load(self, pool: KvPool) -> genai.ContinuousBatchingPipeline:
        pipeline = load_batching(self._config, pool)
        pipeline.get_tokenizer().set_chat_template(_AS_IT_IS)
        return pipeline

    def _read(self, text: str) -> list[int]:
        """The ids that the pipeline makes of a text."""
        encoded = self._pipeline.get_tokenizer().encode(text, add_special_tokens=False)
        return [int(id_) for id_ in encoded.input_ids.data[0]]

    def _measure_block_tokens(self, pool: KvPool) -> int:
        """Count the tokens and the blocks of a prompt with a picture of the largest size.

        Raises: EngineError, SettingsError where the model does not run.
        """
        image = _tensor(np.full((IMAGE_SIDE, IMAGE_SIDE, 3), 128, np.uint8))
        config = self._configs.make(SamplingParams(max_new_tokens=1))
        try:
            (result,) = self._pipeline.generate(
                ["<ov_genai_image_0>"], images=[[image]], generation_config=[config]
            )
        except NATIVE_ERRORS as error:
            raise run_error(self._config, error) from None
        self.image_tokens = int(result.perf_metrics.get_num_input_tokens())
        used = round(self._pipeline.get_metrics().max_cache_usage * pool.blocks / 100)
        fitting = [size for size in _BLOCK_TOKENS if -(-self.image_tokens // size) == used]
        return fitting[0] if len(fitting) == 1 else pool.block_tokens

    def _begin(self, request: BatchRequest) -> None:
        """Give the pipeline a whole prompt, which it reads in steps."""
        self._waiting.remove(request)
        try:
            text, tokens = self._texts.text(request.token_ids)
            tokens += len(request.add.images) * (self.image_tokens - 1)
            # The pipeline's own tokenizer may count otherwise than the bot, which has taken room for so many.
            reserved = self._tokens(request) + request.add.sampling.max_new_tokens
            config = self._configs.make(request.add.sampling, len(request.generated))
            config.max_new_tokens = min(config.max_new_tokens, reserved - tokens)
            if config.max_new_tokens < 1:
                raise EngineError(f"the prompt has {tokens} tokens, which leave no room for a reply")
            images = [_decode(data) for data in request.add.images]
            number = next(self._handle_numbers)
            request.handle = self._pipeline.add_request(number, text, images, config)
        except (*NATIVE_ERRORS, EngineError, OSError) as error:
            self._fail(request, error)
            return
        request.end, request.steps = len(request.token_ids), 0
        self._prefilling = request

    def _tokens(self, request: BatchRequest) -> int:
        """Tokens of a prompt with its pictures."""
        return len(request.add.prompt_ids) + len(request.add.images) * (self.image_tokens - 1)

    def _collect_prompt(self, request: BatchRequest) -> None:
        assert request.handle is not None
        request.steps += 1
        require_memory(request.handle)
        if not request.handle.can_read():
            read = request.prefilled + self._config.prefill_chunk
            request.prefilled = min(read, self._tokens(request) - 1)
            return
        self._prefilling = None
        self._decoding[request.number] = request
        if request.cancelled:
            request.handle.cancel()

    def _remember(self, request: BatchRequest) -> None:
        """What is cached cannot be told."""


def _decode(data: bytes) -> ov.Tensor:
    """A picture as the pipeline takes it: u8, shape [1, side, side, 3], on grey where it is no square.

    Raises: OSError for no picture.
    """
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as opened:
        image = opened.convert("RGB")
    longest = max(image.size)
    side = min(max(longest, _SMALLEST_SIDE), IMAGE_SIDE)
    if side != longest:
        width, height = (max(round(length * side / longest), 1) for length in image.size)
        image = image.resize((width, height), Image.Resampling.BICUBIC)
    square = Image.new("RGB", (side, side), (128, 128, 128))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return _tensor(np.asarray(square))


def _tensor(pixels: np.ndarray) -> ov.Tensor:
    return ov.Tensor(np.ascontiguousarray(pixels[np.newaxis]))
