"""What openvino-genai's conversion of a GGUF file loses, put back into the converted model.

It rounds the zero points of Q4_1 and Q4_K to whole numbers from 0 to 15: in SmolLM2-135M (Q4_1) that raises
the loss on a text from 3.47 to 3.64, and in three places of ten another token becomes the likeliest. With the
exact ones both are as in the file. And it knows the plain rotary embedding alone: neither the factors by
which Llama 3.1 and later stretch it, nor a linear scale.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import openvino as ov
from gguf import GGUFReader
from gguf.quants import Q4_K
from openvino import opset13

from bot.errors import ModelError
from bot.model.gguf_file import ROPE_FACTORS, GgufFile

Array = npt.NDArray[Any]
FOUR_BITS = ("Q4_0", "Q4_1", "Q4_K")
ROUNDED = ("Q4_1", "Q4_K")
_LARGEST_F16 = 65504.0
# A group of equal weights has no scale. It gets one: its weight is this many steps away from zero.
_STEPS = 1024.0


def put_back(model: ov.Model, file: GgufFile) -> bool:
    """Change the model that openvino-genai made of `file` to what the file says; whether anything changed.

    Raises: ModelError where the model has another shape than such conversions are known to have.
    """
    zero_points = any(tensor.kind in ROUNDED for tensor in file.tensors.values())
    stretched = ROPE_FACTORS in file.tensors or file.rope_scale != 1
    if zero_points or stretched:
        data = {tensor.name: tensor.data for tensor in GGUFReader(file.path).tensors}
        if zero_points:
            _put_back_zero_points(model, file, data)
        if stretched:
            _stretch_rope(model, file, data.get(ROPE_FACTORS))
    return zero_points or stretched


def _put_back_zero_points(model: ov.Model, file: GgufFile, data: dict[str, Array]) -> None:
    """Replace scales and zero points. A tensor is known by its scales, which the conversion keeps."""
    by_scales: dict[bytes, list[str]] = defaultdict(list)
    for name, tensor in file.tensors.items():
        if tensor.kind in ROUNDED:
            by_scales[_digest(_groups(file, name, data[name])[0])].append(name)
    for names in by_scales.values():
        if len({_digest(_groups(file, name, data[name])[1]) for name in names}) > 1:
            raise _unexpected("tensors with equal scales")
    found = 0
    for subtract in _weight_subtractions(model):
        found += 1
        multiply = next(iter(subtract.output(0).get_target_inputs())).get_node()
        rounded = multiply.input_value(1).get_node()
        names = by_scales[_digest(np.asarray(rounded.data))]
        if not names:
            continue  # Q4_0, whose zero points are whole
        name = names.pop()
        for node, values in zip((multiply, subtract), _exact(*_groups(file, name, data[name])), strict=True):
            constant = opset13.constant(values.reshape(list(rounded.shape)))
            node.input(1).replace_source_output(constant.output(0))
    if any(by_scales.values()) or found != sum(tensor.kind in FOUR_BITS for tensor in file.tensors.values()):
        raise _unexpected("4-bit weights")


def _weight_subtractions(model: ov.Model) -> Iterator[Any]:
    """Where zero points are taken from 4-bit weights."""
    for node in model.get_ops():
        if node.get_type_name() == "Subtract":
            convert = node.input_value(0).get_node()
            if convert.get_type_name() == "Convert" and convert.get_input_element_type(0) == ov.Type.u4:
                yield node


def _groups(file: GgufFile, name: str, data: Array) -> tuple[Array, Array]:
    """Scales (float16, as the conversion has them) and minima (float32) of a tensor: a row for each of its
    rows, a column for each group of 32 weights."""
    rows = data.reshape(file.tensors[name].shape[0], -1)
    blocks: Array
    if file.tensors[name].kind == "Q4_1":
        blocks = rows.reshape(len(rows), -1, 20)
        both = np.ascontiguousarray(blocks[..., :4]).view(np.float16)
        scales, minima = both[..., 0], both[..., 1].astype(np.float32)
    else:
        blocks = rows.reshape(-1, 144)
        both = np.ascontiguousarray(blocks[:, :4]).view(np.float16).astype(np.float32)
        steps, offsets = Q4_K.get_scale_min(np.ascontiguousarray(blocks[:, 4:16]))
        scales = (both[:, :1] * steps.astype(np.float32)).astype(np.float16).reshape(len(rows), -1)
        minima = -(both[:, 1:] * offsets.astype(np.float32)).reshape(len(rows), -1)
    if file.architecture == "llama" and name.endswith((".attn_q.weight", ".attn_k.weight")):
        order = _rows_of_halves(len(rows), file.head_dim)
        scales, minima = scales[order], minima[order]
    return scales, minima


def _rows_of_halves(rows: int, head_dim: int) -> Array:
    """The order in which the conversion puts the rows of a llama's queries and keys: of each head first the
    even ones, then the odd ones."""
    return np.arange(rows).reshape(-1, head_dim // 2, 2).swapaxes(1, 2).reshape(-1)


def _exact(scales: Array, minima: Array) -> tuple[Array, Array]:
    """Scales and zero points in float16 by which a weight is (number - zero point) * scale."""
    with np.errstate(divide="ignore", invalid="ignore"):
        zero_points = -minima / scales.astype(np.float32)
    flat = ~(np.abs(zero_points) <= _LARGEST_F16)
    zero_points = np.where(flat, -np.sign(minima) * _STEPS, zero_points)
    scales = np.where(flat, np.abs(minima) / _STEPS, scales.astype(np.float32))
    return scales.astype(np.float16), zero_points.astype(np.float16)


def _stretch_rope(model: ov.Model, file: GgufFile, factors: Array | None) -> None:
    half = file.head_dim // 2
    exponents = np.arange(half, dtype=np.float32) / half
    plain = 1 / np.float32(file.real("rope.freq_base", 10_000.0)) ** exponents
    constants = [
        node
        for node in model.get_ops()
        if node.get_type_name() == "Constant"
        and list(node.shape) == [1, half, 1]
        and np.allclose(node.data.reshape(-1), plain, rtol=1e-3)
    ]
    if len(constants) != 1 or (factors is not None and factors.shape != (half,)):
        raise _unexpected("rotary embedding")
    stretched = plain / (1 if factors is None else factors.astype(np.float32)) / np.float32(file.rope_scale)
    replacement = opset13.constant(stretched.reshape(1, half, 1).astype(np.float32))
    for target in constants[0].output(0).get_target_inputs():
        target.replace_source_output(replacement.output(0))


def _digest(values: Array) -> bytes:
    return hashlib.blake2b(np.ascontiguousarray(values).tobytes(), digest_size=16).digest()


def _unexpected(what: str) -> ModelError:
    return ModelError(f"openvino-genai converted its {what} in an unknown way")
