"""Decisions as text, Markdown and HTML."""
