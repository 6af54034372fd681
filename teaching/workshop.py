"""What the staff console needs for teaching, in one place."""
from __future__ import annotations

from dataclasses import dataclass

from conversations.labels import Labels
from conversations.unanswered import Outcomes, Unanswered
from store.database import Database
from teaching.launch import Launch
from teaching.switches import Switches
from teaching.trainings import Trainings


@dataclass(frozen=True)
class Workshop:
    """The queue, the labels, the trainings and the switches of a database. `base` names the files of this installation."""

    queue: Unanswered
    labels: Labels
    trainings: Trainings
    switches: Switches
    launch: Launch
    base: str

    @classmethod
    def of(cls, database: Database, base: str, launch: Launch, outcomes: Outcomes) -> Workshop:
        return cls(Unanswered(database, outcomes), Labels(database), Trainings(database), Switches(database, base), launch, base)

    def train(self, author: str) -> int:
        """Begin a training of all that was taught so far; return its number. Raises `TrainingRefused`."""
        training = self.trainings.begin(author, self.base, self.labels.count())
        self.launch(training)
        return training
