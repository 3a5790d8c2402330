console.log("for browsers");
