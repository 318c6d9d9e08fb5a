"""What only a browser can show. A package, so that its browser and server end before other tests begin."""
