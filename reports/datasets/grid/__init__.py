"""Find the tables in a grid of cells, be it a text or a sheet: where they stand, and what is around them.

A reader surveys its file once, and hands over blocks. A block is rows without an empty row between them, and holds its
first and last rows. ``TableFinder`` says which blocks are tables, and which are titles, notes, or more rows of a table.
"""
