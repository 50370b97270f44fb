"""The secrets that links and push are signed with: from the environment, or made once and kept in the data folder."""

import logging
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from py_vapid import Vapid02  # type: ignore[import-untyped]
from py_vapid.utils import b64urlencode  # type: ignore[import-untyped]

from bot.errors import Invalid, Problem
from bot.service.links import Links

_SHORTEST = 32  # characters of LINK_SECRET; 32 of base 64 are 192 bits

_RAW_KEY = re.compile(r"[A-Za-z0-9_-]{43}=?")

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


class Vapid:
    """The key pair that push services know us by: `VAPID_PRIVATE_KEY`, or one that is kept in `DATA_DIR`.

    A browser's subscription is bound to it: with another key, all have to be registered anew. Raises `Invalid` when the
    variable is not a key; the file is made when the key is first needed.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        given = environment.get("VAPID_PRIVATE_KEY", "").strip()
        self._given = _read_vapid(given) if given else None

    @cached_property
    def signer(self) -> Any:
        """What signs our requests (`py_vapid.Vapid02`)."""
        return self._given or Vapid02.from_pem(kept(self._environment, "vapid.pem", _make_vapid))

    @property
    def public(self) -> str:
        """The public key as browsers take it: an uncompressed point in base64url."""
        form = serialization.PublicFormat.UncompressedPoint
        return str(b64urlencode(self.signer.public_key.public_bytes(serialization.Encoding.X962, form)))


def _read_vapid(text: str) -> Any:
    with suppress(ValueError):
        if _RAW_KEY.fullmatch(text):
            return Vapid02.from_raw(text.rstrip("=").encode())
    mend = "It is the private key that `npx web-push generate-vapid-keys` prints: 43 letters of base64url."
    raise Invalid([Problem(message="VAPID_PRIVATE_KEY: is not a key.", mend=mend)])


def _make_vapid() -> bytes:
    vapid = Vapid02()
    vapid.generate_keys()
    return bytes(vapid.private_pem())


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
