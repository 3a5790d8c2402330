"""What ``make new`` writes: a chapter, a claim, a term or a source, in its file and at its place.

``names`` checks what an author typed, ``pages`` writes into the markdown files, ``bibtex``
takes BibTeX apart, ``bibliography`` writes into ``sources.bib``, and ``files`` reads and
writes.  Each maker returns the new texts of all files that it would change; nothing is
written before everything is known to be right.
"""
