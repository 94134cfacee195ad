"""What a file is, told by its first bytes."""

from __future__ import annotations

import struct

import pytest

from npw2v.errors import FormatError
from tests.support.word2vec_files import read


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "it is empty"),
        (b"the 0.1 0.2 0.3\n", "without a header, as GloVe writes; pass no_header=True"),
        (struct.pack("<ii", 793712314, 12) + bytes(90), r"fastText \.bin model"),
        (
            b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c",
            r"Python pickle, as gensim's save\(\) writes.*Word2Vec.load",
        ),
        (b"PK\x03\x04" + bytes(26) + b"metadata.json{}", r"npw2v archive; open it with KeyedVectors\.load"),
        (b"PK\x03\x04" + bytes(26) + b"word/document.xml", "zip archive that npw2v did not write"),
        (b"\x93NUMPY\x01\x00", r"\.npy file; read it with numpy\.load"),
        (b"hello world\nfoo", "it looks like text"),
        (b"\x00\x01\x02\x03\n", "it looks like binary data"),
    ],
)
@pytest.mark.parametrize("binary", [False, True])
def test_header_says_what_the_file_is(content, message, binary):
    with pytest.raises(FormatError, match=rf"expected a header '<count> <dimensions>', got .*{message}"):
        read(content, binary=binary)
