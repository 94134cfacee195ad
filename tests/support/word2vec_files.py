"""Files of two words in word2vec's formats, and reading and writing in memory."""

from __future__ import annotations

import io

import numpy as np

from npw2v.formats.word2vec import read_word2vec, write_word2vec

TEXT = "2 3\nthe 0.1 -2.0 1e-05\nnaïve 0.33333334 0.0 nan\n".encode()


ROWS = np.array([[0.1, -2.0, 1e-5], [0.33333333, 0.0, np.nan]], dtype=np.float32)


BINARY = b"2 3\nthe " + ROWS[0].tobytes() + "naïve ".encode() + ROWS[1].tobytes()


WORD2VEC_C = b"2 3\nthe " + ROWS[0].tobytes() + b"\n" + "naïve ".encode() + ROWS[1].tobytes() + b"\n"


def written(words, vectors, **how):
    file = io.BytesIO()
    write_word2vec(file, words, vectors, **how)
    return file.getvalue()


def read(content, **how):
    rows, vectors, count = read_word2vec(io.BytesIO(content), **how)
    assert list(rows.values()) == list(range(len(vectors)))
    return list(rows), vectors, count
