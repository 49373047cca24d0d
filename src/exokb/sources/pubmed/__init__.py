"""PubMed: ``client.py`` speaks E-utilities, ``parse.py`` and its pure siblings read what comes back.

``markup.py`` and ``mathml.py`` read text with inline markup, ``dates.py`` dates, ``people.py`` authors, ``linked.py``
identifiers and references, ``article.py`` and ``book.py`` the two kinds of record. The elements are NLM's:
https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/index.html.
"""
