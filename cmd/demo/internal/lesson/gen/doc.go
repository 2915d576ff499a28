// Command gen writes what the lessons open on the page of the playground, as JSON that the
// page carries: it runs their trainings, and takes the verdicts from the pages that
// demo lesson all --out wrote. Package play has the go generate line that calls it.
//
// It imports the lessons alone. What a lesson opens is said by its own file, and what there is
// to be said by lesson.Opening.
package main
