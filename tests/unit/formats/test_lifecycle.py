"""The log of events."""

from __future__ import annotations

from npw2v.vectors.keyedvectors import KeyedVectors
from tests.support.bruteforce import make


def test_events_are_recorded_and_saved_with_the_vectors(tmp_path, caplog):
    kv = make()
    note = {"sources": ["a"]}
    assert not hasattr(kv, "lifecycle_events"), "vectors have a log once something happened"
    with caplog.at_level("INFO"):
        kv.add_lifecycle_event("merged", note=note)
        kv.add_lifecycle_event("silent", log_level=False)
    note["sources"].append("b")
    assert [(row["event"], row.get("note")) for row in kv.lifecycle_events] == [
        ("merged", {"sources": ["a"]}),
        ("silent", None),
    ]
    assert [record.getMessage()[:37] for record in caplog.records] == ["KeyedVectors lifecycle event {'note':"]
    kv.save(tmp_path / "vectors")
    assert KeyedVectors.load(tmp_path / "vectors").lifecycle_events == kv.lifecycle_events
    kv.lifecycle_events = None
    kv.add_lifecycle_event("unrecorded")
    assert kv.lifecycle_events is None
