"""How Sphinx makes the book: executed notebooks as pages, nothing from a network, a light and a dark theme."""

project = "LSTMs that run"
extensions = ["myst_nb", "sphinx-mathjax-offline"]
exclude_patterns = ["_build"]

# `lstm-kernel run` executed the notebooks before.
nb_execution_mode = "off"
nb_merge_streams = True
# Errors are rustc's and this kernel's: not Python's, whose colours are myst-nb's default.
nb_render_error_lexer = "myst-ansi"
nb_render_image_options = {}
nb_ipywidgets_js = {}
myst_enable_extensions = ["amsmath", "dollarmath", "html_image"]
myst_heading_anchors = 3
highlight_language = "rust"

html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {"navigation_with_keys": True}
# Links out of the book, to files of the course and to what other pages call their parts, are as the notebooks have them.
suppress_warnings = ["myst.xref_missing", "myst.header", "misc.highlighting_failure", "mystnb.unknown_mime_type"]
