"""What exists only for gensim's sake: its names, its helpers, standing in for it; and `formerly`, for old pickles."""

#: As in the package itself.
__path__.append(f"{__path__[0]}/formerly/compat")
