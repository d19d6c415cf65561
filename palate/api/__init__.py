"""The HTTP service: REST, OpenAI-compatible chat, MCP and the page, one application on one port."""
