"""Live panels: widgets only, no equation. `panels.treatment(patient)` and its sisters, one file a family."""

from teaching.panels.treatment import treatment

__all__ = ["treatment"]
