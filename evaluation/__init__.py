"""Measures of drawn pizzas, one concept a file; `evaluate.py` puts them together.

Arrays go in, numbers come out: only `subject` knows of run folders.
"""
