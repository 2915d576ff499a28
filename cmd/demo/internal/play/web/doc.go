// Package web holds the page of the playground: one HTML file, styles and plain
// modules, served as they are. There is no build step and no third-party code.
//
// app.js is what the modules share: the session's state, its newest frame and the way
// to ask. transport.js reaches the session, state.js writes the page's state into the
// address, and each screen is a module that main.js lists: train.js, onestep.js,
// nudge.js, breakit.js, takealong.js, lessons.js. Pictures are drawn with the pens of
// draw.js, which draw on a canvas or write SVG.
//
// It imports nothing; package.json only tells Node, with which tests run the modules, what they are. A new screen is a module with a function that makes it, a row in
// main.js, and if need be a style sheet that index.html links.
package web
