"""The data that the stages hand to one another: no input or output, no knowledge of a runtime."""
