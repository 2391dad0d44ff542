"""A file as tables of cells: its bytes with their limits, its text, its workbook."""
