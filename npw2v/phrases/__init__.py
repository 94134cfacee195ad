"""Collocations: counting, scoring, joining."""
