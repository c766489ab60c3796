"""Measure how fast and how large renders are: ``make bench``. Start at ``cases``, then ``measuring``."""
