"""What exists only for gensim's sake: its names, its files, its random numbers, its helpers."""
