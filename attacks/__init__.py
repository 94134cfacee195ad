"""Small makers of hostile files; README.md says what readers make of each."""

from __future__ import annotations

from attacks import archives, pickles, sidefiles, word2vec

#: name → (reader, maker). A maker takes the path of a file that it writes, and the path of a canary that code in the
#: file would create; it returns the path if it is another one. Readers: "load" (KeyedVectors.load), "text", "binary",
#: "glove" and, by the content, "detected" (load_word2vec_format).
ATTACKS = {**archives.ATTACKS, **sidefiles.ATTACKS, **pickles.ATTACKS, **word2vec.ATTACKS}
