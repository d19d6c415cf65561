"""Prompts: files with a version, rendered by Jinja2, into which nothing comes unfenced."""

from palate.agent.prompts.fencing import inside
from palate.agent.prompts.loading import Prompt, load

__all__ = ["Prompt", "inside", "load"]
