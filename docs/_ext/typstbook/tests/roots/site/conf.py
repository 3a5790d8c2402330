project = "A tool"
author = "Its users"
release = "1.4"
extensions = ["myst_parser", "typstbook"]
myst_enable_extensions = ["colon_fence", "deflist"]
book_subtitle = "How it is used"
