// Package optim trains parameters: update rules written as graph nodes, a
// Trainer that compiles forward pass, backward pass and update into one
// program per batch size, and a training loop.
package optim
