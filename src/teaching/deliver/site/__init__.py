"""The kit as a folder of pages: lessons, panels, glossary and sources, alive without Python, server and network."""
