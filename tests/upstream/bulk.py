"""Plain records in any number, for tests of volume. The same number always gives the same records."""

from __future__ import annotations

from collections.abc import Iterator

from tests.upstream.paper import Journal, Paper, Person, Trial

FIRST = 990100001
"""The PMID of the first plain record."""

_JOURNAL = Journal("Bulletin of Plain Vesicle Records", "Bull Plain Vesicle Rec", "990099900", "9900-0999")
_SOURCES = (
    *("bone marrow", "adipose", "umbilical cord", "placental", "dental pulp", "endometrial", "synovial"),
    *("induced pluripotent", "amniotic", "urine-derived"),
)
_CARGOES = (
    *("miR-21-5p", "miR-146a", "let-7b", "circular RNA", "hepatocyte growth factor", "MALAT1", "annexin A1"),
    *("miR-223", "VEGF", "sphingolipids", "mitochondria", "siRNA", "miR-126"),
)
_STUDIED = (
    *("acute kidney injury", "liver fibrosis", "ischaemic stroke", "myocardial infarction", "lung injury"),
    *("diabetic wounds", "osteoarthritis", "spinal cord injury", "colitis", "retinal degeneration", "sepsis"),
    *("periodontitis", "premature ovarian failure", "graft-versus-host disease", "disc degeneration"),
    *("pulmonary fibrosis", "myocarditis"),
)
_MODELS = ("mice", "rats", "rabbits", "a cell culture", "pigs", "an organ-on-chip model", "macaques")
_NAMES = (
    *("Aalto", "Brandvik", "Castellan", "Dubrov", "Eide", "Farouk", "Grünwald", "Haddad", "Ishikura"),
    *("Jóhannsdóttir", "Kowal", "Lamptey"),
)


def bulk(count: int, first: int = FIRST) -> Iterator[Paper]:
    """Give ``count`` plain records, dated evenly over 2001 to 2023; every one has the words ``plain record``."""
    for place in range(count):
        yield _plain(place, first + place)


def bulk_trials(count: int) -> Iterator[Trial]:
    """Give ``count`` plain trials from NCT99100001 on; every one has the words ``plain trial``."""
    for place in range(count):
        source, studied = _SOURCES[place % len(_SOURCES)], _STUDIED[place % len(_STUDIED)]
        yield Trial(
            nct=f"NCT{99100001 + place}",
            title=f"Vesicles of {source} cells in {studied}: plain trial {place}",
            status=("RECRUITING", "COMPLETED", "UNKNOWN")[place % 3],
            conditions=(studied,),
            interventions=(f"Exosomes of {source} MSC",),
            phases=("PHASE1",),
            enrollment=10 + place % 50,
            start="2022-01-01",
            sponsor="Bureau of Plain Trials",
        )


def _plain(place: int, pmid: int) -> Paper:
    source = _SOURCES[place % len(_SOURCES)]
    cargo = _CARGOES[place % len(_CARGOES)]
    studied = _STUDIED[place % len(_STUDIED)]
    model = _MODELS[place % len(_MODELS)]
    author = _NAMES[place % len(_NAMES)]
    text = (
        f"Vesicles released by {source} mesenchymal stromal cells were tested against {studied} in {model}. "
        f"They were rich in {cargo}, and removing it weakened their effect. Batch {place} was given as one of "
        f"{place % 4 + 1} doses, and damage scores fell by {place % 37 + 12} percent. This plain record serves to "
        "fill a library."
    )
    return Paper(
        pmid=pmid,
        title=f"Stromal vesicles carrying {cargo} in {studied}: plain record {place}.",
        journal=_JOURNAL,
        year=2001 + place % 23,
        month=1 + place // 23 % 12,
        day=1 + place // 276 % 28,
        volume=str(1 + place % 23),
        pages=f"{1 + place}-{9 + place}",
        doi=f"10.5555/plain.{place}",
        abstract=(("", text),),
        authors=(Person(author, "Nora"), Person(_NAMES[(place // 12 + 5) % len(_NAMES)], "Per")),
        keywords=("vesicles", studied),
    )
