"""The secrets that links and push are signed with: from the environment, or made once and kept in the data folder."""

import logging
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bot.errors import Invalid, Problem
from bot.service.links import Links

_SHORTEST = 32  # characters of LINK_SECRET; 32 of base 64 are 192 bits

_log = logging.getLogger(__name__)


def links(environment: Mapping[str, str], public_url: str = "") -> Links:
    """The links of this installation, signed with `LINK_SECRET`, or with a key that is kept in `DATA_DIR`.

    Raises `Invalid` when the secret is too short to be one.
    """
    secret = environment.get("LINK_SECRET", "").strip()
    if secret and len(secret) < _SHORTEST:
        mend = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        raise Invalid([Problem(message=f"LINK_SECRET: has fewer than {_SHORTEST} characters.", mend=mend)])
    read = secret.encode if secret else partial(kept, environment, "link.key", lambda: secrets.token_bytes(32))
    return Links(public_url or public(environment), read)


def public(environment: Mapping[str, str]) -> str:
    """`PUBLIC_URL` without a slash at its end, or nothing: then people outside cannot follow a link."""
    return environment.get("PUBLIC_URL", "").strip().rstrip("/")


def kept(environment: Mapping[str, str], name: str, make: Callable[[], bytes]) -> bytes:
    """Read a secret from a file in `DATA_DIR`, which the first process to ask makes. Only the owner may read it."""
    path = Path(environment.get("DATA_DIR") or "data") / name
    if not path.exists():
        _put(path, make())
        if "postgresql" in environment.get("DATABASE_URL", ""):
            _log.warning("%s was made here: processes on other machines need the same one", path)
    return path.read_bytes()


def _put(path: Path, content: bytes) -> None:
    """Write the whole file or nothing; whoever comes second keeps the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)  # mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(temporary)
    except FileExistsError:
        return
    finally:
        temporary.unlink()
