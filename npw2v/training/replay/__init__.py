"""gensim's own random stream and order."""
