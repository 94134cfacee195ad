"""What the benchmarks train on: the text8-format corpus as lines, and walks through Zachary's karate club."""

from __future__ import annotations

import random
from pathlib import Path

from npw2v import Text8Corpus
from npw2v.corpus import datasets

#: Bytes in a megabyte, as corpora are counted here.
MEGABYTE = 10**6

#: Friends of each member of the club who have a higher number (Zachary 1977, "An information flow model for conflict
#: and fission in small groups").
FRIENDS = {
    0: [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 17, 19, 21, 31],
    1: [2, 3, 7, 13, 17, 19, 21, 30],
    2: [3, 7, 8, 9, 13, 27, 28, 32],
    3: [7, 12, 13],
    4: [6, 10],
    5: [6, 10, 16],
    6: [16],
    8: [30, 32, 33],
    9: [33],
    13: [33],
    14: [32, 33],
    15: [32, 33],
    18: [32, 33],
    19: [33],
    20: [32, 33],
    22: [32, 33],
    23: [25, 27, 29, 32, 33],
    24: [25, 27, 31],
    25: [31],
    26: [29, 33],
    27: [33],
    28: [31, 33],
    29: [32, 33],
    30: [32, 33],
    31: [32, 33],
    32: [33],
}


def corpus_name(megabytes: float | None) -> str:
    """Name the corpus that :func:`write_corpus` writes."""
    part = "" if megabytes is None else f", first {megabytes:g} MB"
    return datasets.find("text8").name + part


def write_corpus(target: Path, megabytes: float | None = None, copies: int = 1) -> None:
    """Write the text8-format corpus, or its first megabytes, in lines of 1,000 words; then again for more copies.

    Lines, because gensim's ``corpus_file`` shares a text among its workers by lines; not the 10,000 words of
    ``Text8Corpus``, because from such lines ``corpus_file`` drops a third of the words (a batch is cut at 10,000 words
    after subsampling, in the middle of a line, and what is left of the line is skipped).
    """
    size = 0
    with target.open("wb") as text:
        for sentence in Text8Corpus(datasets.find("text8").path, max_sentence_length=1000):
            line = " ".join(sentence).encode() + b"\n"
            text.write(line)
            size += len(line)
            if megabytes is not None and size >= megabytes * MEGABYTE:
                break
    once = target.read_bytes() if copies > 1 else b""
    with target.open("ab") as text:
        for _ in range(copies - 1):
            text.write(once)


def karate_walks(count: int = 10_000, length: int = 40, seed: int = 1) -> list[list[str]]:
    """Walk through the club at random, each walk from another member to one friend after the other."""
    friends: dict[int, list[int]] = {member: [] for member in range(34)}
    for member, others in FRIENDS.items():
        for other in others:
            friends[member].append(other)
            friends[other].append(member)
    choice, walks = random.Random(seed).choice, []
    for number in range(count):
        walk = [number % len(friends)]
        while len(walk) < length:
            walk.append(choice(friends[walk[-1]]))
        walks.append([str(member) for member in walk])
    return walks
