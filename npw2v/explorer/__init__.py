"""A page to explore word vectors in: one file, which a browser opens from a disk, without a network.

`npw2v.explorer.page` writes it: `npw2v.explorer.packing` says how vectors lie in it, `npw2v.explorer.regions` what the
parts of the map are called. What the page does is in ``assets/``, plain JavaScript in files of their own.
"""

from npw2v.explorer.page import write_page

__all__ = ["write_page"]
