"""A self-hosted, Slack-first on-call alert router."""

import zoneinfo

# Time zone rules come from the tzdata package, which is updated with the other dependencies: the machine's own files
# may be years old, and a shift would change hands at the wrong hour.
zoneinfo.reset_tzpath(to=())
