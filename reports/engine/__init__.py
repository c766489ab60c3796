"""Turn templates and data into PDFs, free of AWS.

Start at ``renderer.WeasyPrintRenderer``. Importing this package loads neither WeasyPrint nor a native library: that
happens when the first renderer is made, after the bundled libraries and fonts are in place.
"""
