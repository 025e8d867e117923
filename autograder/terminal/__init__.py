"""What the operator sees in a terminal: progress, tables, and text made safe to print."""
