"""Read text as it comes out of other programs: its encoding, its delimiters, and where in it a table stands."""
