"""How Sphinx builds the pages: ``make docs``, or ``python -m sphinx -c docs . site``.

The sources are the Markdown files as a forge shows them, wherever in the repository they stand, so the root of the
repository is Sphinx's, too.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import npw2v  # noqa: E402

project = "npw2v"
copyright = author = "The npw2v developers"
version = release = npw2v.__version__

root_doc = "docs/index"
include_patterns = ["docs/**.md", "*.md", "attacks/README.md", "data/README.md", "tests/README.md"]
exclude_patterns = [".*", "site", "build", "dist", "shared", "README.md"]  # the README is the forge's first page
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "numpydoc",
    "sphinx_copybutton",
    "sphinx_design",
    "sitetools",  # of tools/: equations without JavaScript, and links to sources
]

nitpicky = True
nitpick_ignore_regex = [  # what has no page: other projects, and inner modules and names; they are shown as code
    ("py:obj", ".*"),
    ("py:.*", r"(collections|logging|numpy)\b.*"),
    ("py:.*", r"npw2v\.(distributed|formats|training|vocabulary)\..*"),
]
autodoc_mock_imports = ["annoy", "nmslib"]
highlight_language = "none"
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 4
toc_object_entries_show_parents = "hide"
autosummary_generate = False
default_role = "autolink"  # `name` in a docstring leads to what is called so, if something is
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings have the types
numpydoc_show_class_members = False  # they stand on the page of the class
html_math_renderer = "mathml"
copybutton_exclude = ".linenos, .gp, .go"

html_theme = "pydata_sphinx_theme"
html_title = f"npw2v {release}"
html_logo = html_favicon = "logo.svg"
html_static_path = ["_static"]
html_extra_path = ["_extra"]
html_css_files = ["site.css"]
html_js_files = ["filter.js"]
html_show_sourcelink = False
html_copy_source = False
html_sidebars = {"docs/start": []}
html_theme_options = {
    "logo": {"text": "npw2v"},
    "navbar_align": "left",
    "navigation_with_keys": False,
    "show_prev_next": False,
    "footer_start": ["copyright"],
    "footer_end": [],
}
