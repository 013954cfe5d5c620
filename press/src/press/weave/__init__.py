"""An executed notebook becomes Markdown for pandoc."""
