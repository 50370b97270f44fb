"""HTML mail as text: its structure stays, what nobody would see does not, and hostile markup is bounded."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.payloads.mail import MAX_MARKED, MAX_TEXT, read_mail
from bot.payloads.markup import MAX_TAGS, text_of

NEWSLETTER = """<!DOCTYPE html><html><head><title>Title</title><style>.secret { color: red }</style></head><body>
<div style="display:none;font-size:1px;max-height:0">Secret preheader&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;</div>
<!--[if mso]><table><tr><td>secret of Outlook</td></tr></table><![endif]-->
<img src="https://t.example/open.gif" width="1" height="1" alt="secret"><img src="cid:logo@1" alt="ACME" width="120">
<table width="100%"><tr><td align="center" style="padding:10px;font-size:0px">
 <table><tbody><tr><td style="font-size:14px"><h1>Disk   full</h1>
  <p>Hello <b>team</b>,<br>the disk of <font color=red>db1</font> is <strong>full</strong>.</p>
  <table border=1><tr><th>Host</th><td>db1</td></tr><tr><td>Since:</td><td>10:00</td></tr></table>
  <a href="https://x.example/ack?t=1" style="display:inline-block">Acknowledge</a
  ><!--[if !mso]><!--><a href="https://x.example/view" style="display:inline-block;mso-hide:all">View</a>
 <!--<![endif]-->
 </td></tr></tbody></table>
</td></tr></table>
<script>secret()</script></body></html>"""

READ = """ACME
Disk full

Hello team,
the disk of db1 is full.

Host: db1
Since: 10:00
Acknowledge (https://x.example/ack?t=1) View (https://x.example/view)"""

OUTLOOK = """<div class=WordSection1><p class=MsoNormal>See below.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p>
</p><table class=MsoNormalTable><tr><td><p class=MsoNormal>api<o:p></o:p></p></td><td><p class=MsoNormal>down</p></td>
<td><p class=MsoNormal>3&nbsp;min</p></td></tr></table></div>"""

REPLY = """<div dir="ltr">On it.</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, Bo wrote:<br></div>
<blockquote class="gmail_quote">It is down<br>again<blockquote>Is it?</blockquote></blockquote></div>"""


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (NEWSLETTER, READ),
        (OUTLOOK, "See below.\n\napi | down | 3 min"),
        (REPLY, "On it.\n\nOn Mon, Bo wrote:\n\n> It is down\n> again\n\n> > Is it?"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul><ol start=3><li>d<li>e</ol>", "- a\n- b\n  - c\n3. d\n4. e"),
        ("a<pre>  File\n\n    x &lt; 1</pre>b", "a\n\n  File\n\n    x < 1\n\nb"),
        ("<div>a</div><div><br></div><div>b</div><br><br><br>c", "a\n\nb\n\nc"),
        ("<tr><td>a</td></tr> b <td>c", "a b c"),
        ("<table><tr><td>a<p>b</p></td><td>c</td></tr></table>", "a\n\nb\nc"),
        (
            "<table><tr><th>Name</th><th>State</th></tr><tr><td>web</td><td>up</td></tr></table>",
            "Name | State\nweb | up",
        ),
        ("<span style='display:block'>a</span><span>b</span>", "a\nb"),
    ],
)
def test_structure_survives(markup: str, text: str) -> None:
    assert text_of(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<a href="https://x.example/1">db1</a>', "db1 (https://x.example/1)"),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<a href="https://x.example/1"><img alt="View"></a> <a href="https://x.example/1">it</a>',
         "View (https://x.example/1) it"),
        ('<a href="mailto:a@b.example">Ann</a>', "Ann"),
        ('<a href="javascript:alert(1)">Ann</a> <a href="/on/this/host">here</a>', "Ann here"),
        ('<a href="https://x.example/social"><img src="cid:1"></a>after', "after"),
        (f'<a href="https://x.example/{"y" * 2_000}">long</a>', "long"),
    ],
)  # fmt: skip
def test_links_say_where_they_lead(markup: str, text: str) -> None:
    assert text_of(markup) == text


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY : None !important",
        "color:#fff;font-size:0",
        "font-size:1px;line-height:1px",
        "font-size:0.0em",
        "visibility:hidden",
        "max-height:0;overflow:hidden",
        "height:0px; overflow: hidden",
        "opacity:0",
        "opacity:0.0",
    ],
)
def test_hidden_text_is_not_said(style: str) -> None:
    for tag in ("div", "span", "b", "p", "a", "font"):
        assert text_of(f'a <{tag} style="{style}">hidden <i>too</i></{tag}> b') in {"a b", "a\nb", "a\n\nb"}, tag


def test_hidden_rows_images_and_elements_are_not_said() -> None:
    row = "<table><tr style='display:none'><td>x</td></tr><tr><td hidden>y</td><td>seen</td></tr></table>"
    assert text_of(f'{row}<div hidden>z</div><img alt="w" style="display:none"><img alt="v" height="1">') == "seen"


@pytest.mark.parametrize(
    "markup",
    [
        "<div style='font-size:0'><p style='font-size:14px'>seen</p></div>",
        "<div style='visibility:hidden'><p style='visibility:visible'>seen</p></div>",
        "<p style='opacity:0.9;height:0'>seen</p>",
        "<p style='font-size:100%'>seen</p>",
        "<p style='mso-hide:all'>seen</p>",
        "<p style='max-height:none;overflow:hidden'>seen</p>",
    ],
)
def test_what_is_seen_is_said(markup: str) -> None:
    assert text_of(markup) == "seen"


@pytest.mark.parametrize(
    "piece",
    [
        "<ul><li>x",
        "<div>",
        "<b id={0}>x<p>",
        "<table><tr><td>x",
        "<blockquote>x<br>",
        "<a href=https://x.example/{0}>x",
        "<svg><p>",
        "<",
        "&",
        "<!--",
    ],
)
def test_much_hostile_markup_says_little(piece: str) -> None:
    markup = "".join(piece.format(number) for number in range(600_000 // len(piece)))
    said = read_mail(b"Subject: x\nContent-Type: text/html\n\n" + markup.encode()).text
    assert said.count("x") <= 3 * MAX_TAGS  # two of them in an address
    assert len(said) <= 2 * MAX_TEXT


def multipart(kind: str, *parts: tuple[str, str]) -> bytes:
    said = "".join(f"--x\nContent-Type: text/{subtype}\n\n{content}\n" for subtype, content in parts)
    return f"Subject: x\nContent-Type: multipart/{kind}; boundary=x\n\n{said}--x--\n".encode()


PLAIN, MARKED = ("plain", "as text"), ("html", "<p>as markup</p>")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (multipart("alternative", PLAIN, MARKED), "as text"),
        (multipart("alternative", MARKED, PLAIN), "as text"),
        (multipart("alternative", ("plain", " "), MARKED), "as markup"),
        (multipart("mixed", PLAIN, MARKED), "as text"),
        (multipart("mixed", MARKED, PLAIN), "as markup\n\nas text"),
        (multipart("mixed", ("plain", ""), MARKED, PLAIN, MARKED), "as markup\n\nas text"),
    ],
)
def test_markup_is_read_where_no_plain_text_stands_for_it(raw: bytes, text: str) -> None:
    assert read_mail(raw).text == text


def test_only_so_many_parts_of_markup_are_read() -> None:
    mail = read_mail(multipart("mixed", *[("html", f"<p>part {number}</p>") for number in range(50)]))
    assert mail.text.count("part") == MAX_MARKED
    long = read_mail(multipart("mixed", *[("html", "x" * (MAX_TEXT - 3)), ("html", "<p>seen"), ("html", "more")]))
    assert len(long.text) == MAX_TEXT - 3


@given(st.text(st.characters(exclude_categories=["C", "Z", "M"], exclude_characters="\u00ad"), min_size=1))
def test_any_word_survives(word: str) -> None:
    assert text_of(f"<p>{escape(word)}</p>") == word


TAGS = """<ul> <li> </ul> <table> <td> </tr> <a/href=http://x> x <p> </td> <blockquote> </p> </a> <b/hidden>
<div/style=display:none>"""


@given(st.lists(st.sampled_from(TAGS.split())))
def test_any_order_of_tags_can_be_read(pieces: list[str]) -> None:
    said = text_of("".join(pieces))
    assert "<" not in said
    assert said.count("x") <= 2 * pieces.count("x") + pieces.count("<a/href=http://x>")
