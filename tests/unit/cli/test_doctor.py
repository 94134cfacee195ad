"""`npw2v doctor`."""

from __future__ import annotations

import json

from npw2v.cli import main


def test_a_healthy_file_is_status_0(run):
    assert "nothing is wrong" in run("doctor", "vectors.bin")


def test_a_damaged_one_is_status_1_until_it_is_repaired(folder, run, capsys):
    assert main(["doctor", "damaged.txt"]) == 1
    out, err = capsys.readouterr()
    assert "duplicate word" in out
    assert err == ""
    assert "written to good.txt" in run("doctor", "damaged.txt", "--repair", "good.txt")
    assert (folder / "good.txt").read_text() == "1 2\ncat 1 2\n"
    assert json.loads(run("doctor", "good.txt", "--json"))["healthy"] is True
