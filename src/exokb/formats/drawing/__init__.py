"""Pictures: laid out once as shapes (``shapes.py``), written as SVG (``svg.py``) or as PNG (``png.py``)."""
