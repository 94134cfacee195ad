"""The place of this module before npw2v had folders, which pickles of then name."""

from npw2v.formats.saveload import SaveLoad

__all__ = ["SaveLoad"]
