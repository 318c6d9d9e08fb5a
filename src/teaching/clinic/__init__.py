"""The clinic: one patient, five visits, no way back. A state machine over the model; knows no picture and no widget.

visit.py is the door: `start("SLE nephritis", seed=7)` gives the first `Visit`; its methods give the next values.
"""
