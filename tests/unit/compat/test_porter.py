"""English words lose their endings by Porter's rules; each example is of the rule that it stands behind."""

from __future__ import annotations

import pytest

from npw2v.compat.porter import PorterStemmer

# Porter's own examples, by steps.
STEMS = {
    "plurals": "caresses caress, ponies poni, ties ti, caress caress, cats cat, as as, bus bu",
    "participles": "feed feed, agreed agre, plastered plaster, bled bled, motoring motor, sing sing",
    "repairs": "conflated conflat, troubled troubl, sized size, hopping hop, tanned tan, falling fall, hissing hiss, "
    "fizzed fizz, failing fail, filing file, snowed snow",
    "y": "happy happi, sky sky, syzygy syzygi, boy boi",
    "step 2": "relational relat, conditional condit, rational ration, valenci valenc, digitizer digit, "
    "conformabli conform, radicalli radic, differentli differ, vileli vile, analogousli analog, "
    "vietnamization vietnam, "
    "predication predic, operator oper, feudalism feudal, decisiveness decis, hopefulness hope, callousness callous, "
    "formaliti formal, sensitiviti sensit, sensibiliti sensibl, archaeologi archaeolog",
    "step 3": "triplicate triplic, formative form, formalize formal, electriciti electr, electrical electr, "
    "hopeful hope, goodness good",
    "step 4": "revival reviv, allowance allow, inference infer, airliner airlin, gyroscopic gyroscop, "
    "adjustable adjust, "
    "irritant irrit, replacement replac, adjustment adjust, dependent depend, adoption adopt, communism commun, "
    "activate activ, angulariti angular, homologous homolog, effective effect, bowdlerize bowdler, opinion opinion",
    "step 5": "probate probat, rate rate, cease ceas, controll control, roll roll",
}


@pytest.mark.parametrize("step", STEMS)
def test_examples(step):
    pairs = [pair.split() for pair in STEMS[step].split(", ")]
    stemmer = PorterStemmer()
    assert [stemmer.stem(word) for word, _ in pairs] == [stem for _, stem in pairs]


def test_short_words_and_capital_letters():
    stemmer = PorterStemmer()
    assert [stemmer.stem(word) for word in ("", "S", "IS", "Cats", "Übungen", "ies", "sses")] == [
        *("", "s", "is", "cat", "übungen", "i", "ss")
    ]


def test_texts():
    stemmer = PorterStemmer()
    assert stemmer.stem_sentence("  Two\tponies\nran. ") == "two poni ran."
    assert stemmer.stem_documents(["cats", "many dogs"]) == ["cat", "mani dog"]
