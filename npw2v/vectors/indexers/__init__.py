"""Approximate nearest neighbours by other libraries, for ``most_similar(indexer=...)``: import the one you use."""
