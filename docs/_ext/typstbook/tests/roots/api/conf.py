project = "A library"
author = "Its authors"
release = "2.1"
extensions = ["sphinx.ext.todo", "typstbook"]
todo_include_todos = True
numfig = True
