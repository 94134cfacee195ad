"""Huffman codes: the binary tree of hierarchical softmax, in which frequent words have short paths."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.paths import Tree


@dataclass(frozen=True)
class HuffmanPaths:
    """The way from the root to every word, one word after the other.

    A tree over V words has V − 1 inner nodes, numbered from 0 in the order in which they were made: by ascending
    count, so that the root is V − 2.

    Attributes
    ----------
    points : uint32 array (n,)
        Inner nodes on the way, root first: rows of ``syn1``.
    codes : uint8 array (n,)
        At each of them, 0 for the lighter branch and 1 for the heavier.
    offsets : int64 array (V + 1,)
        Word v has ``points[offsets[v] : offsets[v + 1]]``.
    """

    points: NDArray[np.uint32]
    codes: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    @classmethod
    def joined(cls, points: Sequence[Any] | NDArray[Any], codes: Sequence[Any] | NDArray[Any]) -> HuffmanPaths:
        """Join the paths of single words, an array a word."""
        offsets = np.zeros(len(points) + 1, np.int64)
        np.cumsum([len(path) for path in points], out=offsets[1:])
        if not offsets[-1]:
            return cls(np.zeros(0, np.uint32), np.zeros(0, np.uint8), offsets)
        return cls(np.concatenate(points).astype(np.uint32), np.concatenate(codes).astype(np.uint8), offsets)

    def split(self) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """Return the points and the codes as object arrays (V,) of one array a word."""
        words = len(self.offsets) - 1
        points, codes = np.empty(words, object), np.empty(words, object)
        for word, (start, stop) in enumerate(zip(self.offsets[:-1].tolist(), self.offsets[1:].tolist(), strict=True)):
            points[word], codes[word] = self.points[start:stop], self.codes[start:stop]
        return points, codes


class _Node(int):
    """A count that knows which node it belongs to, and compares as a count."""

    number: int


def huffman_paths(counts: NDArray[np.integer]) -> HuffmanPaths:
    """Build the Huffman tree of word counts and return every word's path.

    The two rarest nodes are joined again and again (Huffman 1952). Ties are broken by Python's ``heapq`` over the
    words in their order, as in gensim, whose codes these are bit for bit.

    Parameters
    ----------
    counts : int array (V,)
        How often each word occurs.

    Returns
    -------
    HuffmanPaths

    Examples
    --------
    >>> paths = huffman_paths(np.array([5, 2, 1]))
    >>> [code.tolist() for code in paths.split()[1]]
    [[1], [0, 1], [0, 0]]
    """
    words = len(counts)
    parents, branches = _join(counts.tolist())
    # All words climb together, a level at a time; a path is read from the root, so the levels are reversed below.
    levels: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    climbing, node = np.arange(words), np.arange(words)
    while True:
        below_root = parents[node] >= 0
        climbing, node = climbing[below_root], node[below_root]
        if not len(climbing):
            break
        levels.append((climbing, node))
        node = parents[node]
    offsets = np.zeros(words + 1, np.int64)
    for climbing, _ in levels:
        offsets[1:][climbing] += 1
    np.cumsum(offsets, out=offsets)
    points, codes = np.empty(offsets[-1], np.uint32), np.empty(offsets[-1], np.uint8)
    for height, (climbing, node) in enumerate(levels, start=1):
        places = offsets[climbing + 1] - height
        points[places] = parents[node] - words
        codes[places] = branches[node]
    return HuffmanPaths(points, codes, offsets)


def _join(counts: list[int]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return the parent (−1 for the root) and the branch of all nodes: words first, then inner nodes."""
    words = len(counts)
    parents, branches = np.full(max(2 * words - 1, words), -1, np.int64), np.zeros(max(2 * words - 1, words), np.uint8)
    heap = []
    for number, count in enumerate(counts):
        node = _Node(count)
        node.number = number
        heap.append(node)
    heapq.heapify(heap)
    for number in range(words, 2 * words - 1):
        lighter, heavier = heapq.heappop(heap), heapq.heappop(heap)
        node = _Node(lighter + heavier)
        node.number = number
        heapq.heappush(heap, node)
        parents[lighter.number] = parents[heavier.number] = number
        branches[heavier.number] = 1
    return parents, branches


def cut_tree(paths: HuffmanPaths, top: int) -> Tree:
    """Cut the tree below its ``top`` inner nodes of the highest counts, which are its last.

    Counts fall on the way down, so a path's nodes in the top are its first. They are its prefix, of which the last node
    together with the branch taken there says all.

    Parameters
    ----------
    paths : HuffmanPaths
        The paths of all words.
    top : int
        How many inner nodes are in the top.

    Returns
    -------
    Tree
    """
    words = len(paths.offsets) - 1
    first = words - 1 - top
    signs = np.float32(1) - np.float32(2) * paths.codes
    in_top = paths.points.astype(np.int64) >= first
    upto = np.concatenate(([0], np.cumsum(in_top)))
    above = upto[paths.offsets[1:]] - upto[paths.offsets[:-1]]
    offsets = np.zeros(words + 1, np.int64)
    np.cumsum(np.diff(paths.offsets) - above, out=offsets[1:])
    prefix, prefix_signs = np.zeros(words, np.int32), np.zeros((2 * top, top), np.float32)
    if words > 1:
        last = paths.offsets[:-1] + above - 1
        prefix = (2 * (paths.points[last].astype(np.int64) - first) + paths.codes[last]).astype(np.int32)
        for number, word in zip(*np.unique(prefix, return_index=True), strict=True):
            path = slice(paths.offsets[word], paths.offsets[word] + above[word])
            prefix_signs[number, paths.points[path].astype(np.int64) - first] = signs[path]
    return Tree(
        nodes=paths.points[~in_top].astype(np.int32),
        signs=signs[~in_top],
        offsets=offsets,
        prefix=prefix,
        plus=np.maximum(prefix_signs, 0),
        passes=np.abs(prefix_signs),
    )
