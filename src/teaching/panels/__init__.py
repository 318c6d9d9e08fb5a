"""Live panels: widgets only, no equation. `panels.treatment(patient)` is the first."""

from teaching.panels.treatment import treatment

__all__ = ["treatment"]
