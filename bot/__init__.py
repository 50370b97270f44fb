"""A self-hosted, Slack-first on-call alert router."""

import os
import zoneinfo
from pathlib import Path

# Time zone rules come from the tzdata package, which is updated with the other dependencies: the machine's own files
# may be years old, and a shift would change hands at the wrong hour.
zoneinfo.reset_tzpath(to=())

# Slack's client asks where the user's home is as soon as it is imported, and breaks where there is none, as in most
# containers. It keeps nothing there for us.
try:
    Path.home()
except RuntimeError:
    os.environ["HOME"] = "/nonexistent"  # noqa: TID251 - before anything is imported that could ask
