"""Feed the readers of files and the shipped templates inputs that no user would write, and keep what they trip over."""
