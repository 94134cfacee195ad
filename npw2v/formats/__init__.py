"""Bytes to plain data and back: every file that npw2v reads or writes.

==================  ================================================================================================
to read and write   in
==================  ================================================================================================
a model             `reading.read_model_state`, whoever wrote it; `state.write_model`
vectors             `reading.read_vector_state`, whoever wrote them; `state.write_vectors`
word2vec's text,    `word2vec.read_word2vec`, `word2vec.open_word2vec` (a block at a time), `word2vec.write_word2vec`;
word2vec's binary   `word2vec.read_vocabulary`, `word2vec.write_vocabulary`
npw2v's archive     `archive.read_archive`, `archive.write_archive`: numeric arrays and JSON
what gensim saved   `gensim.read_model`, `gensim.read_vectors`, `gensim.read_state` (any object); `gensim_phrases.read`
any other object    derive from `saveload.SaveLoad`
==================  ================================================================================================

Under them: `opening` alone opens files, plain, compressed or remote; `pickles` reads pickles and runs nothing in them;
`records` and `floattext` are the numbers of word2vec's formats; `sniff` tells what a file is by its first bytes;
`attributes` sorts an object's attributes into what a file can hold and what it cannot; `lifecycle` is the log that is
saved with an object.

A new format is a module here that gives or takes a state (`state.VectorState`, `state.ModelState`), and a line in
`reading` if its files can be told from others.
"""
