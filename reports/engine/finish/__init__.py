"""What is done to a PDF after its layout, in the rendering process."""
