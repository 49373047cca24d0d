from hypothesis import given
from hypothesis import strategies as st

from exokb.domain.identifiers import parse_identifier, split_identifiers
from exokb.formats import EXPORTERS
from exokb.formats.columns import ExportRow


def _written(*rows: ExportRow) -> str:
    return b"".join(EXPORTERS["ids"](rows)).decode()


def test_the_best_identifier_of_each_record() -> None:
    assert _written(
        ExportRow("a", pmid=990000001, doi="10.1000/a"),
        ExportRow("b", doi="10.1000/b", pmcid="PMC99000001"),
        ExportRow("c", pmcid="PMC99000002"),
        ExportRow("d\nNCT99000001"),
    ) == ("990000001\n10.1000/b\nPMC99000002\n# no identifier: d NCT99000001\n")


def test_what_is_written_is_read_back_as_the_same_identifiers() -> None:
    text = _written(
        ExportRow("a", pmid=990000001), ExportRow("b", doi="10.1002/(sici)1097-4636(1998)3:1<1::aid-x>3.0.co;2-x")
    )
    assert [str(parse_identifier(part)) for part in split_identifiers(text)] == [
        "PMID:990000001",
        "10.1002/(sici)1097-4636(1998)3:1<1::aid-x>3.0.co;2-x",
    ]


@given(st.text(max_size=20), st.none() | st.text(max_size=20).map(lambda tail: f"10.1000/{tail}"))
def test_one_line_a_record_whatever_its_texts(title: str, doi: str | None) -> None:
    text = _written(ExportRow(title, doi=doi), ExportRow("b", pmid=990000002))
    first, second = text.removesuffix("\n").split("\n")
    assert second == "990000002"
    assert list(split_identifiers(first)) in ([], [doi])
