"""A library of invented trials and papers that are linked in every way there is. None of them exists.

- `KIDNEY` was seen in three states; it has a former number and one in another registry; its result is published.
- `EYE` is completed; a review names it, and it lists a paper that is older than itself.
- `LUNG` is a biomarker study whose status became unknown; it lists a paper that is not here.
- `HEART` was registered late, and its title is a formula for a spreadsheet.
- `BARE` is a line of a spreadsheet: a number, a title and a status.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from exokb.app import App
from exokb.domain.payload import Payload
from exokb.domain.record import AbstractSection, Author, Dates, Journal, Record
from exokb.domain.trial import Intervention, SecondaryId, Trial, TrialReference
from exokb.services.ingest import Ingest
from exokb.services.trials.storing import store_trials

KIDNEY, EYE, LUNG, HEART, BARE = (f"NCT9900000{n}" for n in range(1, 6))
FORMER, ELSEWHERE = "NCT99000009", "2019-009999-99"
REPORT, REVIEW, OLDER, PROTOCOL, UNREGISTERED, AWAY = (990000101 + n for n in range(6))


def entry(number: str, title: str, updated: str, status: str, **fields: Any) -> Trial:
    return Trial(trial_id=number, whole=True, title=title, updated=updated, status=status, **fields)


def kidney(updated: str, status: str, *, number: str = KIDNEY, **fields: Any) -> Trial:
    common: dict[str, Any] = {
        "official_title": "Adipose mesenchymal stem cell exosomes in acute kidney injury",
        "study_type": "INTERVENTIONAL", "phases": ("PHASE1", "PHASE2"), "conditions": ("Acute Kidney Injury",),
        "interventions": (
            Intervention(name="MSC exosomes", type="BIOLOGICAL", description="adipose mesenchymal stem cell exosomes"),
        ),
        "first_posted": "2018-03-01", "start_date": "2019-05", "sponsor": "Nowhere Hospital",
        "countries": ("Iran, Islamic Republic of",), "aliases": (FORMER,), "summary": "Exosomes are given.",
        "secondary_ids": (SecondaryId(value=ELSEWHERE),),
    }  # fmt: skip
    return entry(number, "Exosomes for injured kidneys", updated, status, **(common | fields))


KIDNEY_STATES = (
    kidney("2018-03-01", "NOT_YET_RECRUITING", enrollment=40, enrollment_type="ESTIMATED"),
    kidney("2019-06-01", "RECRUITING", enrollment=30, enrollment_type="ESTIMATED"),
    kidney(
        "2022-02-01", "COMPLETED", enrollment=28, enrollment_type="ACTUAL", completion_date="2021-12-10",
        completion_date_type="ACTUAL", references=(TrialReference(pmid=REPORT, type="RESULT"),),
    ),
)  # fmt: skip
OTHERS = (
    entry(
        EYE, "Mesenchymal stem cell vesicles as eye drops", "2021-05-01", "COMPLETED", first_posted="2019-01-10",
        study_type="INTERVENTIONAL", phases=("PHASE2",), conditions=("Dry Eye",), start_date="2019-02-01",
        interventions=(Intervention(name="umbilical cord mesenchymal stem cell exosome drops", type="DRUG"),),
        completion_date="2021-03", countries=("China", "Korea, Republic of"), summary="Drops of exosomes.",
        references=(TrialReference(pmid=OLDER, type="RESULT"), TrialReference(pmid=REVIEW, type="BACKGROUND")),
    ),
    entry(
        LUNG, "Serum exosomes for the diagnosis of lung cancer", "2018-06-01", "UNKNOWN",
        last_known_status="RECRUITING", status_verified="2018-06", completion_date="2019-12-31",
        first_posted="2017-01-01", countries=("China",),
        study_type="OBSERVATIONAL", conditions=("Lung Cancer",), summary="Exosomes are counted.",
        references=(TrialReference(pmid=AWAY, type="DERIVED"),),
    ),
    entry(
        HEART, '=HYPERLINK("x")', "2024-06-01", "RECRUITING", first_posted="2024-05-05", phases=("PHASE3",),
        conditions=("Heart Failure",), enrollment=900, summary="A summary.",
    ),
    Trial(trial_id=BARE, title="A line of a spreadsheet", status="WITHDRAWN"),
)  # fmt: skip


def _paper(pmid: int, title: str, day: str, text: str = "", kind: str = "Journal Article") -> Record:
    return Record(
        pmid=pmid,
        title=title,
        authors=(Author(last="Yin", initials="K"),),
        journal=Journal(iso="J Invent Vesicles"),
        abstract=(AbstractSection(text=text),) if text else (),
        publication_types=(kind,),
        dates=Dates(sort=day),
    )


PAPERS = (
    _paper(REPORT, "Exosomes in patients with acute kidney injury: a phase 1 trial", "2022-06-01",
           f"Patients received exosomes. Registered as {KIDNEY}.", "Clinical Trial"),
    _paper(REVIEW, "Vesicles of stem cells: a review", "2020-02-02",
           f"We review the trials {EYE} and EudraCT 2019\u2011009999\u201199.", "Review"),
    _paper(OLDER, "Exosomes of stem cells in rats with dry eyes", "2015-03-03"),
    _paper(PROTOCOL, "Exosomes for injured kidneys: study protocol of a randomised trial", "2019-07-07",
           "This is the protocol of NCT 99000001.", "Clinical Trial Protocol"),
    _paper(UNREGISTERED, "Exosomes in patients with scars: a clinical trial", "2021-01-01",
           "Patients received exosomes of mesenchymal stem cells.", "Clinical Trial"),
)  # fmt: skip


def fill(app: App) -> App:
    """Store it all, the states of the kidney trial newest first."""
    payload = Payload("pubmed", "papers", "application/xml", repr(PAPERS).encode(), app.clock())
    Ingest(app).store(payload, list(enumerate(PAPERS, 1)))
    for at, trial in enumerate(reversed(KIDNEY_STATES)):
        day = datetime(2023, 1, 1 + at, tzinfo=UTC)
        store_trials(app, Payload("clinicaltrials", f"state {at}", "application/json", b"%d" % at, day), [trial],
                     seen=day.date().isoformat() if at == 0 else None)  # fmt: skip
    payload = Payload("file", "others", "application/json", b"others", app.clock())
    store_trials(app, payload, OTHERS)
    return app
