"""Vectors and corpora of the gensim-data project, by name: `npw2v.compat.downloader` under gensim's path."""

from __future__ import annotations

import sys

from npw2v.compat.downloader import (
    BASE_DIR,
    DATA_LIST_URL,
    DOWNLOAD_BASE_URL,
    _create_base_dir,
    _download,
    _get_checksum,
    _get_filename,
    _get_parts,
    _load_info,
    base_dir,
    info,
    load,
    logger,
    main,
)

__all__ = [
    "BASE_DIR",
    "DATA_LIST_URL",
    "DOWNLOAD_BASE_URL",
    "_create_base_dir",
    "_download",
    "_get_checksum",
    "_get_filename",
    "_get_parts",
    "_load_info",
    "base_dir",
    "info",
    "load",
    "logger",
    "main",
]

if __name__ == "__main__":
    sys.exit(main())
