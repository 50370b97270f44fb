"""The YAML that people write, as values or as a list of problems: routers, notification rules, integrations."""
