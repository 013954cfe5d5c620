"""From Quarto chapters to executed notebooks, a website and a PDF."""
