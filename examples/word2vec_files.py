"""Write and read word2vec files, plain and compressed, and map a model's vectors into memory."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from npw2v import FormatError, KeyedVectors

vectors = KeyedVectors(vector_size=50)
words = [f"word{i}" for i in range(1000)]
vectors.add_vectors(words, np.random.default_rng(0).normal(size=(1000, 50)).astype(np.float32))

with TemporaryDirectory() as folder:
    for name, binary in [("vectors.bin", True), ("vectors.txt", False), ("vectors.bin.gz", True)]:
        path = Path(folder, name)
        vectors.save_word2vec_format(path, binary=binary)
        again = KeyedVectors.load_word2vec_format(path, binary=binary)
        print(f"{name}: {path.stat().st_size:,} bytes, equal: {np.array_equal(vectors.vectors, again.vectors)}")

    truncated = Path(folder, "truncated.bin")
    truncated.write_bytes(Path(folder, "vectors.bin").read_bytes()[:100_000])
    try:
        KeyedVectors.load_word2vec_format(truncated, binary=True)
    except FormatError as error:
        print("a truncated file:", str(error).replace(folder, "…"))

    archive = Path(folder, "vectors.npz")
    vectors.save(archive)
    mapped = KeyedVectors.load(archive, mmap="r")  # opens at once, whatever the size
    print(mapped.most_similar("word7", topn=2))
    with np.load(archive) as plain:  # no pickle: NumPy alone can open it
        print("in the archive:", sorted(plain.files))
