"""Whether a web server answers at an address."""

from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

_PATIENCE = 2.0  # seconds


def answers(url: str) -> bool:
    """Ask with GET; an answer below 400 counts."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status < 400
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
