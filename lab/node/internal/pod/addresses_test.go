package pod

import "testing"

func TestAddressesGoRoundAndKeepAPodsOwn(t *testing.T) {
	pool := &Addresses{Prefix: "127.10.1"}
	take := func(wanted, want string) {
		t.Helper()
		if got, err := pool.Take(wanted); err != nil || got != want {
			t.Errorf("Take(%q) = %q, %v; want %q", wanted, got, err, want)
		}
	}
	take("", "127.10.1.10")
	take("127.10.1.42", "127.10.1.42")
	take("127.10.1.42", "127.10.1.11")
	take("127.20.1.50", "127.10.1.12")
	pool.Give("127.10.1.10")
	take("", "127.10.1.13")
}

func TestNoAddressIsGivenTwice(t *testing.T) {
	pool := &Addresses{Prefix: "127.10.1"}
	seen := map[string]bool{}
	for {
		address, err := pool.Take("")
		if err != nil {
			break
		}
		if seen[address] {
			t.Fatalf("%s was given twice", address)
		}
		seen[address] = true
	}
	if len(seen) != lastAddress-firstAddress+1 {
		t.Fatalf("%d addresses", len(seen))
	}
}
