PYTHON ?= python3
BIN := .venv/bin
PIP := -m pip install --quiet --disable-pip-version-check
PIP_WITH_GROUPS := "pip>=25.1"

.PHONY: demo test browser cluster crash fuzz fuzz-short scan test-oldest parity compat downstream downstream-next check doctest wheel
.PHONY: bench bench-full docs clean

demo: .venv/demo
	$(BIN)/npw2v demo

test: .venv/dev
	$(BIN)/python -m pytest -m "not parity and not cluster and not browser"

# Training on real clusters of processes, some of them killed (three minutes), in an environment that has Dask.
cluster: .venv-cluster/ready
	.venv-cluster/bin/python -m pytest -m cluster tests/cluster

# The tests with the oldest NumPy and SciPy that pyproject.toml allows, on a Python that has wheels of them (3.10, 3.11).
test-oldest: .venv-oldest/ready
	.venv-oldest/bin/python -m pytest -m "not parity and not cluster and not browser"

# Long comparisons with gensim on the text8-format corpus (twenty minutes; needs the corpus, see data/README.md).
parity: .venv/dev
	$(BIN)/python -m pytest -m parity

# The explorer's page in Chromium, without a window: needs chromium and chromium-driver, and skips where they are not.
browser: .venv/browser
	$(BIN)/python -m pytest -m browser tests/browser

# gensim's own tests of word vectors, unmodified, on npw2v (two minutes).
compat: .venv/dev
	$(BIN)/python tools/gensim_suites.py

# Packages from PyPI that import gensim, unmodified, on npw2v, in an environment without gensim.
downstream: .venv-downstream/ready
	NPW2V_DOWNSTREAM=all .venv-downstream/bin/python -m pytest -p npw2v.as_gensim -W ignore::DeprecationWarning compat_tests/downstream

# Packages that depend on gensim, as pip installs them with the wheel that stands in for it, where gensim has no wheel:
# make downstream-next PYTHON=python3.14 (some minutes).
downstream-next:
	$(PYTHON) tools/downstream_next.py .venv-downstream-next

# Two hundred kills -9 at random moments: of saving, after which the old file or the new one is there, and of training,
# which goes on from its checkpoint and ends with the same bytes (some minutes).
crash: .venv/dev
	$(BIN)/python tools/crash.py

# Files changed at random, ten minutes a reader: nothing but documented exceptions, in bounded time and memory.
fuzz: .venv/dev
	$(BIN)/python tests/fuzz/fuzz.py $(or $(SECONDS),600) $(READERS)

# A minute of that for all readers; what fails says with which number it fails again.
fuzz-short: .venv/dev
	$(BIN)/python tests/fuzz/fuzz.py 1

# What scanners of pickles say of every file that npw2v writes, in an environment of their own.
scan: .venv-scan/ready
	.venv-scan/bin/python -m pytest tests/behaviour/test_scanners.py

check: .venv/linters doctest wheel
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/check_repository.py

doctest: .venv/dev
	$(BIN)/python -m pytest -q --doctest-modules npw2v

# The built wheel, installed in an environment of its own and used from another folder.
wheel: .venv/dev
	rm -rf dist && $(BIN)/python -m build --wheel --outdir dist . > dist.log || (cat dist.log; exit 1)
	rm dist.log
	$(BIN)/python tools/check_wheel.py dist

# The most telling comparisons with gensim, in under five minutes on two cores.
bench: .venv/dev
	$(BIN)/python benchmarks/train.py
	$(BIN)/python benchmarks/vectors.py
	$(BIN)/python benchmarks/report.py

# All of them, in some hours; beside word2vec.c and pWord2Vec, too, with: make bench-full WORD2VEC_C=path PWORD2VEC=path
bench-full: .venv/dev
	$(BIN)/python benchmarks/train.py --full $(if $(WORD2VEC_C),--word2vec-c $(WORD2VEC_C)) \
		$(if $(PWORD2VEC),--pword2vec $(PWORD2VEC))
	$(BIN)/python benchmarks/vectors.py --full
	$(BIN)/python benchmarks/accuracy.py
	$(BIN)/python benchmarks/report.py --full

# The site, from the pages and the docstrings, into site/: site/index.html begins it. No warning, no broken link.
docs: .venv-docs/ready
	rm -rf site
	.venv-docs/bin/python -m sphinx -q -W --keep-going -c docs . site
	.venv-docs/bin/npw2v explore data/wikipedia-3000.npz -o site/docs/explorer-page.html --title "3,000 words of Wikipedia"
	.venv-docs/bin/python tools/check_site.py site

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/demo: .venv/bin/python pyproject.toml
	$(BIN)/python $(PIP) -e ".[plot]"
	touch $@

.venv/dev: .venv/bin/python pyproject.toml compat_tests/requirements.txt
	$(BIN)/python $(PIP) $(PIP_WITH_GROUPS)
	$(BIN)/python $(PIP) -e . --group dev
	$(BIN)/python tools/install_compared.py
	touch $@ .venv/demo

.venv/browser: .venv/dev
	$(BIN)/python $(PIP) --group browser
	touch $@

.venv/linters: .venv/dev tools/check_repository.py
	$(BIN)/python tools/check_repository.py --install
	touch $@

.venv-oldest/ready: pyproject.toml compat_tests/requirements.txt
	$(PYTHON) -m venv --clear .venv-oldest
	.venv-oldest/bin/python $(PIP) $(PIP_WITH_GROUPS)
	.venv-oldest/bin/python $(PIP) --only-binary=numpy,scipy -e . --group dev "numpy==1.26.*" "scipy==1.11.*"
	.venv-oldest/bin/python tools/install_compared.py "numpy==1.26.*" "scipy==1.11.*"
	touch $@

.venv-docs/ready: pyproject.toml
	$(PYTHON) -m venv --clear .venv-docs
	.venv-docs/bin/python $(PIP) $(PIP_WITH_GROUPS)
	.venv-docs/bin/python $(PIP) -e . --group docs
	touch $@

.venv-cluster/ready: pyproject.toml
	$(PYTHON) -m venv --clear .venv-cluster
	.venv-cluster/bin/python $(PIP) $(PIP_WITH_GROUPS)
	.venv-cluster/bin/python $(PIP) -e . --group cluster
	touch $@

.venv-scan/ready: pyproject.toml
	$(PYTHON) -m venv --clear .venv-scan
	.venv-scan/bin/python $(PIP) $(PIP_WITH_GROUPS)
	.venv-scan/bin/python $(PIP) -e . --group scan --group test
	touch $@

.venv-downstream/ready: compat_tests/downstream/requirements.txt pyproject.toml
	$(PYTHON) -m venv --clear .venv-downstream
	.venv-downstream/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
	    -r compat_tests/downstream/requirements.txt -e . || (echo "make downstream: the packages of \
	compat_tests/downstream/requirements.txt could not be installed: is a package index within reach?"; exit 1)
	touch $@

clean:
	rm -rf site .venv .venv-docs .venv-cluster .venv-oldest .venv-downstream .venv-downstream-next build dist demo-output .pytest_cache .mypy_cache .ruff_cache .hypothesis
