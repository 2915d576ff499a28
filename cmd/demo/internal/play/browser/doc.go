// Package browser holds the tests of the playground in a real browser: scenarios in *.test.mjs that Node runs,
// with playwright-core to drive Chromium and axe-core to look for what hinders readers. Both come from npm and are
// never committed:
//
//	cd cmd/demo/internal/play/browser && npm install && go test .
//
// Without node, its modules or Chromium the test says so and is skipped. CHROMIUM names another browser than the
// one in the path.
//
// It imports nothing; its test imports the server. A new scenario is a test in one of the files, or another
// file.
package browser
