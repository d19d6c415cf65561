"""Everything palate keeps, behind one door."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import false
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from palate.domain import GUEST, Alias, Interaction, Item, Schema, Triple, User
from palate.errors import ConversationBusy, UnknownConversation
from palate.passage import Passage
from palate.settings import Settings
from palate.store import catalogues
from palate.store.additions import (
    Additions,
    count_answers,
    read_aliases,
    read_answers,
    read_histories,
    read_triples,
)
from palate.store.before import Before, before, history, pressed
from palate.store.catalogues import Part
from palate.store.conversations import TWICE, answering, append, ending_with, summaries
from palate.store.database import Database, open_database
from palate.store.days import StoredDays
from palate.store.dialects import inserting
from palate.store.experiments import StoredExperiments
from palate.store.faults import in_plain_words
from palate.store.items import Difference, digests, read_items
from palate.store.keys import StoredKeys
from palate.store.leases import Leases
from palate.store.memory import StoredMemory
from palate.store.outbox import Outbox
from palate.store.people import StoredPeople
from palate.store.records import (
    CatalogueInfo,
    Changes,
    ConversationInfo,
    ConversationSummary,
    Feedback,
    LoadCounts,
    StoredSlate,
    StoredTurn,
)
from palate.store.rows import interaction_row, known_conversation, known_user, user_of
from palate.store.slates import StoredSlates
from palate.store.tables import ConversationRow, InteractionRow, TurnRow, UserRow


class Store:
    """Catalogues, people and conversations in one SQLite file, or in one schema of a PostgreSQL database.

    Any number of threads and processes may use it at once; whoever finds it being written waits. Every method raises
    StoreError when the database cannot be reached or is full, read-only, damaged or kept busy, and then has changed
    nothing.
    """

    def __init__(self, database: Database, path: Path) -> None:
        self.path = path
        """The SQLite file; with PostgreSQL nothing is there."""
        self.database = database
        self.memory = StoredMemory(self._reading, self._writing)
        """Preferences, edited states, messages handed on."""
        self.keys = StoredKeys(self._reading, self._writing)
        """Keys to the service."""
        self.slates = StoredSlates(self._reading, self._writing)
        """What was shown, and what became of it."""
        self.leases = Leases(self._reading, self._writing)
        """Whose turn it is in a conversation."""
        self.outbox = Outbox(self._reading, self._writing)
        """Hand-overs on their way, and what people answered."""
        self.people = StoredPeople(self._reading, self._writing, database.engine)
        """All there is of one person, and deleting it."""
        self.experiments = StoredExperiments(self._reading, self._writing)
        """What is compared on people, and what came of it."""
        self.days = StoredDays(self._reading)
        """What was served, for whoever looks after a service."""

    @classmethod
    def open(cls, settings: Settings) -> Store:
        """Open the store of `settings.data_dir`, making the folder and bringing the tables up to date where needed.

        Raises StoreError.
        """
        with in_plain_words(settings.data_dir):
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        return cls(open_database(settings), settings.store_path)

    def close(self) -> None:
        """Close every connection; further calls open new ones."""
        self.leases.close()
        self.database.close()

    @property
    def folder(self) -> Path:
        """Where files beside the store lie."""
        return self.path.parent

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close, whatever happened."""
        self.close()

    # Catalogues

    def catalogues(self) -> list[CatalogueInfo]:
        """List them by name."""
        with self._reading() as session:
            return catalogues.infos(session)

    def catalogue(self, name: str) -> CatalogueInfo:
        """Tell what is known of one. Raises UnknownCatalogue."""
        with self._reading() as session:
            return catalogues.info(session, name)

    def fingerprint(self, name: str) -> str | None:
        """Tell which state of its file a catalogue is, None before the first."""
        with self._reading() as session:
            return next((found.fingerprint for found in catalogues.infos(session) if found.name == name), None)

    def version(self, name: str) -> int:
        """Tell the catalogue's version; one look-up by key, cheap enough for several a second.

        It rises with every import that changed something, not with what people press. Raises UnknownCatalogue.
        """
        with self._reading() as session:
            return catalogues.version(session, name)

    def changes(self, name: str, since: int) -> Changes:
        """Tell what became of a catalogue after version `since`, in one consistent view. Raises UnknownCatalogue."""
        with self._reading() as session:
            return catalogues.changes(session, name, since)

    def items(self, name: str) -> list[Item]:
        """Read every item, in the order of the ids; none of a catalogue that is not there."""
        return list(self.each_item(name))

    def each_item(self, name: str) -> Iterator[Item]:
        """Read the items one by one, for a catalogue that is too large to have twice in memory."""
        with self._reading() as session:
            yield from read_items(session.connection(), name)

    def replace_items(
        self, name: str, schema: Schema, items: Iterable[Item], fingerprint: str, folder: str = ""
    ) -> LoadCounts:
        """Make `items` the catalogue `name`, in one transaction; only what differs is written.

        People's history stays. The store is locked while it is written, not while `items` is read. Raises
        CatalogueError when two items have one id.
        """
        with self.importing(name), Difference(self.folder) as difference:
            with self._reading() as session:
                there = digests(session.connection(), name)
            difference.compare(items, there)
            size = len(there) + difference.counts.added - difference.counts.removed
            self.database.still_importing(name)
            with self._writing() as session:
                connection = session.connection()
                changed = difference.counts.touched > 0
                version = catalogues.put(connection, name, schema, fingerprint, folder, size=size, changed=changed)
                difference.apply(connection, name, version)
            return difference.counts

    def importing(self, name: str, waiting: Callable[[], None] | None = None) -> AbstractContextManager[None]:
        """Be the only one, of all processes, who imports into the catalogue `name`; may be nested.

        `waiting` is called once when another import is under way and must be waited for. A process that is killed
        holds nothing.
        """
        return self.database.importing(name, waiting)

    # What files add to a catalogue

    def histories(self, name: str) -> Iterator[Interaction]:
        """Read what everybody did with a catalogue's items, by person and item; invented people are left out."""
        with self._reading() as session:
            yield from read_histories(session.connection(), name)

    def triples(self, name: str) -> tuple[Triple, ...]:
        """Read the edges of the graphs that were imported for a catalogue."""
        with self._reading() as session:
            return tuple(read_triples(session.connection(), name))

    def aliases(self, name: str) -> tuple[Alias, ...]:
        """Read the other names that were imported for a catalogue."""
        with self._reading() as session:
            return tuple(read_aliases(session.connection(), name))

    def add_interactions(self, name: str, interactions: Iterable[Interaction], source: str) -> LoadCounts:
        """Make `interactions` what the file `source` says; people are added where nobody has the id.

        What other files say, and what was done here, stays. Raises UnknownCatalogue.
        """
        return self._add(name, source, lambda: Additions.of_interactions(interactions), Part.HISTORIES)

    def add_triples(self, name: str, triples: Iterable[Triple], source: str) -> LoadCounts:
        """Make `triples` what the file `source` says. Raises UnknownCatalogue."""
        return self._add(name, source, lambda: Additions.of_triples(triples), Part.TRIPLES)

    def add_aliases(self, name: str, aliases: Iterable[Alias], source: str) -> LoadCounts:
        """Make `aliases` what the file `source` says. Raises UnknownCatalogue."""
        return self._add(name, source, lambda: Additions.of_aliases(aliases), Part.ALIASES)

    def answers(self, name: str) -> tuple[Passage, ...]:
        """Read the passages that were imported to answer questions beside a catalogue."""
        with self._reading() as session:
            return tuple(read_answers(session.connection(), name))

    def answer_count(self, name: str) -> int:
        """Count them."""
        with self._reading() as session:
            return count_answers(session.connection(), name)

    def add_answers(self, name: str, passages: Iterable[Passage], source: str) -> LoadCounts:
        """Make `passages` what the file or folder `source` says. Raises UnknownCatalogue."""
        return self._add(name, source, lambda: Additions.of_answers(passages))

    def _add(self, name: str, source: str, read: Callable[[], Additions], part: Part | None = None) -> LoadCounts:
        self.version(name)
        with self.importing(name):
            additions = read()
            self.database.still_importing(name)
            with self._writing() as session:
                counts = additions.write(session.connection(), name, source)
                if counts.touched:
                    catalogues.raise_version(session.connection(), name, part)
            return counts

    # People

    def users(self, catalogue: str | None = None) -> list[User]:
        """List the guest, then the sample viewers, then the others by id; not those only known from files.

        With `catalogue`, only those samples who have a history there.
        """
        with self._reading() as session:
            found = session.exec(select(UserRow).where(col(UserRow.imported) == false())).all()
            at_home = None
            if catalogue is not None:
                samples = [row.id for row in found if row.sample]
                query = select(InteractionRow.user_id).where(
                    InteractionRow.catalogue == catalogue, col(InteractionRow.user_id).in_(samples)
                )
                at_home = set(session.exec(query.distinct()))
        shown = [user_of(row) for row in found if not row.sample or at_home is None or row.id in at_home]
        return sorted(shown, key=lambda user: (user.id != GUEST, not user.sample, user.id))

    def user(self, user_id: str) -> User:
        """Find one person. Raises UnknownUser."""
        with self._reading() as session:
            return user_of(known_user(session, user_id))

    def add_user(self, user: User, catalogue: str = "", history: Sequence[Interaction] = ()) -> None:
        """Add a person with what they did before, in one transaction; does nothing when the id is there already."""
        with self._writing() as session:
            new = inserting(session.connection(), UserRow).on_conflict_do_nothing().returning(col(UserRow.id))
            if session.execute(new.values(imported=False, **asdict(user))).first() is not None:
                session.add_all([interaction_row(interaction, catalogue) for interaction in history])

    def interactions(self, user_id: str, catalogue: str) -> tuple[Interaction, ...]:
        """List what someone did, latest first, one for each item and kind. Raises UnknownUser."""
        with self._reading() as session:
            known_user(session, user_id)
            return history(session, user_id, catalogue)

    def record(self, interaction: Interaction, catalogue: str, conversation_id: str | None = None) -> None:
        """Keep what someone did, and on a card of which conversation.

        Anyone may be the guest or a sample viewer, several people at once; so what they press stays in their
        conversation (see `feedback`) and never enters that viewer's history. Raises UnknownUser,
        UnknownItem, and UnknownConversation when it is not that user's or of another catalogue.
        """
        self.slates.react(Feedback(interaction, conversation_id), catalogue)

    # Conversations

    def start_conversation(self, user_id: str, catalogue: str, conversation_id: str = "") -> str:
        """Begin a conversation about a catalogue and return its id, a new one where none is given.

        Raises UnknownUser and UnknownCatalogue, and ConversationBusy where another has just begun under this id.
        """
        made = conversation_id or uuid.uuid4().hex
        begun = ConversationRow(id=made, user_id=user_id, catalogue=catalogue, started_at=datetime.now(UTC))
        try:
            with self._writing() as session:
                known_user(session, user_id)
                catalogues.version(session, catalogue)
                session.add(begun)
        except IntegrityError as error:
            raise ConversationBusy(f"A conversation {made!r} has just begun.") from error
        return made

    def conversation(self, conversation_id: str) -> ConversationInfo:
        """Tell whose conversation it is, and about which catalogue. Raises UnknownConversation."""
        with self._reading() as session:
            row = known_conversation(session, conversation_id)
            return ConversationInfo(row.user_id, row.catalogue)

    def before(self, conversation_id: str, user_id: str, catalogue: str) -> Before:
        """Read what the next turn goes on from. Raises UnknownConversation and UnknownUser."""
        with self._reading() as session:
            return before(session, conversation_id, user_id, catalogue)

    def turn(self, conversation_id: str, position: int) -> StoredTurn:
        """One turn of a conversation. Raises UnknownConversation where there is none."""
        with self._reading() as session:
            row = session.get(TurnRow, (conversation_id, position))
            if row is None:
                raise UnknownConversation(f"The conversation {conversation_id!r} has no turn {position}.")
            return StoredTurn(**row.model_dump())

    def turns(self, conversation_id: str) -> list[StoredTurn]:
        """Read a conversation from its beginning. Raises UnknownConversation."""
        with self._reading() as session:
            known_conversation(session, conversation_id)
            found = session.exec(
                select(TurnRow).where(TurnRow.conversation_id == conversation_id).order_by(col(TurnRow.position))
            ).all()
        return [StoredTurn(**row.model_dump()) for row in found]

    def add_turn(self, turn: StoredTurn, slate: StoredSlate | None = None, *, after: int | None = None) -> StoredTurn:
        """Append a turn to its conversation, with the slate it showed, and return it with its position.

        `after`: the position of the turn that it goes on from, -1 for none. Raises UnknownConversation, and
        ConversationBusy when another turn has come after that one meanwhile; then nothing is kept.
        """
        try:
            with self._writing() as session:
                return append(session, turn, slate, after)
        except IntegrityError as error:
            raise ConversationBusy(TWICE) from error

    def answered(self, conversation_id: str, request_id: str) -> StoredTurn | None:
        """The turn that answers a request, None before there is one."""
        with self._reading() as session:
            return answering(session, conversation_id, request_id)

    def ending_with(self, request_id: str) -> str | None:
        """The conversation whose latest turn (people's answers apart) is this request's; None: there is none."""
        with self._reading() as session:
            return ending_with(session, request_id)

    def feedback(self, conversation_id: str) -> tuple[Interaction, ...]:
        """List what was pressed on the cards of a conversation, in order. Raises UnknownConversation."""
        with self._reading() as session:
            known_conversation(session, conversation_id)
            return pressed(session, conversation_id)

    def conversations(self, user_id: str, catalogue: str | None = None) -> list[ConversationSummary]:
        """List someone's conversations, of one catalogue or all, the one with the latest turn first.

        Raises UnknownUser.
        """
        with self._reading() as session:
            known_user(session, user_id)
            return summaries(session, user_id, catalogue)

    def _reading(self) -> AbstractContextManager[Session]:
        """One consistent view of everything."""
        return self.database.reading()

    def _writing(self) -> AbstractContextManager[Session]:
        """One transaction, kept as a whole or not at all."""
        return self.database.writing()
