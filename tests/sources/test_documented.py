"""The definition that the documentation shows is one."""

from pathlib import Path

from bot.engine.rules.definitions import read_definition


def test_the_documented_definition_can_be_read() -> None:
    page = Path("docs/integrations.md").read_text(encoding="utf-8")
    _, _, rest = page.partition("```yaml\n")
    definition = read_definition(rest.partition("```")[0])
    assert [rule.name for rule in definition.rules] == ["a build broke", "rule 2"]
    assert definition.default is not None
