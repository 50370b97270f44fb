"""Which integration an address below `/integrations/` means: as here, as in Grafana OnCall, or as in Splunk On-Call."""

from dataclasses import dataclass

PREFIX = "/integrations/"
ONCALL, BEAT = "v1", "heartbeat"
"""`v1/<type>/<key>`, and what stands behind the key there when it is a beat."""
VICTOROPS = ("generic", "20131114", "alert")
"""`generic/20131114/alert/<key>/<routing key>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The key in an address and what is behind it: `route` is Splunk On-Call's routing key, `beats` OnCall's beat."""

    key: str
    suffix: str = ""
    route: str = ""
    beats: bool = False


def place(path: str) -> Place:
    """Where a path below `PREFIX` leads, with or without a slash at its end. No key of ours is `v1` or `generic`."""
    key, _, suffix = path[len(PREFIX) :].removesuffix("/").partition("/")
    if key == ONCALL:
        return oncall(suffix)
    if key == VICTOROPS[0]:
        return victorops(suffix)
    return Place(key=key, suffix=suffix)


def oncall(rest: str) -> Place:
    """OnCall's address names the sender's type before the key; here the integration knows it."""
    _, _, behind = rest.partition("/")
    key, _, suffix = behind.partition("/")
    return Place(key=key, beats=True) if suffix == BEAT else Place(key=key, suffix=suffix)


def victorops(rest: str) -> Place:
    """Splunk On-Call's address; another one than that of its REST endpoint has no key."""
    steps = rest.split("/")
    if len(steps) < 3 or tuple(steps[:2]) != VICTOROPS[1:]:
        return Place(key="")
    return Place(key=steps[2], route="/".join(steps[3:])[:200])
