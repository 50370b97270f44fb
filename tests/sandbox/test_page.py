"""The page in a real browser, with the tiny bot on the other side."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect, sync_playwright
from slack_sdk import WebClient

from sandbox.server import Running
from tests.sandbox.client import Driver
from tests.sandbox.tiny_bot import press, text

Json = dict[str, Any]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not CHROMIUM, reason="the page is not tested: no chromium is installed (apt install chromium)"),
    pytest.mark.usefixtures("bot"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, slack: Running) -> Iterator[Page]:
    """The page as alice opens it; a script error on it fails the test."""
    troubles: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.set_default_timeout(10_000)
    page.goto(slack.url)
    expect(page.locator(".conversation.current")).to_be_visible()
    yield page
    page.close()
    assert troubles == []


def type_line(page: Page, line: str) -> None:
    page.fill("#line", line)
    page.press("#line", "Enter")


def be(page: Page, name: str) -> None:
    page.click("#me")
    page.click(f".menu-option:has-text('{name}')")
    expect(page.locator("#me")).to_contain_text(name)


def test_a_card_is_acknowledged_and_changes_in_place(page: Page, tmp_path: Path) -> None:
    type_line(page, "/pagertree alert")
    page.click("[data-action-id=ack]")
    card = page.locator(".message", has_text="#1042")
    expect(card).to_contain_text("Acknowledged by @Alice Moreau")
    expect(page.locator("[data-action-id=ack]")).to_have_count(0)
    expect(card).to_contain_text("<b>now</b>")
    expect(card.locator("a", has_text="Runbook")).to_have_attribute("href", "https://runbooks.example.com/disk")
    page.screenshot(path=tmp_path / "card.png")
    assert (tmp_path / "card.png").stat().st_size > 10_000


def test_an_ephemeral_is_marked_and_another_person_does_not_see_it(page: Page) -> None:
    type_line(page, "/pagertree hello")
    expect(page.locator(".message.ephemeral")).to_contain_text("Only visible to you")
    be(page, "Bob Nakamura")
    expect(page.locator(".message")).to_have_count(0)


def test_a_button_asks_for_confirmation_first(page: Page, driver: Driver) -> None:
    type_line(page, "/pagertree alert")
    page.click("[data-action-id=resolve]")
    expect(page.locator(".confirm")).to_contain_text("Everybody who was paged")
    page.click("text=Not yet")
    assert driver.get("calls", method="response_url")["matching"] == 0
    page.click("[data-action-id=resolve]")
    page.locator(".confirm .button", has_text="Resolve").click()
    expect(page.locator(".message")).to_contain_text("resolved")


def test_an_overflow_menu(page: Page) -> None:
    type_line(page, "/pagertree alert")
    page.click("[data-action-id=more]")
    page.click(".menu-option:has-text('Snooze')")
    expect(page.locator(".message.ephemeral")).to_contain_text("chose snooze")


def test_a_modal_shows_the_error_under_its_block_and_loses_nothing(page: Page) -> None:
    type_line(page, "/pagertree router")
    name = page.locator("[data-block-id=name]")
    page.click("[data-role=submit]")
    expect(name.locator(".error")).to_have_text("Please complete this required field.")
    name.locator("input").fill("Dev alerts")
    page.click("[data-block-id=team] .select")
    page.fill(".menu-query", "pay")
    page.click(".menu-option:has-text('Payments DB')")
    page.click("[data-role=submit]")
    expect(page.locator("[data-block-id=yaml] .error")).to_contain_text("line 3, column 5")
    expect(name.locator("input")).to_have_value("Dev alerts")
    expect(name.locator(".error")).to_be_hidden()
    page.click("[data-action-id=dry_run]")
    expect(page.locator(".modal h2")).to_have_text("Dry run")
    page.click(".back")
    expect(name.locator("input")).to_have_value("Dev alerts")
    page.fill("[data-block-id=yaml] textarea", "rules: []")
    page.click("[data-role=submit]")
    expect(page.locator(".modal")).to_have_count(0)


def test_closing_by_the_cross_is_told(page: Page) -> None:
    type_line(page, "/pagertree router")
    page.click(".cross")
    page.click("[data-channel^=D]")
    expect(page.locator("#messages")).to_contain_text("closed, all: True")


def test_a_bot_that_is_gone_is_seen_in_the_modal_and_at_the_button(page: Page, slack: Running) -> None:
    type_line(page, "/pagertree alert")
    expect(page.locator("[data-action-id=ack]")).to_be_visible()
    type_line(page, "/pagertree router")
    page.fill("[data-block-id=name] input", "Dev alerts")
    page.click("[data-block-id=team] .select")
    page.click(".menu-option:has-text('Platform')")
    slack.bot_url = "http://127.0.0.1:9/"
    page.click("[data-role=submit]")
    expect(page.locator(".notice")).to_have_text("We had some trouble connecting. Try again?")
    page.press(".modal", "Escape")
    page.click("[data-action-id=ack]")
    expect(page.locator(".trouble")).to_contain_text("dispatch_failed")


def test_a_message_elsewhere_leaves_a_dot(page: Page, client: WebClient) -> None:
    client.chat_postMessage(channel="U0ALICE0001", text="you are paged")
    row = page.locator("[data-channel=D0ALICE0001]")
    expect(row).to_have_class("conversation unread")
    row.click()
    expect(page.locator("#messages")).to_contain_text("you are paged")
    expect(row).to_have_class("conversation current")


def test_the_app_home(page: Page) -> None:
    page.click("[data-channel^=D]")
    page.click(".tab:has-text('Home')")
    expect(page.locator("#home")).to_contain_text("Hello @Alice Moreau, you are on call")
    be(page, "Bob Nakamura")
    expect(page.locator("#home")).to_contain_text("Hello @Bob Nakamura")


def test_hostile_text_is_only_text(page: Page, client: WebClient) -> None:
    nasty = "<img src=x onerror=alert(1)> <javascript:alert(1)|click> <!channel> &lt;script&gt;"
    blocks: list[Json] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": nasty}},
        {"type": "actions", "elements": [press("b", "<i>b</i>")]},
    ]
    client.chat_postMessage(channel="C0GENERAL01", text=nasty, blocks=blocks)
    message = page.locator(".message")
    expect(message).to_contain_text("<script>")
    expect(message.locator("img, script, a")).to_have_count(0)
    expect(message.locator(".button")).to_have_text("<i>b</i>")


def test_it_opens_as_whom_it_is_told_and_says_so_until_somebody_else_is_chosen(
    page: Page, slack: Running, driver: Driver
) -> None:
    driver.post("settings", opens_as="bob", opens_because="who is paged first")
    expect(page.locator("#because")).to_have_text("You are Bob Nakamura, who is paged first.")
    page.goto(slack.url)
    expect(page.locator("#me")).to_contain_text("Bob Nakamura")
    be(page, "Carol Mendes")
    expect(page.locator("#because")).to_be_hidden()
    page.goto(slack.url)
    expect(page.locator("#me")).to_contain_text("Carol Mendes")

    slack.slack.run = "started anew"
    page.goto(slack.url)
    expect(page.locator("#because")).to_have_text("You are Bob Nakamura, who is paged first.")
    expect(page.locator("[data-channel=D0BOB000002]")).to_have_class("conversation current")


@pytest.mark.parametrize(
    "case",
    [
        ("alice", 1774747800, "2026-03-29T03:30", "2026-03-29T03:00", 1774746000),  # clocks went forward at 2:00
        ("alice", 1774747800, "2026-03-29T03:30", "2026-03-29T02:30", 1774747800),  # there was no such time
        ("alice", 1792888200, "2026-10-25T02:30", "2026-10-25T02:15", 1792887300),  # there were two such times
        ("bob", 1774747800, "2026-03-29T10:30", "2026-03-30T00:00", 1774796400),
    ],
)
def test_a_picked_moment_is_of_the_person_s_zone_wherever_the_browser_is(
    browser: Browser, slack: Running, driver: Driver, client: WebClient, case: tuple[str, int, str, str, int]
) -> None:
    person, at, shown, typed, meant = case
    element = {"type": "datetimepicker", "action_id": "v", "initial_date_time": at}
    blocks = [{"type": "input", "block_id": "at", "label": text("At"), "element": element}]
    view = {"type": "modal", "title": text("Moment"), "submit": text("Send"), "blocks": blocks}
    driver.post("settings", opens_as=person)
    far = browser.new_context(timezone_id="America/Los_Angeles").new_page()
    far.goto(slack.url)
    expect(far.locator("#line")).to_be_visible()
    type_line(far, "/pagertree router")
    client.views_update(view_id=driver.modal(person)["id"], view=view)
    picker = far.locator("[data-block-id=at] input")
    expect(picker).to_have_value(shown)
    picker.fill(typed)
    far.click("[data-role=submit]")
    expect(far.locator(".notice")).to_have_text("We had some trouble connecting. Try again?")
    assert driver.modal(person)["state"]["values"]["at"]["v"]["selected_date_time"] == meant
    far.context.close()


def test_shortcuts_from_the_page(page: Page, driver: Driver) -> None:
    offered = [
        {"type": "global", "callback_id": "page_somebody", "name": "Page somebody"},
        {"type": "message", "callback_id": "add_note", "name": "Add to timeline"},
    ]
    driver.post("settings", shortcuts=offered, commands=["/pagertree"])
    driver.post("messages", as_="bob", channel="general", text="it is the disk")
    page.hover(".message")
    page.click(".tools")
    page.click(".menu-option:has-text('Add to timeline')")
    expect(page.locator(".ephemeral")).to_contain_text("noted: it is the disk")
    page.fill("#line", "/pag")
    page.press("#line", "Tab")
    expect(page.locator("#line")).to_have_value("/pagertree ")
    page.click("#shortcuts")
    page.click(".menu-option:has-text('Page somebody')")
    expect(page.locator(".modal h2")).to_have_text("Edit router")


def test_every_input_is_filled_in_and_arrives(page: Page, driver: Driver, client: WebClient) -> None:
    """A gallery of the inputs, filled in by hand; what the bot would get is in the view's state."""
    choices = [{"text": text(word), "value": word} for word in ("one", "two", "three")]
    kinds: dict[str, Json] = {
        "date": {"type": "datepicker"},
        "time": {"type": "timepicker"},
        "number": {"type": "number_input", "is_decimal_allowed": False},
        "email": {"type": "email_text_input"},
        "radio": {"type": "radio_buttons", "options": choices},
        "ticks": {"type": "checkboxes", "options": choices},
        "many": {"type": "multi_static_select", "options": choices, "placeholder": text("Pick some")},
        "who": {"type": "users_select"},
        "where": {"type": "conversations_select"},
        "file": {"type": "file_input"},
        "words": {"type": "rich_text_input"},
    }
    blocks = [
        {"type": "input", "block_id": name, "label": text(name.title()), "element": {**kind, "action_id": "v"}}
        for name, kind in kinds.items()
    ]
    view = {"type": "modal", "title": text("Gallery"), "submit": text("Send"), "blocks": blocks}
    type_line(page, "/pagertree router")
    shown = driver.modal("alice")
    client.views_update(view_id=shown["id"], view=view)
    expect(page.locator(".modal h2")).to_have_text("Gallery")
    page.fill("[data-block-id=date] input", "2026-03-29")
    page.fill("[data-block-id=time] input", "09:30")
    page.fill("[data-block-id=number] input", "15")
    page.fill("[data-block-id=email] input", "a@example.com")
    page.check("[data-block-id=radio] input[value=two]")
    page.check("[data-block-id=ticks] input[value=one]")
    page.check("[data-block-id=ticks] input[value=three]")
    for word in ("two", "three"):
        page.click("[data-block-id=many] .select")
        page.click(f".menu-option:has-text('{word}')")
    page.click("[data-block-id=who] .select")
    page.click(".menu-option:has-text('Carol Mendes')")
    page.click("[data-block-id=where] .select")
    page.click(".menu-option:has-text('#payments')")
    file = FilePayload(name="router.yaml", mimeType="text/yaml", buffer=b"rules: []")
    page.set_input_files("[data-block-id=file] input", files=file)
    expect(page.locator(".file-name")).to_have_text("router.yaml, 9 bytes")
    page.fill("[data-block-id=words] textarea", "some words")
    page.click("[data-role=submit]")
    expect(page.locator(".notice")).to_have_text("We had some trouble connecting. Try again?")
    state = driver.modal("alice")["state"]["values"]
    filled = {name: next(v for k, v in state[name]["v"].items() if k != "type") for name in kinds}
    (file,) = filled["file"]
    assert (file["id"][:2], file["name"], file["size"], "content" in file) == ("F0", "router.yaml", 9, False)
    assert [option["value"] for option in filled["ticks"]] == ["one", "three"]
    assert [option["value"] for option in filled["many"]] == ["two", "three"]
    assert filled["radio"]["value"] == "two"
    assert filled["words"]["elements"][0]["elements"][0]["text"] == "some words"
    plain = {name: filled[name] for name in ("date", "time", "number", "email", "who", "where")}
    assert plain == {
        "date": "2026-03-29",
        "time": "09:30",
        "number": "15",
        "email": "a@example.com",
        "who": "U0CAROL0003",
        "where": "C0PAYMENTS3",
    }
