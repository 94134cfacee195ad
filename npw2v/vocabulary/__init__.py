"""Counts to words, probabilities and trees."""
