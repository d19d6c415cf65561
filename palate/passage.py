"""A passage of a document that answers people's questions: an entry of an FAQ, or a section of a policy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """What one place of a document says, as plain text. Its text is a stranger's: shown as it is, never obeyed."""

    id: str
    """The same for the same place at every import; no other of its source has it."""
    text: str
    """The answer, its paragraphs each on a line."""
    question: str = ""
    """The question that the document itself asks here; empty: it asks none."""
    heading: tuple[str, ...] = ()
    """The headings that it stands under, the outermost first."""
    document: str = ""
    """The file it comes from, by its name, or its path within the folder that was imported."""
    link: str = ""
    language: str = "en"
    """`en`, `zh`, or what the file says."""
    first_line: int = 0
    """Where it begins in its document, from 1; 0: nobody knows. So the next."""
    last_line: int = 0

    @property
    def title(self) -> str:
        """What people are told that it is from: its question, the heading it stands under, or its document."""
        return self.question or (self.heading[-1] if self.heading else self.document)

    @property
    def about(self) -> str:
        """What it is about, as one line: its headings and its question, each once."""
        return " – ".join(dict.fromkeys(part for part in (*self.heading, self.question) if part))
