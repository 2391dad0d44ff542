"""The year's sheet as drawings and documents. Pure: a sheet in, text or bytes out."""
