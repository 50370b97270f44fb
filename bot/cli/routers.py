"""`pagertree router`: routers as files: checked, tried on a payload, tested, and run over what came in lately."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot import channels, store, wiring
from bot.clock import SystemClock
from bot.engine.directory import Directory
from bot.engine.model import Integration, Router
from bot.engine.rehearsal.report import say_ladder, say_routing
from bot.engine.rehearsal.stand_ins import stand_ins
from bot.engine.rules.examples import instant_of
from bot.engine.schedules.walltime import find_zone
from bot.engine.translation import translate
from bot.errors import Invalid, NotFound, PagerError
from bot.service import backtest as backtesting
from bot.service import history
from bot.service import lint as linting
from bot.service.payload_rehearsal import Rehearsed, Scene, posted, rehearse, rehearse_sent
from bot.service.router_tests import RouterTestOutcome, junit, run_tests
from bot.settings import Settings, load
from bot.sources import discover

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = "rtr_file"
_UNKNOWN = "There is no database here: who is on call, and whether the receivers exist, is not known."


@click.group()
def router() -> None:
    """Try routers before they decide about real alerts."""


@router.command()
@click.argument("file", type=_FILE)
@click.argument("payload", type=_FILE, required=False)
@click.option("--at", "when", default="", help="When: 2026-01-05T09:00. Now, if it is not said.")
@click.option("--zone", default="Etc/UTC", show_default=True, help="The time zone of --at and of what is printed.")
@click.option("--integration", default="", help="The integration (by handle) that reads the payload.")
@click.option("--router", "reference", default="", help="The configured router whose place the file takes.")
@click.option(
    "--junit", "report", type=click.Path(dir_okay=False, path_type=Path), help="Write the tests' report here."
)
@click.pass_context
def test(
    ctx: click.Context,
    /,
    file: Path,
    payload: Path | None,
    *,
    when: str,
    zone: str,
    integration: str,
    reference: str,
    report: Path | None,
) -> None:
    """Say what a router in FILE makes of PAYLOAD; without a payload, run the tests in the file."""
    directory = _directory(load())
    edited = _edited(file, reference, directory)
    if payload is None:
        _run_tests(ctx, edited, directory, report)
        return
    place = find_zone(zone)
    at = instant_of(when, zone) if when else SystemClock().now()
    scene = Scene(router=edited, directory=stand_ins(edited) if directory is None else directory, at=at)
    known = scene.directory.including([edited])
    for each in _rehearse(payload, scene, integration):
        click.echo(_told(each, known, place))
        click.echo(_told_of_people(each, known, place) if directory is not None else _UNKNOWN)


@router.command()
@click.argument("file", type=_FILE)
@click.option("--router", "reference", default="", help="The configured router whose place the file takes.")
def check(file: Path, reference: str) -> None:
    """Say what is wrong with the router in FILE, and what looks like a mistake."""
    directory = _directory(load())
    edited = _edited(file, reference, directory)
    if directory is None:
        stand_ins(edited)
        click.echo("The file can be read. There is no database to look up what it names in.")
        return
    hints = linting.hints_for(wiring.world().ports, edited)
    click.echo("\n".join(str(each) for each in hints) or "Nothing is wrong with it.")


@router.command("translate")
@click.argument("file", type=_FILE)
def translate_(file: Path) -> None:
    """Print the rules of Alertmanager, PagerDuty, Opsgenie or Grafana OnCall in FILE as a router."""
    found = translate(_read(file))
    if found is None:
        raise PagerError(
            f"{file} holds no routes of Alertmanager or OnCall, event rules of PagerDuty or policies of Opsgenie."
        )
    click.echo(found.yaml, nl=False)


@router.command()
@click.argument("reference", metavar="ROUTER")
@click.argument("file", type=_FILE, required=False)
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 366), help="How far to go back.")
def backtest(reference: str, file: Path | None, days: int) -> None:
    """Say what ROUTER, as edited in FILE, would have made of the payloads that came in lately."""
    ports = wiring.world().ports
    current = _find(reference, ports.store.directory())
    edited = replace(current, yaml=_read(file)) if file else current
    click.echo(backtesting.say(backtesting.backtest(ports, edited, days)))


@router.command()
@click.argument("reference", metavar="ROUTER")
def versions(reference: str) -> None:
    """List the versions of ROUTER."""
    ports = wiring.world().ports
    for each in history.versions(ports, _find(reference, ports.store.directory()).id):
        click.echo(history.say(each, ports.store.directory()))


@router.command()
@click.argument("reference", metavar="ROUTER")
@click.argument("one", type=int)
@click.argument("other", type=int)
def diff(reference: str, one: int, other: int) -> None:
    """Compare two versions of ROUTER, by their numbers."""
    ports = wiring.world().ports
    object_id = _find(reference, ports.store.directory()).id
    click.echo(history.diff(history.version(ports, object_id, one), history.version(ports, object_id, other)))


def _rehearse(payload: Path, scene: Scene, reference: str) -> tuple[Rehearsed, ...]:
    if not reference:
        return (rehearse(payload.read_bytes(), scene),)
    integration = scene.directory.get(Integration, reference)
    if not isinstance(integration, Integration):
        raise NotFound(f"There is no integration {reference}.")
    return rehearse_sent(posted(payload.read_bytes()), integration, scene, discover())


def _told(rehearsed: Rehearsed, directory: Directory, zone: ZoneInfo) -> str:
    if rehearsed.rehearsal is None:
        return f"This asks to {rehearsed.signal} an alert: no router is asked."
    before = [f"{line.stage}, {line.subject}: {line.said}" for line in rehearsed.trace]
    return "\n".join((*before, say_routing(rehearsed.rehearsal, directory, zone)))


def _told_of_people(rehearsed: Rehearsed, directory: Directory, zone: ZoneInfo) -> str:
    return say_ladder(rehearsed.rehearsal, directory, zone) if rehearsed.rehearsal else ""


def _run_tests(ctx: click.Context, edited: Router, directory: Directory | None, report: Path | None) -> None:
    try:
        trials = run_tests(edited, directory or stand_ins(edited))
    except Invalid as invalid:
        _write(report, (RouterTestOutcome(name="the file", failures=tuple(map(str, invalid.problems))),))
        raise
    _write(report, trials)
    for each in trials:
        click.echo(f"{'FAILED' if each.failures else 'passed'}  {each.name}")
        for said in each.failures:
            click.echo(f"        {said}")
    failed = sum(bool(each.failures) for each in trials)
    click.echo(f"{len(trials)} tests, {failed} failed" if trials else "There are no tests: in this file.")
    ctx.exit(1 if failed else 0)


def _write(report: Path | None, trials: tuple[RouterTestOutcome, ...]) -> None:
    if report:
        report.write_bytes(junit(trials))


def _directory(settings: Settings) -> Directory | None:
    """The configuration, or None where there is no database yet."""
    if settings.on_sqlite and not Path(settings.database.removeprefix("sqlite:///")).exists():
        return None
    with store.open_store(settings.database, channel_kinds=channels.known()) as opened:
        return opened.directory()


def _edited(file: Path, reference: str, directory: Directory | None) -> Router:
    """The router that the file makes: in the place of a configured one, or a new one."""
    if reference and directory is not None:
        return replace(_find(reference, directory), yaml=_read(file), enabled=True)
    return Router(id=_NEW, name=file.stem, handle=file.stem, yaml=_read(file))


def _find(reference: str, directory: Directory) -> Router:
    found = directory.get(Router, reference.removeprefix("router:"))
    if not isinstance(found, Router):
        raise NotFound(f"There is no router {reference}.")
    return found


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PagerError(f"{file} cannot be read: {error}.") from None
