"""Titles out of what senders put in their place."""

import pytest

from bot.payloads.headlines import about, first_line, headline, laid_out, placed
from bot.payloads.signals import CREATE, UNTITLED, signal


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("Disk full on db1", "Disk full on db1"),
        ("<b>Backup</b> failed<br>on db1", "Backup failed on db1"),
        ("a < b, and <@U1> asks", "a < b, and <@U1> asks"),
        ('{"detail-type": "EC2 stop", "account": "1"}', "EC2 stop"),
        ('[{"alertname": "Down", "instance": "web1"}]', "Down"),
        ('{"host": "web1", "load": 9}', "host: web1, load: 9"),
        ("[FIRING:1] Disk", "[FIRING:1] Disk"),
        ("{host:db1} is full", "{host:db1} is full"),
        ("{}", "{}"),
    ],
)
def test_a_title_is_words(sent: str, said: str) -> None:
    assert headline(sent) == said


def test_an_object_says_what_it_is_about() -> None:
    assert about({"id": 1, "detail": {"Title": "A finding", "message": "x"}}) == "A finding: x"
    assert about({}) == about([]) == about(None) == ""


@pytest.mark.parametrize(
    ("places", "title"),
    [
        (("web1",), "CPU is high (web1)"),
        (("cpu", "", "https://shop.example/"), "CPU is high (shop.example)"),
        (("web1", "web1", "eu", "node7", "zone"), "CPU is high (web1, eu, node7)"),
        ((), "CPU is high"),
    ],
)
def test_a_title_names_the_places_that_it_lacks(places: tuple[str, ...], title: str) -> None:
    assert placed("CPU is high", places) == title


def test_a_title_that_is_missing_is_made_of_what_there_is() -> None:
    assert placed("", ("web1", "eu")) == "web1, eu"
    assert signal(CREATE, "k", "", "\n<b>Disk</b> full on db1<br>now").title == "Disk full on db1"
    assert signal(CREATE, "disk-db1").title == "disk-db1"
    assert signal(CREATE).title == UNTITLED
    assert first_line(" \n\t\nx\ny") == "x"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("<div><b>Host</b> web1<br>CPU 99 %</div>", "Host web1\nCPU 99 %"),
        ('one\ntwo <a href="https://a.example">here</a>', "one\ntwo here (https://a.example)"),
        ("<b>bold</b> in a text\nof two lines", "<b>bold</b> in a text\nof two lines"),
        ("if a < b\n\tthen c > d", "if a < b\n\tthen c > d"),
    ],
)
def test_the_markup_of_a_page_is_laid_out_and_other_text_stays(sent: str, said: str) -> None:
    assert laid_out(sent) == said


def test_very_much_markup_is_read_line_by_line() -> None:
    much = "<p>a &amp; b</p><style>p {}</style><div>c <b>d</b></div>" * 100
    assert laid_out(much).splitlines() == ["a & b", "c d"] * 100
    assert len(laid_out("<p>" * 100_000 + "x" * 1_000_000)) < 50_000


def test_a_runbook_that_the_text_names_is_an_entry() -> None:
    told = "CPU is over 90 %. Runbook: https://wiki.example/cpu."
    assert signal(CREATE, "k", "CPU", told).data == {"runbook_url": "https://wiki.example/cpu"}
    assert signal(CREATE, "k", "CPU", told, data={"runbook": "https://a.example"}).data == {
        "runbook": "https://a.example",
        "runbook_in_text": "https://wiki.example/cpu",
    }
    assert signal(CREATE, "k", "CPU", told, data={"doc": "https://wiki.example/cpu"}).data == {
        "doc": "https://wiki.example/cpu"
    }
