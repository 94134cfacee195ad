"""What a file is, told by its first bytes."""

from __future__ import annotations

import struct

import pytest

from npw2v.errors import FormatError
from npw2v.formats.sniff import identify
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
        ((90).to_bytes(8, "little") + b'{"a":', r"safetensors file; open it with KeyedVectors\.load_safetensors"),
        (b"\xef\xbb\xbf\n<!doctype HTML>\n<p>404", "HTML page, as servers send instead of a file"),
        (b"<html lang=en>", "HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "pointer of Git LFS.*git lfs pull"),
        (b"\x28\xb5\x2f\xfd\x00\x01\x02", "compressed with Zstandard; decompress it"),
        (b"hello world\nfoo", "it looks like text"),
        (b"\x00\x01\x02\x03\n", "it looks like binary data"),
    ],
)
@pytest.mark.parametrize("binary", [False, True])
def test_header_says_what_the_file_is(content, message, binary):
    with pytest.raises(FormatError, match=rf"expected a header '<count> <dimensions>', got .*{message}"):
        read(content, binary=binary)


@pytest.mark.parametrize(
    "head, kind",
    [
        (b"2 3\nthe 1 2 3\n", "word2vec text"),
        (b"2 3\n\xff 1 2 3\n", "word2vec text"),
        (b"2 3\n", "word2vec text"),
        (b"2 3\nthe " + bytes(12), "word2vec binary"),
        (b"the 1 2\nof 3 4\n", "GloVe text"),
        (b"the 1 2\nof 3 4 5\n", "text"),
        (b"\x00\x01\x02\xff\xff", "binary data"),
    ],
)
def test_kinds_of_word2vec_files(head, kind):
    assert identify(head) == kind
