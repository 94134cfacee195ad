"""What the site needs of Sphinx beside its extensions.

Equations as MathML, which browsers show without JavaScript; the signatures of classes; initials in references; and
links to a file of the package, which a forge shows, lead to the place of the module in the API.
"""

from __future__ import annotations

import inspect
import re

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx import addnodes


def visit_math(writer, node):
    """Write an equation in a line."""
    writer.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def visit_math_block(writer, node):
    """Write an equation of its own line."""
    writer.body.append(f'<div class="equation">{tex2mathml(node.astext(), as_block=True)}</div>\n')
    raise nodes.SkipNode


def signature_of_class(app, what, name, obj, options, signature, returned):
    """Show what the constructor takes where a class has a ``__new__`` that takes everything."""
    if what != "class" or not (signature or "").startswith("(*"):
        return None
    found = inspect.signature(obj.__init__)
    plain = [each.replace(annotation=each.empty) for each in found.parameters.values()][1:]
    return str(found.replace(parameters=plain, return_annotation=found.empty)), None


def keep_initials(app, what, name, obj, options, lines):
    """Keep the initial of an author's name from becoming the first letter of an enumeration."""
    lines[:] = [re.sub(r"^(\s*(?:\.\. \[\d+\] )?)(?=[A-Z]\. )", r"\1\\", line) for line in lines]


def link_modules(app, doctree):
    """Turn links to a module's file into links to where the site documents it, with its source."""
    for link in list(doctree.findall(addnodes.download_reference)):
        module = link["reftarget"].lstrip("./").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        about = {"refdomain": "py", "reftype": "mod", "reftarget": module, "refwarn": True, "refdoc": app.env.docname}
        link.replace_self(addnodes.pending_xref("", *link.children, refexplicit=True, **about))


def setup(app):
    """Sphinx calls this."""
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    app.connect("autodoc-process-signature", signature_of_class)
    app.connect("autodoc-process-docstring", keep_initials, priority=1)  # before numpydoc
    app.connect("doctree-read", link_modules)
    return {"parallel_read_safe": True}
