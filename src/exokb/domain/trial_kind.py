"""What vesicles have to do with a registered trial. Apart from the models, so that a search need not load them."""

from __future__ import annotations

KIND_NAMES = {
    "msc_ev_therapy": "MSC-vesicle therapy",
    "ev_therapy": "Vesicle therapy of other or unstated origin",
    "ev_biomarker": "Biomarker study of vesicles",
}
"""The kinds, and each in words. A trial that is none of these has no kind."""

MSC_THERAPY = "msc_ev_therapy"
