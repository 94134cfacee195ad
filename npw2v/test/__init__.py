"""What examples and tests written for gensim import: see `npw2v.test.utils`."""
