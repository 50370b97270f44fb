"""StatusCake, an uptime monitor."""

from bot.payloads import reading
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option

NAME = "status_cake"
TITLE = "StatusCake"
SETUP = "In StatusCake, Contact Groups, set the Webhook URL {url} (method POST) and choose the group in your tests."
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "documented fields: docs.firehydrant.com and others; StatusCake's own page not seen"
PROBLEM = "one test: two tests of one address have names of their own"
APART = ("Name", "URL")
FIELDS = Fields(
    state="{Status}",
    kinds={"down": CREATE, "up": RESOLVE},
    key=("{Name} {URL}", "{URL}", "{Name}"),
    former="{URL}",
    title=("{Name} is {Status}", "{URL} is {Status}"),
    where="{URL}",
    description="{Name} at {URL} answers {StatusCode}",
    tags="Tags",
    data={"url": "{URL}", "ip": "{IP}"},
)

verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

DOWN = "Token=d41d8cd9&Status=Down&StatusCode=503&URL=https%3A%2F%2Fshop.example&IP=192.0.2.1&Name=Shop&Tags=web%2Cprod"
DATA = {"url": "https://shop.example", "ip": "192.0.2.1"}
EXAMPLES = (
    posted(
        "down",
        DOWN,
        signal(
            CREATE,
            "Shop https://shop.example",
            "Shop is Down (shop.example)",
            "Shop at https://shop.example answers 503",
            tags=("web", "prod"),
            data=DATA,
        ),
    ),
    posted(
        "up",
        DOWN.replace("Down", "Up").replace("503", "200"),
        signal(
            RESOLVE,
            "Shop https://shop.example",
            "Shop is Up (shop.example)",
            "Shop at https://shop.example answers 200",
            tags=("web", "prod"),
            data=DATA,
            keys=("https://shop.example",),
        ),
    ),
)
