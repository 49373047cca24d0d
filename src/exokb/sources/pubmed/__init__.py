"""PubMed through NCBI's E-utilities and the PMC ID converter (https://www.ncbi.nlm.nih.gov/books/NBK25499/)."""
