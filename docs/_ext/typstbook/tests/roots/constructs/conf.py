project = "Constructs"
author = "A tester"
extensions = ["myst_parser", "typstbook"]
numfig = True
