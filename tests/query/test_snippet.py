"""Showing where a query matched."""

from hypothesis import given
from hypothesis import strategies as st

from exokb.query.snippet import Piece, find_marks, make_snippet, mark_text, wanted_clauses
from exokb.query.syntax import parse_query


def marked(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in find_marks(text, wanted_clauses(parse_query(query)))]


def test_marks_are_the_words_of_the_text() -> None:
    text = "Micro-vesicles with MiR‑21 and TGF-β1 limit ischaemia; co-cultured EVs do not."
    assert marked(text, "microvesicle ischemia miR21 TGFbeta1") == ["Micro-vesicles", "MiR‑21", "TGF-β1", "ischaemia"]
    assert marked(text, "isch* OR limit*") == ["limit", "ischaemia"]
    assert marked(text, '"limit ischemia" OR ischemia') == ["limit ischaemia"]
    assert marked(text, "vesicle NOT ischaemia") == ["vesicles"]
    assert marked(text, "2019[dp]") == []
    assert marked("", "vesicle") == []


def test_pieces_of_a_marked_text_join_to_it() -> None:
    text = "vesicles and vesicles"
    pieces = mark_text(text, find_marks(text, wanted_clauses(parse_query("vesicle"))))
    assert pieces == (Piece("vesicles", True), Piece(" and "), Piece("vesicles", True))


def test_a_snippet_shows_where_most_matches_are() -> None:
    filler = "nothing of note is said here at all. " * 20
    text = f"One kidney. {filler} A kidney and a kidney by a kidney. {filler}"
    marks = find_marks(text, wanted_clauses(parse_query("kidney")))
    snippet = make_snippet("abstract", text, marks)
    shown = "".join(piece.text for piece in snippet.pieces)
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert shown.strip("…") in text
    assert sum(piece.marked for piece in snippet.pieces) == 3
    assert len(shown) <= 250


@given(
    st.lists(st.sampled_from(["kidney", "a", "vesicles-and-more", "x" * 90, "kidney-kidney", "\n"]), max_size=60),
    st.integers(1, 300),
)
def test_any_snippet_is_cut_out_of_its_text(words: list[str], width: int) -> None:
    text = " ".join(words)
    marks = find_marks(text, wanted_clauses(parse_query("kidney")))
    if not marks:
        return
    pieces = make_snippet("abstract", text, marks, width).pieces
    shown = "".join(piece.text for piece in pieces).removeprefix("…").removesuffix("…")
    assert shown in text
    assert any(piece.marked for piece in pieces)
    assert all(piece.text for piece in pieces)
    assert len(shown) <= max(width, max(end - start for start, end in marks)) + width
