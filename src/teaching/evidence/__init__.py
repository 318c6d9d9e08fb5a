"""Published studies read as evidence: who was counted, how sure a number is, what else explains it. Knows no model."""
