"""A heartbeat of our own: a job says that it runs, and an alert is made when it does not.

The address itself is the beat. Behind it, `/start`, `/success` and `/fail` tell of one run of a job, as does the exit
status of its command (`/0` … `/255`). `/log` keeps what a job writes, and is no sign that it works.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.engine.durations import read_duration
from bot.engine.model import Signal
from bot.errors import Invalid, Problem
from bot.payloads import reading, values
from bot.payloads.headlines import first_line
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, MAX_DESCRIPTION, RESOLVE, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Beat, Example, Expectation, Option, Request

TOKEN = Option(name="token", label="Token that the sender puts into the header pagertree-token", secret=True)
PERIOD = Option(name="period", default="5m", label="How often it has to beat, such as 5m or 1d")
GRACE = Option(name="grace", default="1m", label="How late a beat may be, such as 1m")
RUN = Option(name="run_time", label="How long a run may take after /start (nothing: as late as a beat may be)")

NAME = "heartbeat"
TITLE = "Heartbeat"
SENDERS = (Sender("Cron jobs and backups", "an alert when one does not come, or says that it failed"),)
SETUP = """Request {url} by GET or POST at least once in each period; when no beat comes, an alert is made, and the next
beat resolves it. For a cron job: `/path/to/job && curl -fsS -m 10 --retry 5 {url}`, or the exit status with
`/path/to/job; curl -fsS -m 10 --retry 5 {url}/$?`. With {url}/start before the job, a run that hangs is found;
{url}/fail makes the alert at once. What is posted is shown in the alert."""
OPTIONS = (PERIOD, GRACE, RUN, TOKEN)
METHODS = ("GET", "POST")
VERIFIED = "our own format; start and fail as healthchecks.io has them"
PROBLEM = "the one job that the integration watches"
APART: tuple[str, ...] = ()
TITLED_BY = "what the job says, and the first line that it wrote"
STATES = {"a beat, success, exit status 0": RESOLVE, "fail, another exit status, silence": CREATE, "start, log": None}
KEYED_BY = "one for each integration"
KEY = "heartbeat"
START, SUCCESS, FAIL, LOG = "start", "success", "fail", "log"
SUFFIXES = frozenset({START, SUCCESS, FAIL, LOG, *map(str, range(256))})
SHORTEST = timedelta(seconds=10)

verify = HeaderToken(TOKEN, "pagertree-token")


def suffix(request: Request) -> str:
    """What stands behind the key in the address, "" where nothing does."""
    last = request.path.rstrip("/").rpartition("/")[2]
    return last if last in SUFFIXES else ""


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """A beat is an end of the alert that there may be; a failure makes one."""
    said = suffix(request)
    if said in {START, LOG}:
        return ()
    if said in {"", SUCCESS, "0"}:
        return (signal(RESOLVE, KEY),)
    title = "The job says that it failed" if said == FAIL else f"The job ended with exit status {said}"
    wrote = told(request)
    return (signal(CREATE, KEY, ": ".join(values.kept((title, first_line(wrote)))), wrote),)


def told(request: Request) -> str:
    """What the job wrote, its end where it is long."""
    return reading.decoded(request.body[-MAX_DESCRIPTION:], "utf-8").replace("\0", "").strip()[-MAX_DESCRIPTION + 1 :]


def document(request: Request) -> object:
    """What the job said of itself."""
    return {"suffix": suffix(request), "text": told(request), "params": reading.form(request.query)}


def beat(request: Request) -> Beat | None:
    """Whether a run of the job begins, or is over; None for what it only writes, from which it may hang as well."""
    said = suffix(request)
    if said == LOG:
        return None
    return Beat.STARTED if said == START else Beat.ENDED


def expectation(options: Mapping[str, object]) -> Expectation:
    """When the next beat has to come. Settings that cannot be read count as their defaults."""
    period, grace = duration(PERIOD, options), duration(GRACE, options)
    run = duration(RUN, options) if values.setting(RUN, options) else grace
    return Expectation(dedup_key=KEY, period=max(period, SHORTEST), grace=grace, run=max(run, SHORTEST))


def duration(option: Option, options: Mapping[str, object]) -> timedelta:
    """A setting as a duration."""
    try:
        return read_duration(values.setting(option, options) or option.default)
    except Invalid:
        return read_duration(option.default or GRACE.default)


def problems(options: Mapping[str, object]) -> Iterator[Problem]:
    """What is wrong with the settings."""
    for option in (PERIOD, GRACE, RUN):
        text = values.setting(option, options)
        try:
            found = read_duration(text) if text else SHORTEST
        except Invalid as invalid:
            yield from (replace(problem, where=(option.name,)) for problem in invalid.problems)
            continue
        if option is not GRACE and found < SHORTEST:
            yield Problem(where=(option.name,), message=f"{option.name} is shorter than 10s.", mend="Make it longer.")


def ping(name: str, path: str, *signals: Signal, method: str = "GET", body: bytes = b"") -> Example:
    """An example of a ping."""
    request = Request(method=method, path=f"/integrations/••••••{path}", body=body)
    return Example(name=name, request=request, signals=signals)


EXAMPLES = (
    ping("a beat", "", signal(RESOLVE, KEY)),
    ping("a run begins", "/start"),
    ping("a job writes on the way", "/log", method="POST", body=b"12 of 40 files\n"),
    ping("a run went well", "/success", signal(RESOLVE, KEY), method="POST", body=b"12 files copied\n"),
    ping("an exit status of 0", "/0", signal(RESOLVE, KEY)),
    ping(
        "a run failed",
        "/fail",
        signal(CREATE, KEY, "The job says that it failed: disk full", "disk full"),
        method="POST",
        body=b"disk full\n",
    ),
    ping("an exit status", "/3", signal(CREATE, KEY, "The job ended with exit status 3")),
)
