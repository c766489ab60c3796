"""PDFs for archives, and files in PDFs."""
