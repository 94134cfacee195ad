"""Where the experiments take their texts from: what is given on the command line, or the folder of corpora."""

import sys

from npw2v.corpus import datasets
from npw2v.errors import FormatError


def find(name: str, given: str | None = None) -> str:
    """Return the path of a text: the one given, or the corpus of this name; end the program if it is not there.

    Parameters
    ----------
    name : str
        ``"text8"``, which is downloaded where it is missing, or the name of a file without ``.txt`` or ``.txt.gz``.
    given : str, optional
        The path of another text.
    """
    try:
        if given is not None:
            open(given, "rb").close()
            return given
        return str(datasets.find("text8").path if name == "text8" else datasets.find_text(name))
    except FormatError as error:
        sys.exit(str(error))
    except OSError as error:
        reason = f"cannot read {given}: {error.strerror}" if given is not None else str(error)
        sys.exit(f"{reason} (data/README.md says what the corpora are); or give a text: python {sys.argv[0]} TEXT")
