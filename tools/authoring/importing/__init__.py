"""Make a template's folder of an HTML page that was written for another program."""
