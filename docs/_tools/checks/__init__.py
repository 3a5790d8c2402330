"""What `make check` asks of the content: small rules, each with a code, a page and fixtures.

A rule is a function in one of the modules below, decorated with its code, its title and
its cure.  It gets the whole content (see ``reading``) and yields places with what is wrong
there.  Its docstring is its page in ``docs/authoring/checks/``, which ``make fix`` writes
(see ``pages``).
"""
