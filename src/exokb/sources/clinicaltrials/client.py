"""`ClinicalTrials`: trials from ClinicalTrials.gov's API v2 (https://clinicaltrials.gov/data-api/api)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urljoin

from exokb.domain.identifiers import TrialId
from exokb.domain.payload import Payload
from exokb.errors import PayloadError, SourceRejected, SourceUnavailable
from exokb.settings import Settings
from exokb.sources.clinicaltrials.parse import parse_broken_page, parse_studies
from exokb.sources.interface import DataVersion, ParsedTrials, TrialQuery, TrialQueryAnswer
from exokb.sources.json_reply import parse_object, take_text
from exokb.transport import BrokenReply, Call, PoliteClient, Reply

SOURCE = "clinicaltrials"

PER_SECOND = 50 / 60
"""The API documents no limit and sends no headers about one. Its users report about 50 requests a minute, beyond which
it answers 429; its robots.txt asks for a second between requests."""

PAGE_SIZE = 1_000
"""The most studies it gives a page; a larger number is taken as this."""

WITHOUT_RESULTS = "ProtocolSection|DerivedSection|HasResults"
"""All of a study but its results, which are most of a study that has any (four fifths of NCT02513394): what the sponsor
registered, what the registry derived from it (MeSH headings, the day of the data), and whether there are results."""

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


class ClinicalTrials:
    """ClinicalTrials.gov. May be shared by threads."""

    name = SOURCE
    trials_batch_size = 100
    """The API names no limit but that of a URL; a hundred numbers are 1.4 kB."""

    def __init__(self, transport: PoliteClient, settings: Settings) -> None:
        self._transport = transport
        self._base = settings.trials_url

    def fetch_trials(self, numbers: Sequence[TrialId]) -> Iterator[Payload]:
        """Fetch trials; see `TrialSource.fetch_trials`.

        The studies that came are counted against the total that the registry announced.

        Raises:
            ValueError: too many numbers for one request.
            SourceUnavailable: every attempt failed; ``partial`` is the last broken page.
            SourceRejected: the registry will not answer this request.
        """
        if len(numbers) > self.trials_batch_size:
            raise ValueError(f"one request takes {self.trials_batch_size} numbers, not {len(numbers)}")
        if not numbers:
            return
        key = str(numbers[0]) + (f" and {len(numbers) - 1} more" if len(numbers) > 1 else "")
        params = {"filter.ids": ",".join(numbers), "fields": WITHOUT_RESULTS, "pageSize": str(self.trials_batch_size)}
        for _, payload in self._pages(key, params, whole=True):
            yield payload

    def fetch_trial(self, number: TrialId) -> Payload | None:
        """Fetch one trial; see `TrialSource.fetch_trial`. The registry redirects from former numbers.

        Raises:
            SourceUnavailable: every attempt failed.
            SourceRejected: the registry will not answer this request.
        """
        url = urljoin(self._base, f"studies/{number}")
        call = Call(SOURCE, number, url, PER_SECOND, params={"fields": WITHOUT_RESULTS}, accept=frozenset({404}))

        def read(reply: Reply) -> Payload | None:
            if reply.status == 404:
                # "NCT number NCT… not found", as plain text; a 404 that does not name the number is of something else
                if number.encode() not in reply.body.upper():
                    raise self._transport.reject(call, reply)
                return None
            parse_studies(reply.body)
            return _payload(call, reply)

        return self._transport.request(call, read)

    def parse_trials(self, body: bytes) -> ParsedTrials:
        """Read a reply.

        Raises:
            PayloadError: it holds no studies.
        """
        return parse_studies(body)

    def parse_broken(self, body: bytes) -> ParsedTrials:
        """Read the studies before the place where a reply broke off."""
        return parse_broken_page(body)

    def find_trials(self, query: TrialQuery, *, limit: int | None = None) -> TrialQueryAnswer:
        """Find the numbers of a query's trials; see `TrialSource.find_trials`.

        Raises:
            SourceUnavailable: not even the first page could be had.
            SourceRejected: the registry does not understand the query.
        """
        asked = {"query.term": query.term, "query.cond": query.condition, "query.intr": query.intervention}
        params = {name: text for name, text in asked.items() if text} | {"fields": "NCTId"}
        params["pageSize"] = str(min(limit or PAGE_SIZE, PAGE_SIZE))
        if limit is not None:
            params["sort"] = "@relevance"
        numbers: dict[TrialId, None] = {}
        announced = came = unreadable = 0
        broken_off: SourceUnavailable | None = None
        try:
            for page, _ in self._pages(str(query), params):
                announced = page.total if page.total is not None else announced
                came += len(page.trials)
                unreadable += len(page.failures)
                numbers |= dict.fromkeys(TrialId(trial.trial_id) for trial in page.trials)
                if limit is not None and len(numbers) >= limit:
                    break
        except SourceUnavailable as error:
            if not numbers:
                raise
            broken_off = error
        warnings = []
        if unreadable:
            warnings.append(f"the numbers of {unreadable} trials could not be read")
        if came > len(numbers):
            warnings.append(f"{came - len(numbers)} trials came twice")
        if broken_off is None and limit is None and len(numbers) != announced:
            warnings.append(
                f"announced {announced:,} trials and listed {len(numbers):,}: the result changed between pages"
            )
        kept = tuple(numbers)[:limit]
        return TrialQueryAnswer(announced, kept, tuple(f"{SOURCE}: {text}" for text in warnings), broken_off)

    def fetch_version(self) -> DataVersion | None:
        """Ask which data the registry shows; None where it has no such page, or the page does not say.

        Raises:
            SourceUnavailable: every attempt failed.
        """
        call = Call(SOURCE, "the version of its data", urljoin(self._base, "version"), PER_SECOND)
        try:
            said = self._transport.request(
                call, lambda reply: take_text(parse_object(reply.body, SOURCE), "dataTimestamp")
            )
        except SourceRejected:
            return None
        return DataVersion(said) if _TIMESTAMP.match(said) else None

    def _pages(
        self, key: str, params: Mapping[str, str], *, whole: bool = False
    ) -> Iterator[tuple[ParsedTrials, Payload]]:
        """Give the pages of a result; a page that can be no part of it is asked for again.

        ``whole``: the studies must be as many as were announced, or the last page is broken.
        """
        token, total, came = "", 0, 0
        seen: set[str] = set()
        while True:
            given = {**params, "countTotal": "true"} if not token else {**params, "pageToken": token}
            call = Call(SOURCE, key, urljoin(self._base, "studies"), PER_SECOND, params=given)

            def read(
                reply: Reply, call: Call = call, first: bool = not token, total: int = total, came: int = came
            ) -> tuple[ParsedTrials, Payload]:
                page = parse_studies(reply.body)
                if first:
                    if page.total is None:
                        raise PayloadError("page/totalCount", "is missing")
                    total = page.total
                came += len(page.trials) + len(page.failures)
                if whole and not page.next_page_token and came != total:
                    raise BrokenReply(f"{total} studies were announced, and {came} came")
                return page, _payload(call, reply)

            page, payload = self._transport.request(call, read)
            total = page.total if not token and page.total is not None else total
            came += len(page.trials) + len(page.failures)
            yield page, payload
            token = page.next_page_token
            if not token:
                return
            if token in seen:
                raise SourceUnavailable(SOURCE, key, "its pages lead back to one that was there before")
            seen.add(token)


def _payload(call: Call, reply: Reply) -> Payload:
    return Payload(SOURCE, call.key, "application/json", reply.body, reply.observed_at)
