"""A small publishing engine: from Quarto chapters to executed notebooks, a website and a PDF."""
