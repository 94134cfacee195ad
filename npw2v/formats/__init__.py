"""The files that npw2v reads and writes: word2vec's two formats and npw2v's own archive."""
