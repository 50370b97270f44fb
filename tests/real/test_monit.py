"""Debian's Monit: a site that it finds broken, then well, told of by a script and by mail."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.engine.model import Status
from bot.settings import Settings
from bot.sources import monit
from bot.store import open_store
from tests.real.conftest import Bot
from tests.real.programs import Site, find, needs, running
from tests.web.doors.test_mail import inbox, listening

BINARY = find("monit")
pytestmark = needs(BINARY, "monit")

CONFIGURATION = """
set daemon 1
set pidfile {folder}/monit.pid
set idfile {folder}/monit.id
set statefile {folder}/monit.state
{mail}
check host web with address 127.0.0.1
    if failed port {port} protocol http with timeout 5 seconds then {action}
"""
DEFINITION = """
rules:
  - match: {log.subject: {$regex: "failed web$"}}
    actions: [{type: create, dedup_key: web, title: "{{log.subject}}", description: "{{log.body}}"}]
  - match: {log.subject: {$regex: "succeeded web$"}}
    actions: [{type: resolve, dedup_key: web}]
default:
  actions: [{type: ignore, reason: not about the site}]
"""


@contextmanager
def watching(site: Site, folder: Path, *, action: str, mail: str = "") -> Iterator[Path]:
    """A Monit that watches a site."""
    file = folder / "monitrc"
    file.write_text(CONFIGURATION.format(folder=folder, port=site.port, action=action, mail=mail))
    file.chmod(0o600)
    with running([BINARY, "-I", "-c", str(file)], folder) as said:
        yield said


def script(url: str, folder: Path) -> Path:
    """The script that the set-up gives, as a file."""
    *_, line = re.findall(r"`([^`]+)`", monit.SETUP)
    file = folder / "page"
    file.write_text(f"#!/bin/sh\n{' '.join(line.split()).replace('{url}', url)}\n")
    file.chmod(0o700)
    return file


def test_a_site_breaks_and_recovers(bot: Bot, site: Site, tmp_path: Path) -> None:
    integration = bot.integration("monit")
    page = f'exec "{script(f"{bot.web.url}/integrations/{integration.key}", tmp_path)}"'

    with watching(site, tmp_path, action=f"{page} else if succeeded then {page}"):
        fired = bot.one_alert(Status.DROPPED)
        site.up()
        resolved = bot.one_alert(Status.RESOLVED)

    assert fired.title.startswith("web on ")
    assert "refused" in fired.description
    assert resolved.id == fired.id
    assert {log.answered for log in bot.web.logs(integration)} == {200}


def test_its_mails_make_and_resolve_an_alert(sqlite_url: str, site: Site, tmp_path: Path) -> None:
    with open_store(sqlite_url) as store, listening(store, Settings()) as postman:
        integration = inbox(postman, options={"definition": DEFINITION})
        bot = Bot(postman.web)
        mail = f"set mailserver 127.0.0.1 port {postman.port}\nset alert {integration.key}@example.org"
        with watching(site, tmp_path, action="alert", mail=mail):
            fired = bot.one_alert(Status.DROPPED)
            site.up()
            resolved = bot.one_alert(Status.RESOLVED)

    assert fired.title == "monit alert -- Connection failed web"
    assert "refused" in fired.description
    assert resolved.id == fired.id
