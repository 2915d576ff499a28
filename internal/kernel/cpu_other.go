//go:build !amd64 || purego

package kernel

func bestLevel() instructions { return portable }
