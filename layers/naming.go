package layers

import (
	"cmp"
	"strconv"
	"strings"

	"chainrule/internal/experiment"
)

// A naming counts the layers of a network by their kinds, in the order of its settings, and
// calls those without a name by the number: W1 and b1 of dense layers, and batch-norm1 of
// others. Build makes the names, Describe takes them off.
type naming struct {
	network string // name of the whole, or empty
	counts  map[string]int
}

func newNaming(network string) *naming { return &naming{network, map[string]int{}} }

// inNetwork returns a name with that of the network before it.
func (n *naming) inNetwork(name string) string {
	if n.network == "" {
		return name
	}
	return n.network + "." + name
}

func (n *naming) count(kind string) int {
	n.counts[kind]++
	return n.counts[kind]
}

// layer returns what the parameters of the next layer of a kind are called by.
func (n *naming) layer(kind, own string) string {
	return n.inNetwork(cmp.Or(own, experiment.Numbered(kind, n.count(kind))))
}

// unnamed returns what a layer is called in its settings whose parameters are called by name:
// nothing, if the next layer of the kind is called so anyway.
func (n *naming) unnamed(kind, name string) string {
	number := n.count(kind)
	if own := n.without(name); own != experiment.Numbered(kind, number) {
		return own
	}
	return ""
}

// without takes the name of the network off, which Build puts before all.
func (n *naming) without(name string) string {
	if n.network == "" {
		return name
	}
	return strings.TrimPrefix(name, n.network+".")
}

// dense returns the names of the parameters of the next dense layer, and its title in pictures.
func (n *naming) dense() (w, b, title string) {
	number := strconv.Itoa(n.count(experiment.Dense))
	return n.inNetwork("W" + number), n.inNetwork("b" + number), cmp.Or(n.network, "layer "+number)
}

// networkOf returns the name that stands before those of unnamed dense layers.
func networkOf(net Layer) string {
	if n, ok := net.(*MLP); ok && n != nil {
		return n.Name
	}
	for _, p := range net.Params() {
		if network, ok := strings.CutSuffix(p.Name(), ".W1"); ok && p.Layer == network {
			return network
		}
	}
	return ""
}
