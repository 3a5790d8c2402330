project = "Lectures"
author = "A lecturer"
extensions = ["myst_parser", "typstbook"]
myst_enable_extensions = ["amsmath", "dollarmath", "colon_fence"]
myst_footnote_transition = False
numfig = True
math_numfig = True
