"""The pages: each asks the desk and hands values to a template."""
