"""Settings: defaults that work, and one sentence for each thing that does not."""

import re
from pathlib import Path

import pytest

from bot import channels
from bot.errors import Invalid
from bot.settings import Settings, groups, load
from bot.variables import Variable
from tests import settings_pages

NOWHERE = Path("/nowhere/.env")


def said(**environ: str) -> list[str]:
    """The sentences that these variables are refused with."""
    with pytest.raises(Invalid) as refused:
        load(environ, NOWHERE)
    return str(refused.value).splitlines()


def test_nothing_set_runs_on_files_of_its_own() -> None:
    settings = load({}, NOWHERE)

    assert settings.database == f"sqlite:///{Path.cwd() / 'data' / 'pagertree.db'}"
    assert settings.redis == f"unix://{Path.cwd() / 'data' / 'redis' / 'redis.sock'}"
    assert settings.public == "http://127.0.0.1:8000"
    assert settings.ingest_body_limit == 1024 * 1024
    assert not settings.has_slack


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=81\nHOST=0.0.0.0\nTWILIO_SID=AC1\n")

    settings = load({"PORT": "82"}, file)

    assert (settings.port, settings.host) == (82, "0.0.0.0")
    assert settings.address == "http://127.0.0.1:82"
    assert settings.environment == {"PORT": "82", "HOST": "0.0.0.0", "TWILIO_SID": "AC1"}


def test_an_empty_value_counts_as_not_set() -> None:
    assert load({"PORT": "", "SLACK_BOT_TOKEN": ""}, NOWHERE).port == 8000


def test_lists_are_separated_by_commas() -> None:
    settings = load({"TRUSTED_PROXIES": "10.0.0.1, 10.0.0.2,"}, NOWHERE)

    assert settings.trusted_proxies == ("10.0.0.1", "10.0.0.2")


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"PORT": "eighty"}, "PORT: Input should be a valid integer, unable to parse string as an integer."),
        ({"PORT": "70000"}, "PORT: Input should be less than or equal to 65535."),
        (
            {"DATABASE_URL": "mysql://root@localhost/x"},
            (
                "DATABASE_URL: is not an address that can be used here; it looks like sqlite:///data/pagertree.db or "
                "postgresql://user:password@host/name."
            ),
        ),
        (
            {"REDIS_URL": "localhost:6379"},
            (
                "REDIS_URL: is not an address that can be used here; it looks like redis://host:6379/0 or "
                "unix:///path/to/socket."
            ),
        ),
        (
            {"PUBLIC_URL": "pager.example.com"},
            "PUBLIC_URL: is not an address that can be used here; it looks like https://pager.example.com.",
        ),
        (
            {"PHONE_ALLOW": "+44*, 020 7123 4567"},
            "PHONE_ALLOW: is not a list of numbers such as +442071234567, or beginnings such as +44*, with commas.",
        ),
        (
            {"PHONE_ALLOW": "*"},
            "PHONE_ALLOW: is not a list of numbers such as +442071234567, or beginnings such as +44*, with commas.",
        ),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL: is not one of DEBUG, INFO, WARNING, ERROR."),
        (
            {"SLACK_BOT_TOKEN": "xoxp-1"},
            (
                "SLACK_BOT_TOKEN: does not start with xoxb-; it has to be the bot token, from the app's page “OAuth & "
                "Permissions”."
            ),
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1"},
            (
                "SLACK_BOT_TOKEN is set, but neither SLACK_SIGNING_SECRET (Slack calls the bot over HTTP) nor "
                "SLACK_APP_TOKEN (Socket Mode) is: set the one that fits."
            ),
        ),
    ],
)
def test_a_wrong_value_is_one_sentence(environ: dict[str, str], sentence: str) -> None:
    assert said(**environ) == [sentence]


def test_everything_wrong_is_said_at_once() -> None:
    assert len(said(PORT="x", LOG_LEVEL="y", REDIS_URL="z")) == 3


def test_secrets_do_not_show() -> None:
    secrets = {
        "SLACK_BOT_TOKEN": "xoxb-hidden",
        "SLACK_SIGNING_SECRET": "hidden",
        "SLACK_APP_TOKEN": "xapp-hidden",
        "DATABASE_URL": "postgresql://bot:hidden@db/pager",
        "REDIS_URL": "redis://:hidden@redis/0",
        "TWILIO_TOKEN": "hidden",
    }
    settings = load(secrets, NOWHERE)

    assert "hidden" not in repr(settings)
    assert "hidden" not in str(settings)


def test_a_wrong_secret_is_not_repeated() -> None:
    assert "hidden" not in "".join(said(SLACK_BOT_TOKEN="hidden", DATABASE_URL="mysql://bot:hidden@db/pager"))


def test_a_long_folder_does_not_make_a_socket_path_that_is_too_long(tmp_path: Path) -> None:
    deep = Settings(data_dir=tmp_path / ("x" * 120))

    assert len(str(deep.redis_socket)) <= 100
    assert deep.redis_socket != Settings(data_dir=tmp_path / ("y" * 120)).redis_socket


def test_numbers_that_anybody_may_name() -> None:
    settings = load({"PHONE_ALLOW": "+442071234567, +49*"}, NOWHERE)

    assert settings.phone_allow == ("+442071234567", "+49*")


def test_addresses_end_as_their_users_need_them() -> None:
    settings = load({"PUBLIC_URL": "https://pager.example.com/", "SLACK_API_URL": "http://127.0.0.1:1/api"}, NOWHERE)

    assert (settings.public, settings.slack_api_url) == ("https://pager.example.com", "http://127.0.0.1:1/api/")


def declared() -> dict[str, Variable]:
    return {each.name: each for group in groups() for each in group.variables}


def test_the_example_and_the_page_are_what_the_code_says() -> None:
    page = Path("docs/operations.md").read_text()
    assert Path(".env.example").read_text() == settings_pages.example(), "run: make docs"
    assert page == settings_pages.refresh(page), "run: make docs"


def test_the_example_can_be_taken_as_it_is(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text(re.sub(r"^# ([A-Z_]+=)", r"\1", settings_pages.example(), flags=re.MULTILINE))
    shown = load({}, env)
    usual = load({}, NOWHERE)
    assert shown.model_copy(update={"environment": {}}) == usual.model_copy(update={"environment": {}})


@pytest.mark.parametrize("field", [name for name in Settings.model_fields if name != "environment"])
def test_every_setting_is_declared_with_its_default(field: str) -> None:
    default = Settings.model_fields[field].default
    variable = declared()[field.upper()]
    if variable.default:
        assert load({variable.name: variable.default}, NOWHERE) == load({}, NOWHERE).model_copy(
            update={"environment": {variable.name: variable.default}}
        )
    else:
        assert not getattr(default, "get_secret_value", lambda: default)()


@pytest.mark.parametrize("room", ["channels", "outbound", "signing_keys.py"])
def test_what_is_read_elsewhere_is_declared(room: str) -> None:
    files = [Path("bot", room)] if room.endswith(".py") else sorted(Path("bot", room).rglob("*.py"))
    name = re.compile(r"""["']((?:AUTOMATION|EMAIL|LINK|MAIL|PUSH|SLACK|SMTP|TWILIO|VAPID)_[A-Z_]+)["']""")
    named = {found for file in files for found in name.findall(file.read_text())}
    assert named <= set(declared())


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("SLACK_BOT_TOEKN", "SLACK_BOT_TOKEN"),
        ("SMTP_HOTS", "SMTP_HOST"),
        ("EMAIL_FORM", "EMAIL_FROM"),
        ("STMP_HOST", "SMTP_HOST"),
        ("TWILIO_ACOUNT_SID", "TWILIO_ACCOUNT_SID"),
        ("PAGERTREE_SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN"),
        ("PAGER_PORT", "PORT"),
        ("smtp_host", "SMTP_HOST"),
        ("DATABASE_URI", "DATABASE_URL"),
    ],
)
def test_a_misspelt_variable_is_named_with_the_one_meant(name: str, meant: str) -> None:
    (sentence,) = load({name: "x1"}, NOWHERE).misspelt
    assert sentence == f"{name} is set and nothing reads it: {meant} is probably meant."


def test_what_other_programs_and_kubernetes_set_is_let_be() -> None:
    others = {
        "HOME": "/root",
        "HOSTNAME": "pod-1",
        "PORTS": "1",
        "PAGERTREE_PORT": "tcp://10.0.0.1:80",
        "SMTP_PORT": "25",
        "SMTP_PORT_25_TCP": "tcp://10.0.0.1:25",
        "SMTP_SERVICE_HOST": "10.0.0.1",
        "SLACK_WEBHOOK_URL": "https://hooks.slack.example/1",
        "MAIL": "/var/mail/root",
        "X_" * 50_000: "1",
    }
    assert load(others, NOWHERE).misspelt == ()
    assert load(dict.fromkeys(declared(), "") | {"SMTP_HOTS": ""}, NOWHERE).misspelt == ()


def test_what_channels_read_is_checked_with_all_else_at_once() -> None:
    wrong = said(
        PORT="eighty",
        SLACK_RATES="fast",
        TWILIO_ACCOUNT_SID="AC1",
        TWILIO_FROM="+15551234567",
        SMTP_HOST="mail.example.com",
        SMTP_TLS="yes",
        NTFY_URL="ntfy.sh",
        TEAMS_RATES="-1",
        PUSH_ALLOW_PRIVATE="here",
        AUTOMATION_ALLOW_PRIVATE="there",
        LINK_SECRET="short",
    )
    assert [sentence.partition(":")[0] for sentence in wrong] == [
        "PORT",
        "LINK_SECRET",
        "AUTOMATION_ALLOW_PRIVATE",
        "SMTP_TLS",
        "NTFY_URL",
        "PUSH_ALLOW_PRIVATE",
        "SLACK_RATES",
        "TWILIO_AUTH_TOKEN",
        "TEAMS_RATES",
    ]


def test_every_variable_that_channels_read_and_that_can_be_wrong_is_checked() -> None:
    read = {group.heading: len(group.checks) for group in channels.declared()}
    assert all(read.values()), read
