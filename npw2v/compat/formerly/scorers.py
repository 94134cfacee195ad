"""The place of this module before npw2v had folders, which pickles of then name."""

from npw2v.phrases.scorers import npmi_scorer, original_scorer

__all__ = ["npmi_scorer", "original_scorer"]
