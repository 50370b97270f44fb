"""Debian's postfix with a configuration of its own: it takes mail for example.com and puts it into mailboxes."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from watchfiles import watch

from tests.fakes import certificates

PROGRAM = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or ""
RUNS_HERE = bool(PROGRAM) and os.geteuid() == 0  # its master has to start as root
GREY = "grey@example.com"
"""An address that is greylisted for ever."""
ALICE = "alice@example.com"

_PATIENCE = 30.0  # seconds
_SERVICES = """
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""
_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mail.example.com
mydestination =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_mailbox_domains = example.com
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ {{{alice}=alice/}} {{{grey}=grey/}} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_tls_security_level = may
smtpd_tls_chain_files = {key}, {certificate}
smtpd_recipient_restrictions = check_recipient_access inline:{{ {{{grey}=450 4.2.0 Greylisted for 300 seconds}} }},
    reject_unauth_destination, reject_unlisted_recipient
"""


@dataclass(frozen=True, kw_only=True)
class Postfix:
    """A running server: its port, who signed its certificate, and where mail lands."""

    port: int
    certificate: Path
    mail: Path

    def mails(self, count: int) -> list[bytes]:
        """Alice's mails, once there are so many."""
        inbox, until = self.mail / "alice" / "new", monotonic() + _PATIENCE
        for _ in watch(self.mail, rust_timeout=100, yield_on_timeout=True, raise_interrupt=True):
            found = sorted(inbox.glob("*"))
            if len(found) >= count or monotonic() > until:
                return [each.read_bytes() for each in found]
        raise AssertionError("the folder is gone")


@contextmanager
def serve() -> Iterator[Postfix]:
    """Run a server on a port of its own."""
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    try:
        folder.chmod(0o755)
        running = _configure(folder)
        command = [PROGRAM, "-c", str(folder / "etc")]
        subprocess.run([*command, "start"], check=True, capture_output=True, timeout=_PATIENCE)
        try:
            yield running
        finally:
            subprocess.run([*command, "stop"], check=True, capture_output=True, timeout=_PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _configure(folder: Path) -> Postfix:
    owner, mailbox = pwd.getpwnam("postfix"), pwd.getpwnam("nobody")
    for name in ("etc", "queue", "data", "mail"):
        (folder / name).mkdir(mode=0o755)
    os.chown(folder / "data", owner.pw_uid, owner.pw_gid)
    os.chown(folder / "mail", mailbox.pw_uid, mailbox.pw_gid)
    certificate, key = certificates.make(folder)
    key.chmod(0o600)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ids = {"uid": mailbox.pw_uid, "gid": mailbox.pw_gid, "alice": ALICE, "grey": GREY}
    main = _MAIN.format(folder=folder, key=key, certificate=certificate, **ids)
    (folder / "etc" / "main.cf").write_text(main)
    (folder / "etc" / "master.cf").write_text(_SERVICES.format(port=port))
    return Postfix(port=port, certificate=certificate, mail=folder / "mail")
