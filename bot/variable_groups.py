"""The variables that are of no channel, in the groups and the order in which they are listed."""

from functools import partial

from bot import signing_keys
from bot.outbound.guarded_requests import private_networks
from bot.variables import Group, Variable

GROUPS: tuple[Group, ...] = (
    Group(
        heading="Slack: the token, and one of the next two. Without a token `pagertree run` brings a local Slack",
        variables=(
            Variable(name="SLACK_BOT_TOKEN", about="`xoxb-…`", needed=True),
            Variable(
                name="SLACK_SIGNING_SECRET",
                about="when Slack calls the bot over HTTP, at `PUBLIC_URL/slack/events`",
                needed=True,
            ),
            Variable(
                name="SLACK_APP_TOKEN",
                about="`xapp-…`: Socket Mode, opened by the web process; no public address is needed for Slack then",
                needed=True,
            ),
            Variable(
                name="SLACK_API_URL", about="another Slack, such as the local one", default="https://slack.com/api/"
            ),
            Variable(
                name="ADMINS",
                about="Slack ids or email addresses, separated by commas, of those who are admins from the "
                "start, and again where no admin is left. Without it the first owner or admin of the "
                "workspace who types `/pagertree` is",
            ),
        ),
    ),
    Group(
        heading="Where it listens, and how it is reached",
        variables=(
            Variable(name="HOST", about="where `pagertree web` listens", default="127.0.0.1"),
            Variable(
                name="PORT",
                about="and at which port. honcho and its like count it up from process to process: set "
                "`PUBLIC_URL` there",
                default="8000",
            ),
            Variable(
                name="PUBLIC_URL",
                about="how senders and people reach it, in every address that is shown; `http://HOST:PORT` unless set",
            ),
            Variable(name="TRUSTED_PROXIES", about="addresses of proxies whose `X-Forwarded-For` is believed"),
            Variable(name="LOG_LEVEL", about="`DEBUG`, `INFO`, `WARNING`, `ERROR`", default="INFO"),
        ),
    ),
    Group(
        heading="Where things are kept",
        variables=(
            Variable(name="DATA_DIR", about="where the SQLite file and the embedded Redis keep theirs", default="data"),
            Variable(
                name="DATABASE_URL", about="`postgresql://user:password@host/name`; SQLite in `DATA_DIR` unless set"
            ),
            Variable(
                name="REDIS_URL",
                about="`redis://host:6379/0`, `rediss://…`; a server of its own in `DATA_DIR` unless set",
            ),
            Variable(
                name="LOG_RETENTION_DAYS",
                about="how long the payloads that came are kept; 0: for ever. Those of alerts that are "
                "queued, open or acknowledged stay",
                default="90",
            ),
            Variable(
                name="LOG_RETENTION_MEGABYTES", about="how much of them is kept; 0: without that limit", default="0"
            ),
        ),
    ),
    Group(
        heading="Limits of the ingest",
        variables=(
            Variable(name="INGEST_BODY_LIMIT", about="bytes of a payload", default="1048576"),
            Variable(
                name="INGEST_BATCH_LIMIT",
                about="bytes of a payload with many alerts that is taken in parts "
                "([which](integrations.md#what-is-refused)); a process reads four of them at a time",
                default="8388608",
            ),
            Variable(
                name="INGEST_RATE_PER_MINUTE", about="payloads of one integration, for each web process", default="600"
            ),
            Variable(name="INGEST_BURST", about="of them at once", default="600"),
            Variable(
                name="INGEST_QUEUE_LIMIT",
                about="payloads that one web process holds while they wait to be committed",
                default="2000",
            ),
            Variable(name="REFUSALS_LOGGED_PER_MINUTE", about="of one integration, for each web process", default="60"),
            Variable(
                name="SNS_TRUSTED_HOSTS",
                about="hosts, with their ports, that may sign as Amazon SNS does: for stand-ins of it",
            ),
        ),
    ),
    Group(
        heading="Who is paged how often, and at which numbers",
        variables=(
            Variable(
                name="STORM_ALERTS_PER_MINUTE",
                about="messages to one person on one channel, or in one conversation, beyond which they are "
                "told as one summary ([storms](decisions/0009-storms.md)); 0: each by itself, whatever"
                " comes",
                default="12",
            ),
            Variable(
                name="PHONE_ALLOW",
                about="phone numbers that anybody's notification rule may name beside their own verified "
                "ones, and beginnings that end with `*`, such as `+442071234567, +4930*` "
                "([why](notification-rules.md#phone-numbers-in-a-rule))",
            ),
        ),
    ),
    Group(
        heading="Mail for integrations",
        variables=(
            Variable(
                name="MAIL_PORT",
                about="where mail is taken by SMTP, by the process `pagertree mail`; 0: nowhere",
                default="0",
            ),
            Variable(name="MAIL_HOST", about="and at which address; that of `HOST` unless set"),
            Variable(
                name="MAIL_DOMAIN",
                about="the only domain that mail is taken for, any unless set; replies to pages come in there, too",
            ),
            Variable(
                name="MAIL_SIZE_LIMIT",
                about="bytes of a message; attachments of one that is larger than `INGEST_BODY_LIMIT` are left out",
                default="10485760",
            ),
            Variable(name="MAIL_TLS_CERTIFICATE", about="PEM file to offer STARTTLS with"),
            Variable(name="MAIL_TLS_KEY", about="PEM file of its key"),
            Variable(name="MAIL_TLS_REQUIRED", about="whether senders have to use STARTTLS", default="false"),
        ),
    ),
    Group(
        heading="What is signed, and who may be asked",
        variables=(
            Variable(
                name="LINK_SECRET",
                about="signs the links in mails and notifications, at least 32 characters: made in "
                "`DATA_DIR` where it is left out. The same on all machines",
            ),
            Variable(
                name="AUTOMATION_ALLOW_PRIVATE",
                about="private networks, with commas, that automations and calendar feeds may reach: "
                "`10.1.0.0/16, 127.0.0.1`",
            ),
        ),
        checks=(signing_keys.links, partial(private_networks, variable="AUTOMATION_ALLOW_PRIVATE")),
    ),
)
