"""What a search finds, in which order, and what it says of it."""

import sqlite3
import subprocess
import sys
from typing import Any

import pytest

from exokb.domain.record import AbstractSection, Author, Correction, Dates, Journal, MeshHeading, MeshQualifier, Record
from exokb.errors import NotInLibrary, QuerySyntaxError, UnknownTerm
from exokb.query.criteria import Criteria
from exokb.query.facet_names import build_facet_names
from exokb.query.synonyms import Group, build_synonyms
from exokb.store.search.sqlite import count, explain, facet_counts, find_ids, search

Library = Any

RECORDS = (
    Record(
        pmid=990000001,
        doi="10.5555/one",
        title="Exosomes of invented stem cells in acute kidney injury",
        abstract=(
            AbstractSection(label="AIM", text="We asked whether miR-21 carried by micro-vesicles limits ischaemia."),
            AbstractSection(label="RESULTS", text="TGF-β1 fell in treated rats, and their tumours did not grow."),
        ),
        authors=(Author(last="Yin", fore="Kan Su", initials="KS"), Author(last="Young", fore="Ada", initials="A")),
        journal=Journal(title="Stem cells (Dayton, Ohio)", iso="Stem Cells"),
        dates=Dates(sort="2019-03-05"),
        publication_types=("Journal Article",),
        mesh=(
            MeshHeading(
                descriptor="Mesenchymal Stem Cells", qualifiers=(MeshQualifier(name="metabolism", major=True),)
            ),
            MeshHeading(descriptor="Extracellular Vesicles", major=True),
        ),
    ),
    Record(
        pmid=990000002,
        doi="10.5555/two",
        title="A review of invented therapies",
        abstract=(AbstractSection(text="Exosomes are named here once, among many other matters."),),
        authors=(Author(last="Yin", fore="Kan", initials="K"),),
        journal=Journal(title="Stem cells international", iso="Stem Cells Int"),
        dates=Dates(sort="2021-01-01"),
        publication_types=("Systematic Review",),
        corrections=(Correction(kind="RetractionIn", citation="Invented"),),
    ),
    Record(
        pmid=990000003,
        title="Zebrafish and nothing else",
        journal=Journal(iso="Invented J"),
        publication_types=("Review",),
    ),
)


@pytest.fixture
def filled(library: Library) -> Library:
    for record in RECORDS:
        library.add(record)
    library.tag(1, "disease", "kidney", "Kidney")
    library.tag(1, "disease", "acute_kidney_injury", "Acute kidney injury")
    library.tag(2, "disease", "liver", "Liver")
    library.tag(1, "cargo", "mirna", "microRNA")
    library.tag(2, "cargo", "mirna", "microRNA")
    library.tag(1, "molecules", "miR-21-5p")
    library.tag(2, "molecules", "miR-210")
    library.tag(1, "trial", "NCT99000001")
    library.tag(2, "trial", "NCT99000002")
    library.add_trial("NCT99000001", "RECRUITING", "PHASE1; PHASE2")
    library.cite(2, pmid=990000001)
    library.cite(2, doi="10.5555/elsewhere")
    library.cite(3, doi="10.5555/one")
    library.add_list("Grant 2026", [1, 3])
    return library


def found(library: Library, text: str = "", **options: Any) -> list[int]:
    return sorted(find_ids(library.connection, Criteria(text=text, **options)))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("miR21", [1]),
        ('"mir 21"', [1]),
        ("microvesicle", [1]),
        ("ischemia", [1]),
        ("TGFbeta1", [1]),
        ("tumor", [1]),
        ("THERAPY", [2]),
        ("exosome", [1, 2]),
        ("exosome[ti]", [1]),
        ("exosom*[ti]", [1]),
        ('"stem cells"[ti]', [1]),
        ("exosome NOT kidney", [2]),
        ("NOT exosome", [3]),
        ("zebrafish OR kidney", [1, 3]),
        ("exosome (zebrafish OR kidney)", [1]),
        ("extracellular vesicles[mh]", [1]),
        ("vesicles[mh:noexp]", []),
        ("extracellular vesicles[majr]", [1]),
        ("stem cells[mh]", [1]),
        ("stem cells[mh:noexp]", []),
        ("mesenchymal stem cells/metabolism[majr]", [1]),
        ("yin k[au]", [1, 2]),
        ('"yin k"[au]', [2]),
        ("young[1au]", []),
        ("yin young", [1]),
        ("stem cells[ta]", [1]),
        ("stem cells*[ta]", [1, 2]),
        ("review[pt]", [2, 3]),
        ("2019[dp]", [1]),
        ("2019/03:3000[dp]", [1, 2]),
        ("NOT 2019[dp]", [2, 3]),
        ("zebrafish OR 2021[dp]", [2, 3]),
        ("990000003[pmid]", [3]),
        ("10.5555/ONE[doi]", [1]),
        ("NOT 10.5555/one[doi]", [2, 3]),
        ("990000003", [3]),
    ],
)
def test_query_text(filled: Library, text: str, ids: list[int]) -> None:
    assert found(filled, text) == ids


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({}, [1, 2, 3]),
        ({"terms": (("disease", "kidney"),)}, [1]),
        ({"terms": (("disease", "Acute Kidney Injury"),)}, [1]),
        ({"terms": (("disease", "acute kidney injuries"),)}, [1]),
        ({"terms": (("molecules", "miR21-5p"),)}, [1]),
        ({"terms": (("molecules", "miR-21"),)}, [1]),
        ({"terms": (("molecules", "mir210"),)}, [2]),
        ({"terms": (("disease", "kidney"), ("disease", "liver"))}, [1, 2]),
        ({"terms": (("disease", "kidney"), ("cargo", "mirna"))}, [1]),
        ({"terms": (("disease", "liver"), ("cargo", "mirna")), "text": "kidney"}, []),
        ({"trial_statuses": ("RECRUITING",)}, [1]),
        ({"trial_statuses": ("recruiting", "completed")}, [1]),
        ({"trial_statuses": ("COMPLETED",)}, []),
        ({"trial_statuses": ("any",)}, [1, 2]),
        ({"trial_statuses": ("none",)}, [3]),
        ({"trial_statuses": ("none", "RECRUITING")}, [1, 3]),
        ({"phases": ("phase 2",)}, [1]),
        ({"phases": ("III", "early phase 1")}, []),
        ({"trial_statuses": ("recruiting",), "phases": ("PHASE1",)}, [1]),
        ({"trial_statuses": ("recruiting",), "phases": ("4",)}, []),
        ({"years": (2019, 2020)}, [1]),
        ({"years": (2020, None)}, [2]),
        ({"years": (None, 2030)}, [1, 2]),
        ({"types": ("review",)}, [2, 3]),
        ({"types": ("systematic review",)}, [2]),
        ({"types": ("Journal Article", "systematic_review")}, [1, 2]),
        ({"authors": ("Young",)}, [1]),
        ({"authors": ("Young", "Yin K")}, [1, 2]),
        ({"journals": ("Stem Cells",)}, [1]),
        ({"journals": ("stem cells*",)}, [1, 2]),
        ({"cited_by": (990000002,)}, [1]),
        ({"cited_by": (990000003,)}, [1]),
        ({"cites": (990000001,)}, [2, 3]),
        ({"cites": (990000099,)}, []),
        ({"lists": ("Grant 2026",)}, [1, 3]),
        ({"retracted": True}, [2]),
        ({"retracted": False}, [1, 3]),
        ({"ids": (990000001, 990000003, 990000055)}, [1, 3]),
    ],
)
def test_options(filled: Library, options: dict[str, Any], ids: list[int]) -> None:
    assert found(filled, **options) == ids
    assert count(filled.connection, Criteria(**options)) == len(ids)


@pytest.mark.parametrize(
    ("options", "near"),
    [
        ({"terms": (("disease", "kidny"),)}, "kidney"),
        ({"terms": (("molecules", "miR-2"),)}, "miR-210"),
        ({"types": ("reviw",)}, "review"),
        ({"trial_statuses": ("recruting",)}, "recruiting"),
        ({"phases": ("phase5",)}, "phase4"),
        ({"journals": ("Stem Cels Int",)}, "Stem Cells Int"),
    ],
)
def test_a_wrong_term_says_what_is_near(filled: Library, options: dict[str, Any], near: str) -> None:
    with pytest.raises(UnknownTerm) as caught:
        found(filled, **options)
    assert near in caught.value.near


NAMES = build_facet_names(
    [
        ("molecules", "vascular endothelial growth factor", "VEGF", True),
        ("molecules", "vegfa", "VEGF", True),
        ("molecules", "vascular endothelial growth factor c", "VEGF-C", True),
        ("disease", "AKI", "acute_kidney_injury", True),
        ("disease", "renal cell carcinoma", "kidney_cancer", False),
        ("isolation", "exoquick", "precipitation", False),
    ]
)
MOLECULES = (
    "miR-21", "miR-21-5p", "miR-21-3p", "miR-210", "miR-214", "miR-125b-5p", "miR-125a", "let-7a-5p", "let-7", "let-7c",
    "VEGF", "VEGF-C", "IL-1β", "IL-1RA", "IL-10", "TGF-β1", "MALAT1", "circHIPK3", "hsa_circ_0000250", "H19",
)  # fmt: skip


@pytest.fixture
def with_names(library: Library) -> Library:
    library.keep_words(names=NAMES)
    for molecule in MOLECULES:
        library.tag(library.add(Record(title="Invented vesicles")), "molecules", molecule)
    disease = library.add(Record(title="Invented kidneys"))
    library.tag(disease, "disease", "acute_kidney_injury", "Acute kidney injury")
    library.tag(disease, "disease", "kidney_cancer", "Kidney cancer")
    library.tag(disease, "isolation", "precipitation", "Precipitation")
    return library


@pytest.mark.parametrize(
    ("asked", "values"),
    [
        ("miR-21", {"miR-21", "miR-21-5p", "miR-21-3p"}),
        ("hsa-microRNA-21", {"miR-21", "miR-21-5p", "miR-21-3p"}),
        ("MIR21", {"miR-21", "miR-21-5p", "miR-21-3p"}),
        ("miRNA-21-5p", {"miR-21-5p"}),
        ("miR-21-3p", {"miR-21-3p"}),
        ("miR-210", {"miR-210"}),
        ("miR-125", {"miR-125b-5p", "miR-125a"}),
        ("miR-125b", {"miR-125b-5p"}),
        ("let-7", {"let-7", "let-7a-5p", "let-7c"}),
        ("hsa-let-7a", {"let-7a-5p"}),
        ("VEGF", {"VEGF", "VEGF-C"}),
        ("vascular endothelial growth factor", {"VEGF", "VEGF-C"}),
        ("VEGFA", {"VEGF"}),
        ("IL-1", {"IL-1β", "IL-1RA"}),
        ("il1 beta", {"IL-1β"}),
        ("IL10", {"IL-10"}),
        ("TGFbeta1", {"TGF-β1"}),
        ("tgf-beta", {"TGF-β1"}),
        ("lncRNA MALAT-1", {"MALAT1"}),
        ("long noncoding RNA H19", {"H19"}),
        ("circ-HIPK3", {"circHIPK3"}),
        ("circRNA_0000250", {"hsa_circ_0000250"}),
    ],
)
def test_molecules_are_found_by_any_name(with_names: Library, asked: str, values: set[str]) -> None:
    ids = {at for at, molecule in enumerate(MOLECULES, 1) if molecule in values}
    criteria = Criteria(terms=(("molecules", asked),))
    assert set(find_ids(with_names.connection, criteria)) == ids
    assert set(search(with_names.connection, criteria).asked["molecules"]) == values


@pytest.mark.parametrize("asked", ["miR-2", "miR-21-7p", "miR-2100", "VEG", "circ", "nonsense"])
def test_a_molecule_that_none_carries_is_told(with_names: Library, asked: str) -> None:
    with pytest.raises(UnknownTerm) as caught:
        find_ids(with_names.connection, Criteria(terms=(("molecules", asked),)))
    assert "exokb search" in caught.value.hint


def test_the_same_number_is_nearer_than_the_same_arm(with_names: Library) -> None:
    with pytest.raises(UnknownTerm) as caught:
        find_ids(with_names.connection, Criteria(terms=(("molecules", "miR-210-5p"),)))
    assert caught.value.near[0] == "miR-210"


def test_an_arm_says_what_it_leaves_out(with_names: Library) -> None:
    def notes(asked: str) -> list[str]:
        return [note for _, note in search(with_names.connection, Criteria(terms=(("molecules", asked),))).notes]

    assert notes("miR-21-5p") == ["miR-21-5p does not find papers that name miR-21 without its arm; ask for miR-21"]
    assert notes("miR-21") == []
    assert notes("let-7a-5p") == []


def test_other_names_mean_a_value_or_only_hint_at_it(with_names: Library) -> None:
    def ask(facet: str, asked: str) -> list[int]:
        return find_ids(with_names.connection, Criteria(terms=((facet, asked),)))

    assert ask("disease", "aki") == ask("disease", "acute kidney injury") == [len(MOLECULES) + 1]
    for facet, asked, near in (
        ("disease", "Renal cell carcinoma", "kidney_cancer"),
        ("isolation", "ExoQuick", "precipitation"),
    ):
        with pytest.raises(UnknownTerm) as caught:
            ask(facet, asked)
        assert caught.value.near[0] == near


SYNONYMS = build_synonyms(
    [
        (Group("vesicle", ("extracellular vesicle",), ("exosome", "ectosome"), ("exosome", "microvesicle")), ("EV",)),
        (Group("kidney injury", ("kidney injury", "renal injury")), ("AKI",)),
    ]
)


@pytest.fixture
def with_synonyms(library: Library) -> Library:
    library.keep_words(SYNONYMS)
    for title in (
        "Extracellular vesicles, invented",
        "Ectosomes, invented",
        "Exosomes in invented kidney injury",
        "EV, invented, in renal injury",
        "Kidneys without injury",
    ):
        library.add(Record(title=title))
    return library


def test_words_find_their_synonyms(with_synonyms: Library) -> None:
    assert found(with_synonyms, "EV") == [1, 2, 3, 4]
    assert found(with_synonyms, "EV", expand=False) == [4]
    assert found(with_synonyms, '"EV"') == [4]
    assert found(with_synonyms, "EVs AKI") == [3, 4]
    assert found(with_synonyms, "AKI NOT EV") == [3]
    assert found(with_synonyms, "AKI NOT exosome[ti]") == [4]
    assert found(with_synonyms, "kidney injury") == [3, 4, 5], "side by side they are one meaning; apart, as ever"
    counts = facet_counts(with_synonyms.connection, Criteria(text="EV"), ("type",))
    assert counts == {"type": ()}


def test_what_was_added_is_told(with_synonyms: Library) -> None:
    told = explain(with_synonyms.connection, Criteria(text="EV liver AKI"))
    assert told is not None
    assert [(e.asked, e.words, e.narrower) for e in told] == [
        ("EV", ("extracellular vesicle",), ("exosome", "ectosome")),
        ("AKI", ("kidney injury", "renal injury"), ()),
    ]
    assert explain(with_synonyms.connection, Criteria(text="EV", expand=False)) == ()
    assert explain(with_synonyms.connection, Criteria()) == ()


def test_a_library_without_synonyms_searches_the_words(library: Library) -> None:
    library.add(Record(title="Invented exosomes"))
    assert explain(library.connection, Criteria(text="exosome")) is None
    assert found(library, "exosome") == [1]


def test_narrower_words_come_after_the_word_itself(with_synonyms: Library) -> None:
    page = search(with_synonyms.connection, Criteria(text="EV"), limit=3)
    assert page.total == 4
    assert {hit.record_id for hit in page.hits[:2]} == {1, 4}
    assert [hit.score is None for hit in page.hits] == [False, False, True]
    last = search(with_synonyms.connection, Criteria(text="EV"), limit=3, offset=3)
    assert (len(last.hits), last.total) == (1, 4)
    assert search(with_synonyms.connection, Criteria(text="EV"), limit=3, offset=9).total == 4


def test_synonyms_are_marked_where_they_stand(with_synonyms: Library) -> None:
    (hit,) = search(with_synonyms.connection, Criteria(text="EV AKI NOT renal")).hits
    assert [piece.text for piece in hit.title_pieces if piece.marked] == ["Exosomes", "kidney injury"]


def test_what_is_not_in_the_library_is_said(filled: Library) -> None:
    with pytest.raises(NotInLibrary, match="990000099") as caught:
        found(filled, cited_by=(990000099,))
    assert "exokb fetch 990000099" in caught.value.hint
    with pytest.raises(NotInLibrary, match="no reading list 'Grant 2025'") as caught:
        found(filled, lists=("Grant 2025",))
    assert "Grant 2026" in caught.value.hint


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ("date", [1, 2, 3]),
        ("-date", [2, 1, 3]),
        ("title", [2, 1, 3]),
        ("-title", [3, 1, 2]),
        ("author", [2, 1, 3]),
        ("journal", [3, 1, 2]),
        ("pmid", [1, 2, 3]),
        ("-pmid", [3, 2, 1]),
        ("added", [1, 2, 3]),
        ("-added", [3, 2, 1]),
        ("relevance", [2, 1, 3]),
    ],
)
def test_sorting_puts_what_has_no_value_last(filled: Library, sort: str, ids: list[int]) -> None:
    assert find_ids(filled.connection, Criteria(), sort=sort) == ids


def test_a_wrong_sort_is_said(filled: Library) -> None:
    with pytest.raises(UnknownTerm, match="relevance"):
        search(filled.connection, Criteria(), sort="relevanse")


@pytest.mark.parametrize("text", ["exosome", "exosome OR 2021[dp]", "exosome NOT 1999[dp]"])
def test_words_of_the_title_weigh_most(filled: Library, text: str) -> None:
    first, second = search(filled.connection, Criteria(text=text)).hits
    assert (first.record_id, second.record_id) == (1, 2)
    assert first.score is not None
    assert second.score is not None
    assert first.score > second.score > 0
    assert find_ids(filled.connection, Criteria(text=text), sort="-relevance") == [2, 1]


def test_pages(filled: Library) -> None:
    pages = [search(filled.connection, Criteria(), sort="pmid", limit=1, offset=offset) for offset in range(4)]
    assert [[hit.record_id for hit in page.hits] for page in pages] == [[1], [2], [3], []]
    assert {page.total for page in pages} == {3}
    assert search(filled.connection, Criteria(), limit=0).total == 3


def test_a_hit_says_what_a_reader_needs(filled: Library) -> None:
    first, second = search(filled.connection, Criteria(text="exosome ischemia OR therapy")).hits
    if first.record_id == 2:
        first, second = second, first
    assert (first.pmid, first.doi, first.first_author, first.journal) == (
        990000001,
        "10.5555/one",
        "Yin KS",
        "Stem Cells",
    )
    assert (first.year, first.sort_date, first.notices) == (2019, "2019-03-05", ())
    assert first.terms["disease"] == ("acute_kidney_injury", "kidney")
    assert first.terms["type"] == ("journal_article",)
    assert "trial" not in first.terms
    assert [(trial.trial_id, trial.status) for trial in first.trials] == [("NCT99000001", "RECRUITING")]
    assert second.notices == ("retracted",)
    assert [(trial.trial_id, trial.status) for trial in second.trials] == [("NCT99000002", None)]


def test_marks_are_in_the_records_own_words(filled: Library) -> None:
    (hit,) = search(filled.connection, Criteria(text='microvesicle "mir21" TGFbeta1 tumor exosome')).hits
    assert [piece.text for piece in hit.title_pieces if piece.marked] == ["Exosomes"]
    assert "".join(piece.text for piece in hit.title_pieces) == RECORDS[0].title
    assert hit.snippet is not None
    assert hit.snippet.field == "abstract"
    marked = [piece.text for piece in hit.snippet.pieces if piece.marked]
    assert marked == ["miR-21", "micro-vesicles", "TGF-β1", "tumours"]


def test_a_match_in_the_headings_is_shown_from_there(filled: Library) -> None:
    (hit,) = search(filled.connection, Criteria(text="extracellular vesicles[mh]")).hits
    assert hit.snippet is not None
    assert hit.snippet.field == "mesh"
    assert [piece.text for piece in hit.snippet.pieces if piece.marked] == ["Extracellular Vesicles"]


def test_facets_count_the_result_only(filled: Library) -> None:
    counts = facet_counts(
        filled.connection, Criteria(text="exosome"), ["disease", "cargo", "year", "journal", "trial_status"]
    )
    assert {facet: {value.value: value.count for value in values} for facet, values in counts.items()} == {
        "disease": {"kidney": 1, "acute_kidney_injury": 1, "liver": 1},
        "cargo": {"mirna": 2},
        "year": {"2021": 1, "2019": 1},
        "journal": {"Stem Cells": 1, "Stem Cells Int": 1},
        "trial_status": {"RECRUITING": 1},
    }
    assert [value.value for value in facet_counts(filled.connection, Criteria(), ["type"])["type"]] == [
        "journal_article",
        "review",
        "systematic_review",
    ]
    assert facet_counts(filled.connection, Criteria(years=(1900, 1901)), ["design", "year"]) == {
        "design": (),
        "year": (),
    }
    with pytest.raises(UnknownTerm, match="disease"):
        facet_counts(filled.connection, Criteria(), ["diseases"])


def test_notes_say_what_may_not_have_been_meant(filled: Library) -> None:
    result = search(filled.connection, Criteria(text="exosome or zebrafish"))
    assert result.total == 0
    assert result.notes == ((8, "'or' in small letters is searched as a word; write OR for the operator"),)
    (note,) = search(filled.connection, Criteria(text="exosome review[pt]")).notes
    assert note[0] == 0
    assert "put AND between" in note[1]


HOSTILE = (
    "'; DROP TABLE record; --",
    'x" OR "y',
    '") OR record_text_index MATCH ("a',
    "title:exosome",
    "{title} : exosome",
    "NEAR(a b, 3)",
    "^exosome",
    "exosome + kidney",
    "-exosome",
    "a:b:c",
    "%",
    "\x00exosome\x00",
    "\ue001 yin \ue002",
    "exosome\ud800",
    "rowid",
    "NULL",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(filled: Library, text: str) -> None:
    for options in (
        {"text": text},
        {"authors": (text,)},
        {"journals": (text,)},
        {"types": (text,)},
        {"lists": (text,)},
    ):
        try:
            found(filled, **options)
        except (QuerySyntaxError, UnknownTerm, NotInLibrary):
            continue
    with pytest.raises((UnknownTerm, QuerySyntaxError)):
        found(filled, terms=(("disease", text),))
    assert found(filled) == [1, 2, 3]


@pytest.mark.parametrize(
    "text",
    [
        " OR ".join(f"wo-rd-s{number}x" for number in range(1_000)),
        " AND ".join(f"wo-rd-s{number}x" for number in range(1_000)),
        "a NOT " + " NOT ".join(f"wo-rd-s{number}x" for number in range(900)),
        " OR ".join(f"{1_000 + number}[dp]" for number in range(1_000)),
        " OR ".join(f"word{number} OR {1_000 + number}[dp]" for number in range(500)),
        "".join("(b OR (c AND " for _ in range(19)) + "a" + "))" * 19,
        "".join("(b OR (c NOT (" for _ in range(13)) + "a" + ")))" * 13,
        "a" + "".join(" OR b NOT c" for _ in range(19)),
    ],
    ids=["or", "and", "not", "dates", "mixed", "deep", "deep not", "turns"],
)
def test_the_largest_queries_run(filled: Library, text: str) -> None:
    assert isinstance(count(filled.connection, Criteria(text=text)), int)


def test_a_read_only_connection_suffices(filled: Library, tmp_path: Any) -> None:
    filled.connection.commit()
    path = filled.connection.execute("PRAGMA database_list").fetchone()[2]
    reading = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        assert search(reading, Criteria(text="exosome OR 2019[dp]")).total == 2
    finally:
        reading.close()


def test_searching_imports_nothing_heavy() -> None:
    heavy = {"pydantic", "sqlalchemy", "alembic", "Bio", "lxml", "httpx", "rich", "typer"}
    program = f"import sys, exokb.services.search; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
