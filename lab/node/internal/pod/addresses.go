package pod

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Addresses hands out a node's pod addresses, <prefix>.10 to <prefix>.250. It goes round, so that an
// address is not used again soon after its pod is gone.
type Addresses struct {
	Prefix string // three octets, "127.10.1"

	mu   sync.Mutex
	next int
	used map[int]bool
}

const firstAddress, lastAddress = 10, 250

// Take gives wanted if it is of this node and free, otherwise the next free address.
func (a *Addresses) Take(wanted string) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.used == nil {
		a.used, a.next = map[int]bool{}, firstAddress
	}
	if n, ok := a.number(wanted); ok && !a.used[n] {
		a.used[n] = true
		return wanted, nil
	}
	for range lastAddress - firstAddress + 1 {
		n := a.next
		if a.next++; a.next > lastAddress {
			a.next = firstAddress
		}
		if !a.used[n] {
			a.used[n] = true
			return fmt.Sprintf("%s.%d", a.Prefix, n), nil
		}
	}
	return "", fmt.Errorf("no free pod address in %s.0/24", a.Prefix)
}

// Give returns an address.
func (a *Addresses) Give(address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if n, ok := a.number(address); ok {
		delete(a.used, n)
	}
}

func (a *Addresses) number(address string) (int, bool) {
	rest, found := strings.CutPrefix(address, a.Prefix+".")
	n, err := strconv.Atoi(rest)
	return n, found && err == nil && n >= firstAddress && n <= lastAddress
}
