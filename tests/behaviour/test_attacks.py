"""Every hostile file of `attacks/` is refused, in little memory and time, and runs nothing."""

from __future__ import annotations

import re
import sys

import pytest

from attacks import ATTACKS
from attacks.run import MEMORY, outcome

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX's")

#: Megabytes that reading may take: what a first line may have, and half as much again for growing.
MOST = 400


#: How messages say where in a file it went wrong.
PLACES = re.compile(
    r"byte|record|line|member|array|header|metadata\.json|keys|names \w|the pickle|list of attributes"
    r"|'vectors\.txt'"  # the file in a zip
)


@pytest.mark.parametrize("name", ATTACKS)
def test_it_is_refused(name):
    found = outcome("npw2v", name, seconds=120)
    assert found is not None, "it is still being read"
    assert found["error"] is not None, "it was loaded"
    kinds, message = found["error"]
    assert "FormatError" in kinds, (kinds, message)
    assert "hostile" in message, "the message names the file"
    assert PLACES.search(message), f"the message does not say where: {message}"
    assert not found["canary"], "it ran"
    assert found["megabytes"] < MOST < MEMORY >> 20
