"""What the Slack channel and the handlers both draw and speak with: Block Kit, forms, cards, the Web API."""
