"""One trial as plain values, and the stable columns of a flat table of trials.

A column keeps its name and meaning; new ones are added at the end. The documentation of the columns is made from
`TRIAL_COLUMNS`, `HISTORY_COLUMNS` and `PAPER_COLUMNS`. Values are the registry's own: statuses and phases as it
enumerates them (https://clinicaltrials.gov/data-api/api), dates ISO 8601 and as precise as it gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote

from exokb.formats.columns import Value

REPORT_TYPES = ("RESULT", "DERIVED")
"""Types of reference by which the registry lists a paper as a report on the trial."""


@dataclass(frozen=True, slots=True)
class TrialLink:
    """One thing that links a paper to a trial: see `exokb.store.trial_reading.StoredLink`."""

    via: Literal["named", "listed"]
    number: str = ""
    field: str = ""
    words: str = ""
    type: str = ""

    @property
    def text(self) -> str:
        """The proof on one line: ``names it: “NCT03384433” (abstract)``, ``listed by the registry: RESULT``."""
        if self.via == "listed":
            return f"listed by the registry: {self.type or 'type not told'}"
        where = f" ({self.field})" if self.field else ""
        as_number = f" = {self.number}" if self.words and self.words != self.number else ""
        return f"names it: “{self.words or self.number}”{as_number}{where}"


@dataclass(frozen=True, slots=True)
class TrialPaper:
    """A paper that is linked to a trial.

    Attributes:
        published: the day (ISO) of its first publication, as far as is known.
        here: the library holds it; of other papers only the PMID is known.
        reports: it counts as a publication of the trial; ``why`` says why, or why not.
        links: what links them, each with its proof.
    """

    pmid: int | None
    doi: str | None = None
    title: str = ""
    first_author: str | None = None
    journal: str | None = None
    year: int | None = None
    published: str | None = None
    notices: tuple[str, ...] = ()
    here: bool = True
    reports: bool = False
    why: str = ""
    links: tuple[TrialLink, ...] = ()

    @property
    def identifier(self) -> str:
        """Its PMID, else its DOI; empty if it has neither."""
        return str(self.pmid) if self.pmid else self.doi or ""


@dataclass(frozen=True, slots=True)
class TrialState:
    """One state of a trial, for its history.

    Attributes:
        held_from: the day from which it held, as far as is known.
        registry_date: the registry's own date of its last update.
        shown: a day on which the registry is known to have shown it.
        observed, last_observed: when the library first and last took it in.
        inferred: nobody saw it so: a later state, of status UNKNOWN, tells what the status was before.
        values: the tracked fields that it gives, by name.
        changes: (field, before, after) of what differs from what was known before.
        described: names of other fields that differ.
    """

    trial_id: str
    held_from: str
    registry_date: str | None
    shown: str | None
    observed: str
    last_observed: str
    source: str
    values: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[tuple[str, Any, Any], ...] = ()
    described: tuple[str, ...] = ()
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class TrialEntry:
    """One trial with what the library knows of it.

    Attributes:
        row: its row in the library.
        trial: the fields of `exokb.domain.trial.Trial`, as JSON has them, without those that are empty.
        kind: what vesicles have to do with it; None where that was not looked at.
        terms: facet -> values, broader ones included.
        numbers: its other numbers, (number, ``former`` or ``secondary``) each.
        papers: the papers linked to it, newest first; what it lists as background is not among them.
        shown: the last day on which the registry is known to have shown this state.
        observed: the last day on which the library took this state in.
        as_of: the day whose state this is; None for what is known now.
        state_known: whether the state of that day is known.
    """

    row: int
    trial_id: str
    trial: Mapping[str, Any]
    kind: str | None = None
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: tuple[tuple[str, str], ...] = ()
    papers: tuple[TrialPaper, ...] = ()
    shown: str | None = None
    observed: str | None = None
    as_of: str | None = None
    state_known: bool = True

    @property
    def url(self) -> str | None:
        """Where the registry shows it."""
        if self.trial_id.startswith("NCT"):
            return f"https://clinicaltrials.gov/study/{quote(self.trial_id)}"
        return None

    @property
    def interventions(self) -> tuple[str, ...]:
        """What is given or done, each with its type before it: ``BIOLOGICAL: exosomes``."""
        given = self.trial.get("interventions", ())
        return tuple(": ".join(filter(None, (item.get("type"), item.get("name")))) for item in given)

    @property
    def reports(self) -> tuple[TrialPaper, ...]:
        """The papers that count as publications of the trial."""
        return tuple(paper for paper in self.papers if paper.reports)


Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class TrialColumn(Generic[Item]):
    """A column: its name in the header, what it holds, in one line, and how it is read."""

    name: str
    kind: Literal["text", "number", "date", "list"]
    description: str
    get: Callable[[Item], Value]


def _text(name: str, description: str, kind: Literal["text", "date", "number"] = "text") -> TrialColumn[TrialEntry]:
    return TrialColumn(name, kind, description, lambda entry: entry.trial.get(name))


def _list(name: str, description: str) -> TrialColumn[TrialEntry]:
    return TrialColumn(name, "list", description, lambda entry: tuple(entry.trial.get(name, ())))


def _facet(name: str, description: str) -> TrialColumn[TrialEntry]:
    return TrialColumn(name, "list", description, lambda entry: tuple(entry.terms.get(name, ())))


def _identifiers(papers: Iterable[TrialPaper]) -> tuple[str, ...]:
    return tuple(paper.identifier or paper.title for paper in papers)


TRIAL_COLUMNS: tuple[TrialColumn[TrialEntry], ...] = (
    TrialColumn("trial_id", "text", "the trial's number in its registry (NCT03384433)", lambda e: e.trial_id),
    TrialColumn("title", "text", "brief title", lambda e: e.trial.get("title")),
    _text("acronym", "acronym"),
    _text("status", "overall status, as the registry enumerates it (RECRUITING)"),
    _text("last_known_status", "status before the registry set it to UNKNOWN, for want of news from the sponsor"),
    _text("why_stopped", "why it was suspended, terminated or withdrawn, in the sponsor's words"),
    _list("phases", "phases, as enumerated; a trial of phase 1/2 has PHASE1 and PHASE2"),
    TrialColumn("kind", "text", "what vesicles have to do with it; empty: nothing, or not looked at", lambda e: e.kind),
    _facet("disease", "disease areas (vocabulary ids)"),
    _facet("source", "tissue of the parent cells (vocabulary ids)"),
    _text("study_type", "INTERVENTIONAL, OBSERVATIONAL or EXPANDED_ACCESS"),
    _text("purpose", "primary purpose, as enumerated (TREATMENT)"),
    _list("conditions", "conditions, in the sponsor's words"),
    TrialColumn(
        "interventions", "list", "interventions with their type (BIOLOGICAL: exosomes)", lambda e: e.interventions
    ),
    _text("enrollment", "number of people", "number"),
    _text("enrollment_type", "whether that number is ACTUAL or ESTIMATED"),
    _text("start_date", "start", "date"),
    _text("start_date_type", "whether the start is ACTUAL or ESTIMATED"),
    _text("primary_completion_date", "when the last datum of the primary outcome was or will be collected", "date"),
    _text("primary_completion_date_type", "whether that date is ACTUAL or ESTIMATED"),
    _text("completion_date", "completion", "date"),
    _text("completion_date_type", "whether the completion is ACTUAL or ESTIMATED"),
    _text("first_posted", "when the registry first showed the trial", "date"),
    _text("results_posted", "when the registry first showed results; empty if it has none", "date"),
    _text("sponsor", "lead sponsor"),
    _list("collaborators", "collaborators"),
    _list("countries", "countries with a site, as the registry spells them"),
    TrialColumn(
        "other_numbers", "list", "its former numbers and those in other registries",
        lambda e: tuple(number for number, _ in e.numbers),
    ),
    TrialColumn(
        "publications", "list", "PMID (or DOI) of the papers that count as publications of the trial",
        lambda e: _identifiers(e.reports),
    ),
    TrialColumn(
        "papers", "list", "PMID (or DOI) of all papers linked to it, such as reviews that name it",
        lambda e: _identifiers(e.papers),
    ),
    TrialColumn(
        "registry_date", "date", "the registry's own date of the last update of this state",
        lambda e: e.trial.get("updated"),
    ),
    TrialColumn(
        "shown", "date", "the last day on which the registry is known to have shown this state; empty if nothing tells",
        lambda e: e.shown,
    ),
    TrialColumn("observed", "date", "the last day on which the library took this state in", lambda e: e.observed),
    TrialColumn("as_of", "date", "the day whose state is asked for; empty for what is known now", lambda e: e.as_of),
    TrialColumn(
        "state_known", "text", "yes; no where the trial was registered at that day and its state then is not known",
        lambda e: "yes" if e.state_known else "no",
    ),
    TrialColumn("url", "text", "address of the trial at its registry", lambda e: e.url),
)  # fmt: skip
"""The columns of CSV, TSV and the first sheet of a workbook, in order."""

PRINTED = (
    "trial_id", "title", "status", "phases", "conditions", "interventions", "enrollment", "start_date",
    "completion_date", "sponsor", "countries", "publications", "registry_date", "observed",
)  # fmt: skip
"""The columns of Markdown: what reviews print."""


def show_value(value: Any) -> Value:
    """A tracked value as a cell."""
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else value


def _state(name: str, description: str, kind: Literal["text", "date", "number", "list"] = "text") -> (
    TrialColumn[TrialState]
):  # fmt: skip
    return TrialColumn(name, kind, description, lambda state: show_value(state.values.get(name)))


def _change_text(change: tuple[str, Any, Any]) -> str:
    return f"{change[0]}: {plain_value(change[1])} -> {plain_value(change[2])}"


def plain_value(value: Any) -> str:
    """A tracked value as words on one line; ``none`` where there is none."""
    shown = show_value(value)
    return "none" if shown in (None, "", ()) else "/".join(shown) if isinstance(shown, tuple) else str(shown)


HISTORY_COLUMNS: tuple[TrialColumn[TrialState], ...] = (
    TrialColumn("trial_id", "text", "the trial", lambda s: s.trial_id),
    TrialColumn("held_from", "date", "the day from which this state held, as far as is known", lambda s: s.held_from),
    TrialColumn("registry_date", "date", "the registry's own date of its update", lambda s: s.registry_date),
    TrialColumn("shown", "date", "a day on which the registry is known to have shown it", lambda s: s.shown),
    TrialColumn("observed", "date", "when the library first took it in", lambda s: s.observed),
    TrialColumn("last_observed", "date", "when it last took it in", lambda s: s.last_observed),
    TrialColumn("source", "text", "where it came from: clinicaltrials, file, bundled", lambda s: s.source),
    _state("status", "overall status"),
    _state("last_known_status", "status before it was set to UNKNOWN"),
    _state("why_stopped", "why it was stopped"),
    _state("phases", "phases", "list"),
    _state("enrollment", "number of people", "number"),
    _state("enrollment_type", "ACTUAL or ESTIMATED"),
    _state("start_date", "start", "date"),
    _state("start_date_type", "ACTUAL or ESTIMATED"),
    _state("primary_completion_date", "primary completion", "date"),
    _state("primary_completion_date_type", "ACTUAL or ESTIMATED"),
    _state("completion_date", "completion", "date"),
    _state("completion_date_type", "ACTUAL or ESTIMATED"),
    _state("results_posted", "when results were first posted", "date"),
    TrialColumn(
        "changes", "list", "what differs from what was known before: status: RECRUITING -> COMPLETED",
        lambda s: tuple(map(_change_text, s.changes)),
    ),
    TrialColumn("also_changed", "list", "other fields that differ, by name", lambda s: s.described),
    TrialColumn(
        "inferred", "text", "yes where it was not seen so, but told by a later state as its last known status; else no",
        lambda s: "yes" if s.inferred else "no",
    ),
)  # fmt: skip
"""The columns of the sheet ``history`` and of ``exokb trials history``: one row a state."""

LinkedPaper = tuple[str, TrialPaper]
"""A trial's number, and a paper linked to it."""

PAPER_COLUMNS: tuple[TrialColumn[LinkedPaper], ...] = (
    TrialColumn("trial_id", "text", "the trial", lambda p: p[0]),
    TrialColumn("pmid", "number", "PubMed identifier of the paper", lambda p: p[1].pmid),
    TrialColumn("doi", "text", "its DOI", lambda p: p[1].doi),
    TrialColumn("title", "text", "its title; empty where the library does not hold it", lambda p: p[1].title),
    TrialColumn("first_author", "text", "its first author", lambda p: p[1].first_author),
    TrialColumn("journal", "text", "its journal", lambda p: p[1].journal),
    TrialColumn("year", "number", "its year", lambda p: p[1].year),
    TrialColumn("notices", "list", "what a reader must know: retracted, ...", lambda p: p[1].notices),
    TrialColumn("in_library", "text", "yes or no", lambda p: "yes" if p[1].here else "no"),
    TrialColumn(
        "publication", "text", "whether it counts as a publication of the trial: yes or no",
        lambda p: "yes" if p[1].reports else "no",
    ),
    TrialColumn("why", "text", "why it counts, or why not", lambda p: p[1].why),
    TrialColumn("proof", "list", "what links them, with the words", lambda p: tuple(link.text for link in p[1].links)),
)  # fmt: skip
"""The columns of the sheet ``papers``: one row a trial and a paper."""
