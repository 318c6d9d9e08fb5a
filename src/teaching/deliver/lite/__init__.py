"""The lessons with their code in a browser: JupyterLite with Pyodide, as a folder that any web server can show."""
