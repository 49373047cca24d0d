import pytest

from exokb.domain.record import Record
from exokb.errors import PayloadError
from exokb.sources.bundled.parse import SeedFile, parse_records, parse_seed


def test_records_in_exokbs_own_json_come_back() -> None:
    records = (Record(doi="10.1000/kite", title="Kites"), Record(pmid=990000001, title="More kites"))
    body = SeedFile(records=records).model_dump_json(exclude_defaults=True).encode()
    assert parse_records(b"\n" + body).records == ((1, records[0]), (2, records[1]))


@pytest.mark.parametrize(
    ("body", "element"),
    [
        (b"{", "seed/"),
        (b'{"records": [{"titel": "Kites"}]}', "seed/records/0/titel"),
        (b'{"records": [], "note": 1}', "seed/note"),
    ],
)
def test_another_shape_is_an_error_that_names_the_place(body: bytes, element: str) -> None:
    with pytest.raises(PayloadError) as caught:
        parse_seed(body)
    assert caught.value.element == element
