"""Feed the readers of files and the shipped templates inputs that nobody would write, and keep what they trip over."""
