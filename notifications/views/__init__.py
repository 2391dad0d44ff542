"""The year's sheet as drawings and papers. Pure: a sheet in, text or bytes out."""
