"""The structure of a document for screen readers, in place of WeasyPrint's (ISO 32000-1, 14.7 and 14.8; ISO 14289-1).

WeasyPrint makes a tree for each page (its issues 2903 and 1836). Here one tree is made of the boxes of all pages, in
which each element of the HTML stands once: see ``tree``.
"""
