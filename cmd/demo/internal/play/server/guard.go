package server

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// guard refuses what another page, or a name that somebody made lead here, sends.
func (s *Server) guard(r *http.Request) *problem {
	if !s.named(hostname(r.Host)) {
		return problemf(http.StatusForbidden, "the host %q is not served here: open the address that demo play printed", shortened(r.Host))
	}
	for _, origin := range r.Header.Values("Origin") {
		if origin != "http://"+r.Host && origin != "https://"+r.Host {
			return problemf(http.StatusForbidden, "the origin %q is another page, and only that of http://%s may ask", shortened(origin), shortened(r.Host))
		}
	}
	return nil
}

// hostname returns a host without its port.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
}

// named reports whether this server goes by a name.
func (s *Server) named(name string) bool {
	if strings.EqualFold(name, "localhost") {
		return true
	}
	if at, err := netip.ParseAddr(name); err == nil && (at.IsLoopback() || len(s.Names) > 0) {
		return true
	}
	return slices.ContainsFunc(s.Names, func(n string) bool { return strings.EqualFold(n, name) })
}
