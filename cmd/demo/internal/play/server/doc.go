// Package server puts HTTP around the sessions of the playground, one for each tab of a
// browser, and serves the page.
//
//	GET  /                    the page and its files
//	POST /tabs                a new tab: {"tab": ID}
//	POST /tabs/{ID}           a request of package play, as application/json; its reply
//	GET  /tabs/{ID}/events    events of the session, as server-sent events
//	POST /tabs/{ID}/close     the tab is closed
//
// What cannot be answered has a status from 400 to 499 and says why:
//
//	{"error": "a sentence", "path": "experiment.layers[1].units"}
//
// where path is that in the JSON of the request, and missing if it is about the whole. An
// unknown tab is 404: the page then opens another and takes its own state there.
//
// # Who may ask
//
// Only the page itself. The header Host must name this machine, so that no name of somebody
// else's that leads here does; Origin, where a browser gives one, must be the page's own, and
// requests must be application/json, so that no other page can send one; and the ID of a tab
// cannot be guessed. See [Server.Names] for other machines.
//
// # Where things are
//
//   - server.go: [Server], and where a path leads; guard.go: who may ask; tabs.go: tabs, and
//     when they end; ask.go: a request; events.go: a stream of events; files.go: the page;
//     problem.go: what is wrong with a request.
//
// It imports play and web, and is all of the playground that needs net/http.
package server
