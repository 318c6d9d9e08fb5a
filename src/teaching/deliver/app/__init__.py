"""The panels without code: pages for a browser, served by this computer for this computer (`teaching app`)."""
