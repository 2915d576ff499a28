package netspec

// A Convention says of what dZ is the derivative. All other lines are the same in
// both.
type Convention string

// The conventions.
const (
	Notes Convention = "notes" // of each example's own loss: dZ2 = A2 − Y, and 1/m comes in with dW and db
	Mean  Convention = "mean"  // of the cost, which is the mean of those: dZ2 = (A2 − Y)/m
)

// ConventionNames returns the names of the conventions.
func ConventionNames() []string { return []string{string(Notes), string(Mean)} }
