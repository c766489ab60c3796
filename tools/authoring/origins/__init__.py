"""Find the line of a template and the place in the data that a word on a page comes from, and the way back."""
