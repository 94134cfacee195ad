"""Changes of files by chance: of their bytes, and of what is in them, checksums and lengths made right again."""

from __future__ import annotations

import io
import json
import pickletools
import struct
import zipfile

from attacks.archives import HEADER, zipped

_TOKENS = [
    b"\0",
    b"\xff" * 4,
    b"\xff\xff\xff\x7f",
    b"9" * 20,
    b"-1",
    b" ",
    b"\n",
    b"nan",
    b"1e999",
    b"[",
    b"{",
    b"PK\3\4",
]

#: What takes the place of a value in JSON.
_VALUES = [
    *(None, True, False, 0, 1, -1, 3, 2**31, 2**63, 2**70, -(2**70), 0.5, float("nan"), float("inf"), -1e308),
    *(
        "",
        "x",
        "|O",
        "<f4",
        "<U4",
        "\ud800",
        "\0",
        "npw2v",
        [],
        [[]],
        [1, 2],
        ["a"],
        {},
        {"a": 1},
        {"count": [1, 2, 3, 4]},
    ),
]

#: What takes the place of a value in a pickle: codes that push one.
_PUSHES = [
    *(b"N", b"\x88", b"\x89", b"K\0", b"K\xff", b"J\xff\xff\xff\xff", b"\x8a\x09" + b"\xff" * 8 + b"\0"),
    *(b"X\0\0\0\0", b"X\1\0\0\0x", b"C\0", b"C\1x", b")", b"]", b"}", b"\x8f", b"G" + struct.pack(">d", float("nan"))),
    *(b"h\0", b"h\1", b"h\2", b"h\5", b"h\x10", b"h\x20", b"cnumpy\nndarray\n", b"cbuiltins\nset\n", b"X\3\0\0\0abc"),
    *(b"cgensim.models.keyedvectors\nKeyedVectors\n)\x81", b"cnumpy\ndtype\nX\2\0\0\0f4K\0K\1\x87R", b"(K\1K\2t", b"2"),
]


def changed_bytes(content, draw):
    """Change bits, bytes, blocks and numbers, once to four times."""
    content = bytearray(content)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(content) + 1)
        to = min(at + draw.choice([1, 1, 2, 4, 8, 64]), len(content))
        kind = draw.randrange(6)
        if kind == 0 and at < len(content):
            content[at] ^= 1 << draw.randrange(8)
        elif kind == 1:
            content[at:to] = draw.randbytes(to - at)
        elif kind == 2:
            del content[at:to]
        elif kind == 3:
            content[at:at] = content[at:to] * draw.choice([1, 2, 100])
        elif kind == 4:
            token = draw.choice(_TOKENS)
            content[at : at + draw.choice([0, len(token)])] = token
        elif draw.random() < 0.2:
            del content[at:]
    return bytes(content)


def changed_json(value, draw):
    """Change one value, name or member of what JSON holds; the value itself is left as it was."""
    if isinstance(value, (dict, list)) and value and draw.random() < 0.9:
        at = draw.choice(list(value) if isinstance(value, dict) else range(len(value)))
        copy = value.copy()
        kind = draw.randrange(12)
        if kind == 0:
            del copy[at]
        elif kind == 1 and isinstance(value, dict):
            copy[draw.choice(["", "x", *value])] = copy.pop(at)
        elif kind == 1:
            copy.insert(at, copy[at])
        else:
            copy[at] = changed_json(value[at], draw)
        return copy
    return draw.choice(_VALUES)


def changed_archive(content, draw):
    """Change npw2v's own file: bytes, or what its header or an array says, with checksums that are right."""
    if draw.random() < 0.2:
        return changed_bytes(content, draw)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(draw.randint(1, 2)):
        header = json.loads(members[HEADER])
        name = draw.choice(list(members))
        if name == HEADER or draw.random() < 0.4:
            header = changed_json(header, draw)
            members[HEADER] = json.dumps(header).encode()
        elif draw.random() < 0.7:
            members[name] = _changed_numbers(members[name], draw)
        else:
            _change_array(members, header, name, draw)
        if not isinstance(header, dict) or not isinstance(header.get("arrays"), dict):
            break
    return zipped(list(members.items()))


def _changed_numbers(array, draw):
    """Change the numbers of a .npy and leave its header as it is."""
    at = array.index(b"\n") + 1
    if at == len(array):
        return array
    data = bytearray(array[at:])
    first = draw.randrange(len(data))
    put = draw.choice([b"\xff" * 8, b"\0" * 8, b"\0\0\xc0\x7f" * 2, draw.randbytes(8)])
    data[first : first + 8] = put[: len(data[first : first + 8])]
    return array[:at] + bytes(data)


def _change_array(members, header, name, draw):
    """Give an array another dtype or shape of as many bytes, there and in the header."""
    described = header["arrays"].get(name[:-4])
    if not isinstance(described, list) or len(described) != 2 or not isinstance(described[1], list):
        return
    array = members[name]
    data = array[array.index(b"\n") + 1 :]
    dtype = draw.choice(["<f4", "<f8", "<i8", "|u1", "|b1", "<c8", ">f4", "<f2", "<u2"])
    count = len(data) // int(dtype[2:])
    shape = draw.choice([[count], [count, 1], [1, count], [], [0], [count // 2, 2], [0, 3]])
    size = int(dtype[2:])
    for length in shape:
        size *= length
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': ({''.join(f'{n}, ' for n in shape)}), }}\n"
    header["arrays"][name[:-4]] = [dtype, shape]
    members[HEADER] = json.dumps(header).encode()
    members[name] = b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text.encode() + (data + bytes(size))[:size]


def changed_safetensors(content, draw):
    """Change bytes, or what the header says, with a length that is right."""
    if draw.random() < 0.2:
        return changed_bytes(content, draw)
    length = int.from_bytes(content[:8], "little")
    header, data = json.loads(content[8 : 8 + length]), content[8 + length :]
    kind = draw.randrange(3)
    if kind == 0:
        header = changed_json(header, draw)
    elif kind == 1:
        ours = changed_json(json.loads(header["__metadata__"]["npw2v"]), draw)
        header["__metadata__"]["npw2v"] = json.dumps(ours)
    else:
        data = bytearray(data)
        at = draw.randrange(len(data))
        data[at : at + 1] = draw.randbytes(1)
    encoded = json.dumps(header).encode()
    return len(encoded).to_bytes(8, "little") + encoded + bytes(data)


def changed_pickle(content, draw):
    """Change bytes, or put other values into a pickle."""
    if draw.random() < 0.3:
        return changed_bytes(content, draw)
    codes = [(code.name, at) for code, _, at in pickletools.genops(content)]
    ends = [at for _, at in codes[1:]] + [len(content)]
    parts = [content[at:end] for (name, at), end in zip(codes, ends, strict=True) if name != "FRAME"]
    pushes = [index for index, part in enumerate(parts) if part[:1] in b"NKMJGX\x8cUTC\x8a\x88\x89)]}h" and part[:1]]
    for _ in range(draw.randint(1, 3)):
        index = draw.choice(pushes)
        kind = draw.randrange(5)
        if kind == 0:
            parts[index] = parts[draw.choice(pushes)]
        elif kind == 1:
            at = draw.randrange(len(parts))
            parts[at] = draw.choice(parts)
        else:
            parts[index] = draw.choice(_PUSHES)
    return b"".join(parts)


def changed_zip(content, draw):
    """Change bytes, or the bytes of the file in a zip."""
    if draw.random() < 0.5:
        return changed_bytes(content, draw)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, changed_bytes(data, draw))
    return file.getvalue()
