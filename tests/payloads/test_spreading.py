"""What is nested in an alert's data, beside it."""

from bot.payloads.spreading import MAX_SPREAD, spread


def test_what_is_nested_stands_beside_it() -> None:
    data: dict[str, object] = {
        "url": "https://a.example",
        "labels": {"host": "web1", "env": "prod", "none": None},
        "host": "gateway",
        "dimensions": [{"name": "Queue", "value": "orders"}, "plain"],
        "detail": {"zone": {"name": "eu-1"}, "ids": [1, 2, 2]},
    }
    assert spread(data) == {
        **data,
        "labels.host": "web1",
        "env": "prod",
        "Queue": "orders",
        "name": "eu-1",
        "ids": "1, 2",
    }


def test_it_is_bounded_in_count_and_depth() -> None:
    many = spread({"labels": {f"l{number}": "x" for number in range(1_000)}})
    assert len(many) == 1 + MAX_SPREAD
    deep: dict[str, object] = {"x": "deep"}
    for _ in range(30):
        deep = {"in": deep}
    assert spread({"d": deep}) == {"d": deep}
    assert all(
        len(str(value)) <= 1_000 for value in spread({"d": {"long": "y" * 9_999}}).values() if isinstance(value, str)
    )


def test_the_same_value_is_not_said_twice() -> None:
    assert spread({"host": "web1", "labels": {"host": "web1"}}) == {"host": "web1", "labels": {"host": "web1"}}
