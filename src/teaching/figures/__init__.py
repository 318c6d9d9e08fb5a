"""Pictures: a course or a table in, a matplotlib figure out. No widgets, no pyplot state."""
