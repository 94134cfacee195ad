"""Other Python processes."""

import os
import subprocess
import sys

import pytest

from npw2v.kernels import children


def test_a_child_has_this_pythons_path_and_one_thread_for_blas(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    (tmp_path / "npw2v.py").write_text("raise SystemExit('not this one')")
    line = "import sys; sys.path[:] = filter(None, sys.path); import os; print(os.environ['OMP_NUM_THREADS'], sys.path)"
    child = children.start(line, with_errors=True)
    said = child.stdout.read().decode()
    children.end([child])
    assert said.startswith("1 ")
    assert repr(os.getcwd()) in said  # its parent's first entry, by its name


def test_main_of_a_module_is_what_a_child_calls(tmp_path):
    assert "from npw2v.corpus.stretches import main; main()" in children.start_of("npw2v.corpus.stretches")


@pytest.mark.parametrize("with_errors", [True, False])
def test_errors_come_with_the_output_or_go_nowhere(with_errors):
    child = children.start("import sys; sys.stderr.write('oh')", with_errors=with_errors)
    assert child.stdout.read() == (b"oh" if with_errors else b"")
    children.end([child])
    child.stdout.close()


def test_children_are_ended_also_if_that_is_interrupted(monkeypatch):
    started = [children.start("input()", with_errors=False) for _ in range(2)]
    waited = []

    def wait(child, wait=subprocess.Popen.wait):
        waited.append(child)
        if len(waited) == 1:
            raise KeyboardInterrupt
        return wait(child)

    with monkeypatch.context() as patch:
        patch.setattr(subprocess.Popen, "wait", wait)
        with pytest.raises(KeyboardInterrupt):
            children.end(started)
    for child in started:
        assert child.returncode is not None
        child.stdout.close()


@pytest.mark.parametrize(("name", "value"), [("frozen", True), ("executable", ""), ("platform", "emscripten")])
def test_a_python_that_cannot_start_another(name, value, monkeypatch):
    assert children.can_start()
    with monkeypatch.context() as patch:
        patch.setattr(sys, name, value, raising=False)
        assert not children.can_start()
        with pytest.raises(OSError, match="this Python cannot start another one"):
            children.start("pass", with_errors=False)
