"""Every error a caller can meet; each message says what happened and what to do next.

PalateError
├── InputError                 what was said cannot be read
│   ├── EmptyText
│   ├── TextTooLong
│   ├── SharedUser             several people go by this name, so nothing of it is one person's own
│   └── UnknownValue           an attribute or value that the catalogue does not have
├── NotFound
│   ├── UnknownUser
│   ├── UnknownConversation
│   ├── UnknownItem
│   ├── UnknownPreference      a preference that is not kept, or no longer
│   ├── UnknownExperiment
│   ├── UnknownElement         a part of a dialogue state that is not there, or no longer
│   ├── UnknownSlate           a slate that was not shown to this person
│   ├── UnknownKey             a key to the service that was never made
│   └── UnknownCatalogue
├── CatalogueError             a catalogue cannot be read
│   └── MappingError           the columns of a file cannot be told, or the mapping names what is not there
├── DialogueError              a set of dialogues cannot be read, or is not the one that a protocol is about
├── RulesError                 the business rules cannot be read, or name what the catalogue does not have
├── TrainingError              there is too little to learn from, or a trained model cannot be read
├── MissingPackage             a package of an extra is not installed
├── ExperimentError            an experiment makes no sense, or its counts cannot be
├── BenchmarkError             a system could not be measured, or nothing has this name
├── SimulationError            nobody can be simulated, or the results cannot be kept
├── ConversationBusy           another turn of the conversation is being answered, or came first
├── AlreadyAnswered            a request of this id was answered before
├── StoreError                 the store cannot be read or written (full, read-only, damaged, not reached)
│   └── IndexAway              the vectors' server does not answer; searches go without them until it does
├── BackupError                a backup cannot be made, or what is to be restored is none, or not whole
├── ToolError                  a tool failed, took too long, or brought what nobody can use
├── IndexDamaged               the vectors cannot be read; they are rebuilt from the cache
├── ModelError
│   ├── WeightsError           weights cannot be had
│   │   └── WrongHash          weights are not the expected bytes
│   ├── ModelUnavailable       no server answers at the address
│   └── ModelTimeout           it answers too slowly
├── SignInError                signing in on the page did not succeed
│   ├── IssuerUnreached        whoever knows the people does not answer, or not as agreed
│   └── NotAllowed             this person may not use the page
└── PortBusy
"""

from __future__ import annotations


class PalateError(Exception):
    """The root; `str(error)` is fit to be shown to a person."""


class InputError(PalateError):
    """What was said cannot be read."""


class EmptyText(InputError):
    """Nothing was said."""


class TextTooLong(InputError):
    """More was said than a turn can hold."""


class SharedUser(InputError):
    """Several people go by this user's name: the guest, a sample viewer."""


class UnknownValue(InputError):
    """An attribute or value that the catalogue does not have."""


class NotFound(PalateError):
    """An id that is not in the store."""


class UnknownUser(NotFound):
    """No user has this id."""


class UnknownConversation(NotFound):
    """No conversation has this id."""


class UnknownItem(NotFound):
    """No item of the catalogue has this id."""


class UnknownPreference(NotFound):
    """No preference of this person has this id."""


class UnknownExperiment(NotFound):
    """No experiment has this name."""


class UnknownElement(NotFound):
    """The dialogue state has no element of this key."""


class UnknownSlate(NotFound):
    """No slate of this person has this id."""


class UnknownKey(NotFound):
    """No key to the service has this id."""


class UnknownCatalogue(NotFound):
    """No catalogue has this name."""


class CatalogueError(PalateError):
    """A catalogue cannot be read."""


class MappingError(CatalogueError):
    """The columns of a file cannot be told, or the mapping names what is not there."""


class DialogueError(PalateError):
    """A set of dialogues cannot be read, or is not the one that a protocol is about."""


class RulesError(PalateError):
    """The business rules cannot be read, or name what the catalogue does not have."""


class TrainingError(PalateError):
    """There is too little to learn from, or a trained model cannot be read."""


class MissingPackage(PalateError):
    """A package of an extra is not installed."""


class ExperimentError(PalateError):
    """An experiment makes no sense as it is defined, or its counts cannot be."""


class BenchmarkError(PalateError):
    """A system could not be measured, or there is none of this name."""


class SimulationError(PalateError):
    """Nobody can be simulated as asked, or what came of it cannot be kept."""


class StoreError(PalateError):
    """The store cannot be read or written: full, read-only, damaged or not reached."""


class BackupError(PalateError):
    """A backup cannot be made, or what is to be restored is no backup of palate's, or not whole."""


class ConversationBusy(PalateError):
    """Another turn of the conversation is being answered, or came first."""


class AlreadyAnswered(PalateError):
    """A request of this id was answered before; `turn` is what was kept of it."""

    def __init__(self, message: str, turn: object) -> None:
        super().__init__(message)
        self.turn = turn


class ToolError(PalateError):
    """A tool failed, took too long, or brought what nobody can use."""


class IndexAway(StoreError):
    """The vectors' server does not answer."""


class IndexDamaged(PalateError):
    """The vectors cannot be read."""


class ModelError(PalateError):
    """The language model gave no usable answer."""


class WeightsError(ModelError):
    """The weights cannot be had."""


class WrongHash(WeightsError):
    """The weights are not the expected bytes; they were set aside."""


class ModelUnavailable(ModelError):
    """No model answers at the address."""


class ModelTimeout(ModelError):
    """The model answers too slowly."""


class SignInError(PalateError):
    """Signing in on the page did not succeed."""


class IssuerUnreached(SignInError):
    """Whoever knows the people does not answer, or not as agreed."""


class NotAllowed(SignInError):
    """Whoever signed in may not use the page."""


class PortBusy(PalateError):
    """Another program listens on the port."""
