// Command vradmin hands its arguments to the site's vvrd and prints the answer.
// Under the name vxprint it does the same for vxprint.
//
// It reads VVRD_SOCKET and NODE_NAME. When the daemon hangs up without an
// answer it prints nothing and exits 255, as a killed exec does: the command
// may still be running.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"changeover.test/lab/vvr/internal/text"
)

type answer struct {
	Prompt   string `json:"prompt"`
	ExitCode int    `json:"exitCode"`
	Stdout   string `json:"stdout"`
	Stderr   string `json:"stderr"`
	Reason   string `json:"reason"`
}

const exitLost = 255

func main() { os.Exit(run()) }

func run() int {
	conn, err := net.Dial("unix", os.Getenv("VVRD_SOCKET"))
	if err != nil {
		fmt.Fprint(os.Stderr, text.NoDaemon.With(err))
		return 1
	}
	defer conn.Close()
	send := json.NewEncoder(conn)
	err = send.Encode(map[string]any{"op": filepath.Base(os.Args[0]), "node": os.Getenv("NODE_NAME"), "argv": os.Args[1:], "interactive": true})
	if err != nil {
		return exitLost
	}
	receive := json.NewDecoder(bufio.NewReader(conn))
	stdin := bufio.NewReader(os.Stdin)
	for {
		var a answer
		if err := receive.Decode(&a); err != nil {
			return exitLost
		}
		if a.Prompt != "" {
			fmt.Print(a.Prompt)
			line, _ := stdin.ReadString('\n') // end of input is an empty answer: no
			if err := send.Encode(map[string]string{"answer": line}); err != nil {
				return exitLost
			}
			continue
		}
		fmt.Fprint(os.Stdout, a.Stdout)
		fmt.Fprint(os.Stderr, a.Stderr, a.Reason)
		return a.ExitCode
	}
}
