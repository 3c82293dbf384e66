"""Measures of generated pizzas, one concept a file; `evaluate.py` combines them.

Arrays go in, numbers come out: only `evaluated_run` reads run folders.
"""
