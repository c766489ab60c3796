"""Tell template authors what is wrong, and show them what they make."""
