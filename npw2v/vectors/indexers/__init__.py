"""Approximate nearest neighbours by other libraries, for ``most_similar(indexer=...)``; each is imported by its name."""
