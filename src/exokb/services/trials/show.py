"""One trial with everything the library knows of it."""

from __future__ import annotations

from dataclasses import dataclass

from exokb.app import App
from exokb.formats.trial_columns import TrialEntry, TrialState
from exokb.services.trials.history import get_states
from exokb.services.trials.papers import get_background
from exokb.services.trials.select import find_trial, load_entries
from exokb.store.reading import StoredAnnotation
from exokb.store.trial_reading import StoredLink, get_trial_annotations, get_trial_links


@dataclass(frozen=True)
class TrialView:
    """A trial with its evidence, papers and history.

    Attributes:
        entry: its fields, numbers, terms and linked papers.
        annotations: what the matchers say of it, with the words.
        background: papers that it lists as background, or without saying as what.
        states: every state that was seen, oldest first.
    """

    entry: TrialEntry
    annotations: list[StoredAnnotation]
    background: list[StoredLink]
    states: list[TrialState]


def show_trials(app: App, text: str) -> list[TrialView]:
    """Gather what is known of the trial that goes by a number; of several, where they share one.

    Raises:
        NotInLibrary: no trial here goes by it, or there is no library.
    """
    with app.library.reading() as connection:
        rows = find_trial(connection, text)
        entries = load_entries(connection, rows)
        states = get_states(connection, entries)
        links = get_trial_links(connection, rows)
        return [
            TrialView(
                entry,
                get_trial_annotations(connection, entry.row),
                get_background(links.get(entry.row, [])),
                states[entry.row],
            )
            for entry in entries
        ]
