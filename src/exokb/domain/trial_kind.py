"""What vesicles have to do with a registered trial. Apart from the models, so that a search need not load them."""

from __future__ import annotations

KIND_NAMES = {
    "msc_ev_therapy": "therapy with vesicles of mesenchymal cells",
    "ev_therapy": "therapy with vesicles of other or unstated origin",
    "ev_biomarker": "study that measures vesicles",
}
"""The kinds, and each in words."""

MSC_THERAPY = "msc_ev_therapy"
