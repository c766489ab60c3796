"""Electronic invoices, and the rules that they keep."""
