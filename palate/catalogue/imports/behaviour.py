"""What a person did, as files say it: kinds by their words, ratings on one scale for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from palate.domain import Kind

VALUES: Mapping[Kind, float] = {
    Kind.LIKED: 1.0,
    Kind.DISLIKED: -1.0,
    Kind.CHOSEN: 1.0,
    Kind.BOUGHT: 0.6,
    Kind.CARTED: 0.4,
    Kind.CLICKED: 0.2,
    Kind.VIEWED: 0.1,
    Kind.SEEN: 0.0,
    Kind.RATED: 0.0,
}
"""How much each kind says about taste, -1 to 1; a rating says its own."""

_WORDS: Mapping[str, Kind] = {
    "view": Kind.VIEWED, "viewed": Kind.VIEWED, "views": Kind.VIEWED, "pageview": Kind.VIEWED, "pv": Kind.VIEWED,
    "impression": Kind.VIEWED, "浏览": Kind.VIEWED, "查看": Kind.VIEWED,
    "click": Kind.CLICKED, "clicked": Kind.CLICKED, "open": Kind.CLICKED, "点击": Kind.CLICKED,
    "cart": Kind.CARTED, "carted": Kind.CARTED, "addtocart": Kind.CARTED, "basket": Kind.CARTED,
    "cartadd": Kind.CARTED, "addcart": Kind.CARTED, "加购": Kind.CARTED, "加入购物车": Kind.CARTED,
    "buy": Kind.BOUGHT, "bought": Kind.BOUGHT, "purchase": Kind.BOUGHT, "purchased": Kind.BOUGHT,
    "order": Kind.BOUGHT, "ordered": Kind.BOUGHT, "transaction": Kind.BOUGHT, "sale": Kind.BOUGHT,
    "checkout": Kind.BOUGHT, "购买": Kind.BOUGHT, "下单": Kind.BOUGHT,
    "like": Kind.LIKED, "liked": Kind.LIKED, "love": Kind.LIKED, "fav": Kind.LIKED, "favorite": Kind.LIKED,
    "favourite": Kind.LIKED, "favorited": Kind.LIKED, "save": Kind.LIKED, "saved": Kind.LIKED, "喜欢": Kind.LIKED,
    "收藏": Kind.LIKED, "点赞": Kind.LIKED,
    "chosen": Kind.CHOSEN, "choose": Kind.CHOSEN, "accepted": Kind.CHOSEN, "accept": Kind.CHOSEN, "选中": Kind.CHOSEN,
    "dislike": Kind.DISLIKED, "disliked": Kind.DISLIKED, "hate": Kind.DISLIKED, "skip": Kind.DISLIKED,
    "不喜欢": Kind.DISLIKED,
    "rate": Kind.RATED, "rated": Kind.RATED, "rating": Kind.RATED, "review": Kind.RATED, "评分": Kind.RATED,
    "评价": Kind.RATED,
    "seen": Kind.SEEN, "watched": Kind.SEEN, "watch": Kind.SEEN, "read": Kind.SEEN, "played": Kind.SEEN,
    "看过": Kind.SEEN,
}  # fmt: skip


def kind_of(cell: Any) -> Kind | None:
    """The kind that a cell names; None where it names none."""
    return _WORDS.get("".join(ch for ch in str(cell).casefold() if ch.isalnum()))


@dataclass
class Scale:
    """Ratings of a file, brought to -1 to 1.

    value = (r - (c + m_u) / 2) / h, cut to -1..1, where c is the middle and h half the width of the file's scale, and
    m_u = (sum of the user's ratings + k m) / (their number + k) is the user's mean drawn to the mean m of all, k = 5.
    So someone who gives everything five stars likes it all a little, not very much.
    """

    strength: float = 5.0
    """k."""
    low: float = float("inf")
    high: float = float("-inf")
    total: float = 0.0
    number: int = 0
    users: dict[str, tuple[float, int]] = field(default_factory=dict)

    def note(self, user: str, rating: float) -> None:
        """Take one rating in."""
        self.low, self.high = min(self.low, rating), max(self.high, rating)
        self.total, self.number = self.total + rating, self.number + 1
        before, times = self.users.get(user, (0.0, 0))
        self.users[user] = (before + rating, times + 1)

    def value(self, user: str, rating: float) -> float:
        """The rating on the common scale; 1 for each where the file has only one mark."""
        half = (self.high - self.low) / 2
        if half <= 0:
            return 1.0
        middle, mean = (self.high + self.low) / 2, self.total / self.number
        given, times = self.users[user]
        own = (given + self.strength * mean) / (times + self.strength)
        return max(-1.0, min(1.0, (rating - (middle + own) / 2) / half))
