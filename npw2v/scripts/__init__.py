"""gensim's command lines that go with word vectors: ``python -m npw2v.scripts.<name> --help`` says what each does."""
