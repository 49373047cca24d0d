"""iCite: the NIH Open Citation Collection (https://icite.od.nih.gov/api)."""
