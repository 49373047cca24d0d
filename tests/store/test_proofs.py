"""The words behind a value, also where only something narrower than it was found."""

from __future__ import annotations

from exokb.domain.annotation import Annotation, Term
from exokb.domain.record import Record
from exokb.store.library import Library
from exokb.store.reading import BY_A_PERSON, get_proofs

TERMS = (
    Term("disease", "kidney", "Kidney"),
    Term("disease", "acute_kidney_injury", "Acute kidney injury", "kidney"),
    Term("disease", "liver", "Liver"),
)
TITLE = "Acute kidney injury and the kidney"


def test_a_narrower_value_proves_the_broader_one(library: Library) -> None:
    with library.transaction() as transaction:
        transaction.terms.put_vocabulary(TERMS)
        upserts = transaction.records.upsert(
            [(n, Record(pmid=990000000 + n, title=TITLE)) for n in (1, 2)], source="pubmed"
        )
        narrow = Annotation("disease", "acute_kidney_injury", "Acute kidney injury", "title", 0, 19, "test")
        broad = Annotation("disease", "kidney", "kidney", "title", 28, 34, "test")
        transaction.terms.replace_annotations(
            [
                (upserts[0].record_id, upserts[0].record, [narrow]),
                (upserts[1].record_id, upserts[1].record, [narrow, broad]),
            ],
            vocabulary="1",
        )
        transaction.terms.decide(upserts[0].record_id, "disease", "liver", verdict="confirm", note="")
    with library.reading() as connection:
        first, second = get_proofs(connection, [1, 2], ["disease"]).values()
    assert first == {
        ("disease", "acute_kidney_injury"): ("Acute kidney injury", "title"),
        ("disease", "kidney"): ("Acute kidney injury", "title"),
        ("disease", "liver"): ("", BY_A_PERSON),
    }
    assert second["disease", "kidney"] == ("kidney", "title")
