"""A local Slack: Web API, deliveries and a page in the browser, for people without a workspace and for tests."""
