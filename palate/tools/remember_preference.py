"""WRITE. Keep a preference across conversations, with the person's consent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from langchain_core.tools import InjectedToolArg

from palate.preference import Preference
from palate.tools.keeping import Keeping


def remember_preference() -> Callable[..., tuple[str, Sequence[Preference]]]:
    """What the tool does. What is kept is what the person agreed to: a model fills in nothing."""

    def remember(
        preference: Annotated[Any, InjectedToolArg], keeping: Annotated[Any, InjectedToolArg]
    ) -> tuple[str, Sequence[Preference]]:
        """Keep what the person was asked about and agreed to, for their later conversations.

        Args:
            preference: What was proposed to the person.
            keeping: Where it is kept.

        """
        where: Keeping = keeping
        kept = where.remember(preference)
        return f"{len(kept)} kept", kept

    return remember
