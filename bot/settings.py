"""What the bot is told from outside: the environment and a `.env` file, read here and nowhere else."""

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from bot import channels
from bot.errors import Invalid, Problem
from bot.variable_groups import GROUPS
from bot.variables import Group, problems, slips

SLACK_API_URL = "https://slack.com/api/"
_SOCKET_PATH_LIMIT = 100  # bytes; the kernel takes 108 on Linux, 104 on macOS
_DATABASES = ("sqlite", "postgresql", "postgresql+psycopg")
_PHONES = re.compile(r"\+[1-9][0-9]{6,14}|\+[1-9][0-9]{0,13}\*", re.ASCII)
_REDISES = ("redis", "rediss", "unix")


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""Several values in one variable, separated by commas."""


class Settings(BaseModel):
    """Everything that can be set, under its name in lower case. Secrets do not show in `repr`."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    data_dir: Path = Path("data")
    database_url: str = Field(default="", repr=False)
    redis_url: str = Field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str = ""
    trusted_proxies: Words = ()
    log_level: str = "INFO"

    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_api_url: str = SLACK_API_URL
    admins: Words = ()
    """Slack ids or email addresses of those who are admins from the start; nobody: the workspace's first owner."""

    ingest_body_limit: int = Field(default=1024 * 1024, ge=1024, le=64 * 1024 * 1024)
    ingest_batch_limit: int = Field(default=8 * 1024 * 1024, ge=1024, le=64 * 1024 * 1024)
    ingest_rate_per_minute: int = Field(default=600, ge=1)
    ingest_burst: int = Field(default=600, ge=1)
    ingest_queue_limit: int = Field(default=2000, ge=1)
    refusals_logged_per_minute: int = Field(default=60, ge=0)
    log_retention_days: int = Field(default=90, ge=0)
    log_retention_megabytes: int = Field(default=0, ge=0)
    """How long, and how much of, the payloads that came are kept; 0: without that limit."""

    storm_alerts_per_minute: int = Field(default=12, ge=0)
    """Messages in one place beyond which they are told as one summary; 0: each by itself, whatever comes."""

    phone_allow: Words = ()
    """Numbers that anybody's notification rule may spell out; with a `*` at its end, all that begin so."""

    mail_host: str = ""
    mail_port: int = Field(default=0, ge=0, le=65535)
    """Where mail for integrations is taken; 0: nowhere. Without MAIL_HOST, where HOST says."""
    mail_domain: str = ""
    mail_tls_certificate: str = ""
    mail_tls_key: str = ""
    mail_tls_required: bool = False
    mail_size_limit: int = Field(default=10 * 1024 * 1024, ge=1024, le=64 * 1024 * 1024)

    sns_trusted_hosts: Words = ()
    """Hosts (with their ports) whose certificates and confirmation links count as Amazon's: for stand-ins of SNS."""

    environment: Mapping[str, str] = Field(default_factory=dict, repr=False)
    """The raw variables by their upper-case names, for channels: what each declares is checked here, with all else."""

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, url: str) -> str:
        return _one_of(url, _DATABASES, "sqlite:///data/pagertree.db or postgresql://user:password@host/name")

    @field_validator("redis_url")
    @classmethod
    def _check_redis(cls, url: str) -> str:
        return _one_of(url, _REDISES, "redis://host:6379/0 or unix:///path/to/socket")

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, url: str) -> str:
        return _one_of(url, ("http", "https"), "https://pager.example.com").rstrip("/")

    @field_validator("slack_api_url")
    @classmethod
    def _check_slack_api_url(cls, url: str) -> str:
        return _one_of(url, ("http", "https"), SLACK_API_URL).rstrip("/") + "/"

    @field_validator("log_level")
    @classmethod
    def _check_level(cls, level: str) -> str:
        if level.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("is not one of DEBUG, INFO, WARNING, ERROR")
        return level.upper()

    @field_validator("phone_allow")
    @classmethod
    def _check_phones(cls, numbers: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(_PHONES.fullmatch, numbers)):
            raise ValueError("is not a list of numbers such as +442071234567, or beginnings such as +44*, with commas")
        return numbers

    @field_validator("slack_bot_token")
    @classmethod
    def _check_bot_token(cls, token: SecretStr) -> SecretStr:
        return _starting_with(token, "xoxb-", "the bot token, from the app's page “OAuth & Permissions”")

    @field_validator("slack_app_token")
    @classmethod
    def _check_app_token(cls, token: SecretStr) -> SecretStr:
        return _starting_with(token, "xapp-", "an app-level token with the scope connections:write")

    @model_validator(mode="after")
    def _check_slack(self) -> Self:
        answers = self.slack_signing_secret.get_secret_value() or self.slack_app_token.get_secret_value()
        if self.slack_bot_token.get_secret_value() and not answers:
            raise ValueError(
                "SLACK_BOT_TOKEN is set, but neither SLACK_SIGNING_SECRET (Slack calls the bot over HTTP) nor "
                "SLACK_APP_TOKEN (Socket Mode) is: set the one that fits"
            )
        return self

    @model_validator(mode="after")
    def _check_mail(self) -> Self:
        if bool(self.mail_tls_certificate) != bool(self.mail_tls_key):
            raise ValueError("MAIL_TLS_CERTIFICATE and MAIL_TLS_KEY belong together: set both, or neither")
        if self.mail_tls_required and not self.mail_tls_certificate:
            raise ValueError("MAIL_TLS_REQUIRED is set, but there is no MAIL_TLS_CERTIFICATE")
        return self

    @property
    def misspelt(self) -> tuple[str, ...]:
        """A sentence for each variable that nothing reads and that looks like one that is read."""
        return tuple(slips(self.environment, (each.name for group in groups() for each in group.variables)))

    @property
    def database(self) -> str:
        """The database's URL; by default a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'pagertree.db'}"

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is a file of our own, which is migrated at start."""
        return self.database.startswith("sqlite")

    @property
    def redis(self) -> str:
        """The URL of Redis; by default the embedded server's socket."""
        return self.redis_url or f"unix://{self.redis_socket}"

    @property
    def redis_socket(self) -> Path:
        """Where the embedded server listens: in the data folder, unless its path is too long for a socket."""
        path = self.data_dir.absolute() / "redis" / "redis.sock"
        if len(os.fsencode(path)) <= _SOCKET_PATH_LIMIT:
            return path
        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"pagertree-{os.getuid()}-{name}.sock"

    @property
    def address(self) -> str:
        """Where this web process is reached from this machine."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def public(self) -> str:
        """Where senders and people reach the bot, without a slash at the end."""
        return self.public_url or self.address

    @property
    def has_slack(self) -> bool:
        """Whether a workspace is connected."""
        return bool(self.slack_bot_token.get_secret_value())


def load(environ: Mapping[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """Read the settings; the environment wins over the file. Raises `Invalid`, one sentence per variable."""
    given = dict(os.environ) if environ is None else dict(environ)
    variables = {name: value for name, value in dotenv_values(env_file).items() if value is not None} | given
    named = {name.lower(): value for name, value in variables.items() if value != ""}
    fields = {name: named[name] for name in Settings.model_fields if name in named}
    wrong = list(problems(variables, groups()))
    try:
        settings = Settings.model_validate(fields | {"environment": variables})
    except ValidationError as error:
        own = [_problem(each["loc"], each["msg"]) for each in error.errors(include_input=False)]
        raise Invalid([*own, *wrong]) from None
    if wrong:
        raise Invalid(wrong)
    return settings


def _problem(place: tuple[int | str, ...], said: str) -> Problem:
    sentence = said.removeprefix("Value error, ")
    return Problem(message=f"{str(place[0]).upper()}: {sentence}." if place else f"{sentence}.")


def _one_of(url: str, schemes: tuple[str, ...], example: str) -> str:
    if url and urlsplit(url).scheme not in schemes:
        raise ValueError(f"is not an address that can be used here; it looks like {example}")
    return url


def _starting_with(token: SecretStr, prefix: str, what: str) -> SecretStr:
    text = token.get_secret_value()
    if text and not text.startswith(prefix):
        raise ValueError(f"does not start with {prefix}; it has to be {what}")
    return token


def groups() -> tuple[Group, ...]:
    """Everything that can be set, in the order in which it is listed: what is read here, and what channels read."""
    return (*GROUPS, *channels.declared())
